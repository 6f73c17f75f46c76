//! Lists of options: `fillfactor=70, autovacuum_enabled=off` and `host 'there', port '1'`.

use super::names::literal;
use crate::model::Object;

/// The options of storage, as name and value.
pub(super) fn storage(value: Option<&str>) -> Vec<(String, String)> {
    let value = value.unwrap_or_default();
    value
        .split(", ")
        .filter_map(|option| option.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// `(fillfactor = '70', toast.autovacuum_enabled = 'off')`
pub(super) fn written(options: &[(String, String)], prefix: &str) -> String {
    let each: Vec<String> = options
        .iter()
        .map(|(name, value)| format!("{prefix}{name} = {}", constant(value)))
        .collect();
    each.join(", ")
}

fn constant(value: &str) -> String {
    let plain = !value.is_empty() && value.chars().all(|c| c.is_ascii_digit() || c == '.');
    if plain || matches!(value, "on" | "off" | "true" | "false") {
        value.to_owned()
    } else {
        literal(value)
    }
}

/// `SET (…)` and `RESET (…)` from one list to another.
pub(super) fn changes(old: Option<&str>, new: Option<&str>, prefix: &str) -> Vec<String> {
    let (old, new) = (storage(old), storage(new));
    let mut clauses = Vec::new();
    let gone: Vec<String> = old
        .iter()
        .filter(|(name, _)| new.iter().all(|(other, _)| other != name))
        .map(|(name, _)| format!("{prefix}{name}"))
        .collect();
    if !gone.is_empty() {
        clauses.push(format!("RESET ({})", gone.join(", ")));
    }
    let set: Vec<_> = new
        .into_iter()
        .filter(|option| !old.contains(option))
        .collect();
    if !set.is_empty() {
        clauses.push(format!("SET ({})", written(&set, prefix)));
    }
    clauses
}

/// `OPTIONS (ADD a 'b', SET c 'd', DROP e)` from one list of foreign options to another.
pub(super) fn foreign(old: Option<&str>, new: Option<&str>) -> String {
    let (old, new) = (pairs(old), pairs(new));
    let mut clauses = Vec::new();
    for (name, value) in &new {
        match old.iter().find(|(other, _)| other == name) {
            None => clauses.push(format!("ADD {name} {value}")),
            Some((_, before)) if before != value => clauses.push(format!("SET {name} {value}")),
            Some(_) => {}
        }
    }
    for (name, _) in &old {
        if new.iter().all(|(other, _)| other != name) {
            clauses.push(format!("DROP {name}"));
        }
    }
    format!("OPTIONS ({})", clauses.join(", "))
}

/// The names of the options whose values are not read.
pub(super) fn hidden(value: Option<&str>) -> Vec<String> {
    let hidden = pairs(value)
        .into_iter()
        .filter(|(_, value)| value == "'(hidden)'");
    hidden.map(|(name, _)| name).collect()
}

/// The options whose values are read.
pub(super) fn shown(value: Option<&str>) -> String {
    let shown = pairs(value)
        .into_iter()
        .filter(|(_, value)| value != "'(hidden)'");
    let each: Vec<String> = shown
        .map(|(name, value)| format!("{name} {value}"))
        .collect();
    each.join(", ")
}

/// The names and quoted values of `host 'there', port '1'`.
fn pairs(value: Option<&str>) -> Vec<(String, String)> {
    split(value.unwrap_or_default())
        .into_iter()
        .filter_map(|pair| pair.split_once(' '))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// The members of a list that is separated by ", ", quoted text left whole.
pub(super) fn split(list: &str) -> Vec<&str> {
    let mut members = Vec::new();
    let (mut start, mut quote) = (0, None);
    for (at, character) in list.char_indices() {
        match (quote, character) {
            (None, '\'' | '"') => quote = Some(character),
            (Some(open), close) if open == close => quote = None,
            (None, ',') => {
                members.push(list[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    if !list[start..].trim().is_empty() {
        members.push(list[start..].trim());
    }
    members
}

/// How a relation keeps its rows: the end of its `CREATE`, beginning with a blank, or nothing.
pub(super) fn kept(relation: &Object) -> String {
    let mut sql = String::new();
    if let Some(method) = relation.get("access method") {
        sql.push_str(&format!(" USING {method}"));
    }
    let parameters: Vec<String> = [("options", ""), ("toast options", "toast.")]
        .into_iter()
        .map(|(attribute, prefix)| written(&storage(relation.get(attribute)), prefix))
        .filter(|list| !list.is_empty())
        .collect();
    if !parameters.is_empty() {
        sql.push_str(&format!(" WITH ({})", parameters.join(", ")));
    }
    if let Some(tablespace) = relation.get("tablespace") {
        sql.push_str(&format!(" TABLESPACE {tablespace}"));
    }
    sql
}
