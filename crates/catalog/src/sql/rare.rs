//! Objects that few schemas have.

use super::names::literal;
use super::options;
use crate::model::Object;

pub(super) fn language(identity: &str, object: &Object) -> String {
    let trusted = object.get("trusted").map_or("", |_| "TRUSTED ");
    let mut sql = format!("CREATE {trusted}LANGUAGE {identity}");
    for (attribute, word) in [
        ("handler", "HANDLER"),
        ("inline", "INLINE"),
        ("validator", "VALIDATOR"),
    ] {
        if let Some(function) = object.get(attribute) {
            sql.push_str(&format!(" {word} {function}"));
        }
    }
    sql
}

pub(super) fn collation(identity: &str, object: &Object) -> String {
    let mut clauses = vec![format!(
        "PROVIDER = {}",
        object.get("provider").unwrap_or_default()
    )];
    for (attribute, word) in [
        ("locale", "LOCALE"),
        ("lc_collate", "LC_COLLATE"),
        ("lc_ctype", "LC_CTYPE"),
        ("rules", "RULES"),
    ] {
        if let Some(value) = object.get(attribute) {
            clauses.push(format!("{word} = {}", literal(value)));
        }
    }
    if object.get("deterministic").is_some() {
        clauses.push("DETERMINISTIC = false".to_owned());
    }
    format!("CREATE COLLATION {identity} ({})", clauses.join(", "))
}

pub(super) fn text_search(identity: &str, object: &Object) -> Vec<String> {
    let mut statements = vec![format!(
        "CREATE TEXT SEARCH CONFIGURATION {identity} (PARSER = {})",
        object.get("parser").unwrap_or_default()
    )];
    for mapping in object.get("mappings").unwrap_or_default().split("; ") {
        if !mapping.is_empty() {
            statements.push(format!(
                "ALTER TEXT SEARCH CONFIGURATION {identity} ADD MAPPING FOR {mapping}"
            ));
        }
    }
    statements
}

pub(super) fn wrapper(identity: &str, object: &Object) -> String {
    let mut sql = format!("CREATE FOREIGN DATA WRAPPER {identity}");
    for (attribute, word) in [("handler", "HANDLER"), ("validator", "VALIDATOR")] {
        if let Some(function) = object.get(attribute) {
            sql.push_str(&format!(" {word} {function}"));
        }
    }
    if let Some(options) = object.get("foreign options") {
        sql.push_str(&format!(" OPTIONS ({options})"));
    }
    sql
}

pub(super) fn server(identity: &str, object: &Object) -> String {
    let mut sql = format!("CREATE SERVER {identity}");
    for (attribute, word) in [("type", "TYPE"), ("version", "VERSION")] {
        if let Some(value) = object.get(attribute) {
            sql.push_str(&format!(" {word} {}", literal(value)));
        }
    }
    sql.push_str(&format!(
        " FOREIGN DATA WRAPPER {}",
        object.get("wrapper").unwrap_or_default()
    ));
    let options = options::shown(object.get("foreign options"));
    if !options.is_empty() {
        sql.push_str(&format!(" OPTIONS ({options})"));
    }
    sql
}

pub(super) fn publication(identity: &str, object: &Object) -> String {
    let mut sql = format!("CREATE PUBLICATION {identity}");
    if object.get("all tables").is_some() {
        sql.push_str(" FOR ALL TABLES");
    }
    let members = members(object);
    if !members.is_empty() {
        sql.push_str(&format!(" FOR {members}"));
    }
    sql.push_str(&format!(" WITH ({})", publication_options(None, object)));
    sql
}

/// `TABLE a, b, TABLES IN SCHEMA c`
fn members(object: &Object) -> String {
    let mut members = Vec::new();
    if let Some(tables) = object.get("tables") {
        members.push(format!("TABLE {tables}"));
    }
    if let Some(schemas) = object.get("schemas") {
        members.push(format!("TABLES IN SCHEMA {schemas}"));
    }
    members.join(", ")
}

fn publication_options(old: Option<&Object>, new: &Object) -> String {
    let mut options = vec![format!(
        "publish = '{}'",
        new.get("publish").unwrap_or_default()
    )];
    let had = |attribute: &str| old.is_some_and(|old| old.get(attribute).is_some());
    for (attribute, option, on, off) in [
        ("via root", "publish_via_partition_root", "true", "false"),
        (
            "generated columns",
            "publish_generated_columns",
            "stored",
            "none",
        ),
    ] {
        match new.get(attribute) {
            Some(_) => options.push(format!("{option} = {on}")),
            None if had(attribute) => options.push(format!("{option} = {off}")),
            None => {}
        }
    }
    options.join(", ")
}

/// A publication that is dropped and made again would end replication.
pub(super) fn publication_changes(identity: &str, old: &Object, new: &Object) -> Vec<String> {
    let mut statements = Vec::new();
    let (was, is) = (members(old), members(new));
    if was != is {
        statements.push(match is.is_empty() {
            true => format!("ALTER PUBLICATION {identity} DROP {was}"),
            false => format!("ALTER PUBLICATION {identity} SET {is}"),
        });
    }
    let options = publication_options(Some(old), new);
    if options != publication_options(None, old) {
        statements.push(format!("ALTER PUBLICATION {identity} SET ({options})"));
    }
    statements
}

/// Without its connection string.
pub(super) fn subscription_changes(identity: &str, old: &Object, new: &Object) -> Vec<String> {
    let alter = |what: String| format!("ALTER SUBSCRIPTION {identity} {what}");
    let mut statements = Vec::new();
    let is_other = |attribute: &str| old.get(attribute) != new.get(attribute);
    if is_other("slot") {
        let slot = new.get("slot").map_or("NONE".to_owned(), literal);
        statements.push(alter(format!("SET (slot_name = {slot})")));
    }
    if is_other("publications") {
        let publications = new.get("publications").unwrap_or_default();
        statements.push(alter(format!(
            "SET PUBLICATION {publications} WITH (refresh = false)"
        )));
    }
    if is_other("enabled") {
        let word = new.get("enabled").map_or("DISABLE", |_| "ENABLE");
        statements.push(alter(word.to_owned()));
    }
    statements
}
