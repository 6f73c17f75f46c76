//! Columns of tables and attributes of composite types.

use super::conversion::{Conversion, conversion};
use super::names::last;
use super::options;
use super::sequence::of_identity;
use crate::kind::Kind;
use crate::model::{Name, Object};

/// `character varying(80) COLLATE "C"`
pub(super) fn type_of(column: &Object) -> String {
    let mut sql = column.get("type").unwrap_or_default().to_owned();
    if let Some(collation) = column.get("collation") {
        sql.push_str(" COLLATE ");
        sql.push_str(collation);
    }
    sql
}

/// What stands behind the name of a column. A default that cannot stand there yet is left out.
pub(super) fn definition(column: &Object, with_default: bool) -> String {
    let mut sql = column.get("type").unwrap_or_default().to_owned();
    if let Some(options) = column.get("foreign options") {
        sql.push_str(&format!(" OPTIONS ({options})"));
    }
    if let Some(collation) = column.get("collation") {
        sql.push_str(&format!(" COLLATE {collation}"));
    }
    sql.push_str(&constraints(column, with_default));
    sql
}

/// What stands behind the type and its collation.
pub(super) fn constraints(column: &Object, with_default: bool) -> String {
    let mut sql = String::new();
    match column.get("not null") {
        // What is not checked, ALTER TABLE adds.
        None | Some("not valid") => {}
        Some("no inherit") => sql.push_str(" NOT NULL NO INHERIT"),
        Some(_) => sql.push_str(" NOT NULL"),
    }
    if let Some(default) = column.get("default").filter(|_| with_default) {
        sql.push_str(&format!(" DEFAULT {default}"));
    }
    if let Some(generated) = column.get("generated") {
        sql.push_str(&format!(" GENERATED ALWAYS AS {}", expression(generated)));
    }
    if let Some(identity) = column.get("identity") {
        sql.push_str(&format!(
            " GENERATED {}",
            identity.replacen(" (", " AS IDENTITY (", 1)
        ));
    }
    sql
}

/// `lower(name) STORED` becomes `(lower(name)) STORED`.
fn expression(generated: &str) -> String {
    let at = generated.rfind(' ').unwrap_or(generated.len());
    format!("({}){}", &generated[..at], &generated[at..])
}

/// The properties that only ALTER TABLE gives.
pub(super) fn properties(
    table: &str,
    column: &str,
    old: Option<&Object>,
    new: &Object,
) -> Vec<String> {
    let was = |attribute: &str| old.and_then(|old| old.get(attribute));
    let is = |attribute: &str| new.get(attribute);
    let alter = |what: String| format!("ALTER TABLE {table} ALTER COLUMN {column} {what}");
    let mut statements = Vec::new();
    if is("storage") != was("storage") {
        let usual = match new.get("type").unwrap_or_default() {
            name if name.starts_with("numeric") || matches!(name, "inet" | "cidr") => "MAIN",
            _ => "EXTENDED",
        };
        statements.push(alter(format!(
            "SET STORAGE {}",
            is("storage").unwrap_or(usual)
        )));
    }
    if old.is_none() && is("not null") == Some("not valid") {
        statements.push(format!(
            "ALTER TABLE {table} ADD NOT NULL {column} NOT VALID"
        ));
    }
    if is("compression") != was("compression") {
        let value = is("compression").unwrap_or("default");
        statements.push(alter(format!("SET COMPRESSION {value}")));
    }
    if is("statistics") != was("statistics") {
        let value = is("statistics").unwrap_or("-1");
        statements.push(alter(format!("SET STATISTICS {value}")));
    }
    let changed = options::changes(was("options"), is("options"), "");
    statements.extend(changed.into_iter().map(alter));
    statements
}

/// How a column becomes another, or what is in the way.
pub(super) fn changes(
    name: &Name,
    old: &Object,
    new: &Object,
    forced: Option<String>,
) -> Result<Vec<String>, String> {
    let Some(table) = &new.part_of else {
        return Err("its table is not known".to_owned());
    };
    let column = last(name, new);
    match table.kind {
        Kind::Type => return attribute(&table.identity, column, old, new),
        Kind::View | Kind::MaterializedView => {
            // All else follows from the definition.
            return Ok(default(&table.identity, column, old, new, false));
        }
        _ => {}
    }
    // Its rows are elsewhere.
    let is_foreign = table.kind == Kind::ForeignTable;
    let table = &table.identity;
    let alter = |what: &str| format!("ALTER TABLE {table} ALTER COLUMN {column} {what}");
    let mut statements = Vec::new();
    match (old.get("generated"), new.get("generated")) {
        (Some(stored), None) if stored.ends_with(" STORED") => {
            statements.push(alter("DROP EXPRESSION"));
        }
        (before, after) if before != after => {
            return Err(
                "what it is generated from can only be changed by dropping the column".to_owned(),
            );
        }
        _ => {}
    }
    let (was, is) = (type_of(old), type_of(new));
    // The type of an inherited column changes with the parent's.
    if was != is && new.get("inherited").is_none() {
        let using = match conversion(
            old.get("type").unwrap_or_default(),
            new.get("type").unwrap_or_default(),
        ) {
            _ if is_foreign => String::new(),
            Conversion::Assignment => String::new(),
            Conversion::Cast => {
                format!(" USING {column}::{}", new.get("type").unwrap_or_default())
            }
            Conversion::Lossy(why) => match forced {
                Some(value) => format!(" USING {value}"),
                None => return Err(format!("{was} to {is}: {why}")),
            },
        };
        if old.get("default").is_some() {
            statements.push(alter("DROP DEFAULT"));
        }
        let is_text = old.get("type") == new.get("type")
            || ["text", "character"]
                .iter()
                .any(|text| is.starts_with(text));
        let collate = if is_text && old.get("collation").is_some() && new.get("collation").is_none()
        {
            " COLLATE pg_catalog.\"default\""
        } else {
            ""
        };
        statements.push(alter(&format!("TYPE {is}{collate}{using}")));
    }
    statements.extend(identity(table, column, old, new)?);
    if old.get("generated").is_none() && new.get("generated").is_none() {
        statements.extend(default(table, column, old, new, was != is));
    } else if let Some(default) = new.get("default") {
        statements.push(alter(&format!("SET DEFAULT {default}")));
    }
    match (old.get("not null"), new.get("not null")) {
        (None, Some("yes")) => statements.push(alter("SET NOT NULL")),
        (Some(_), None) => statements.push(alter("DROP NOT NULL")),
        (before, Some(after)) if before != Some(after) => {
            if before.is_some() {
                statements.push(alter("DROP NOT NULL"));
            }
            statements.push(match after {
                // PostgreSQL 18.
                "no inherit" => format!("ALTER TABLE {table} ADD NOT NULL {column} NO INHERIT"),
                "not valid" => format!("ALTER TABLE {table} ADD NOT NULL {column} NOT VALID"),
                _ => alter("SET NOT NULL"),
            });
        }
        _ => {}
    }
    if old.get("foreign options") != new.get("foreign options") {
        let options = options::foreign(old.get("foreign options"), new.get("foreign options"));
        statements.push(alter(&options));
    }
    let mut before = old.clone();
    if was != is {
        // The new type's usual one.
        before.attributes.remove("storage");
    }
    statements.extend(properties(table, column, Some(&before), new));
    Ok(statements)
}

fn default(table: &str, column: &str, old: &Object, new: &Object, dropped: bool) -> Vec<String> {
    let alter = |what: String| vec![format!("ALTER TABLE {table} ALTER COLUMN {column} {what}")];
    match (old.get("default"), new.get("default")) {
        (before, Some(after)) if before != Some(after) || dropped => {
            alter(format!("SET DEFAULT {after}"))
        }
        // With its parent's it has got one again.
        (Some(_), None) if !dropped || new.get("inherited").is_some() => {
            alter("DROP DEFAULT".to_owned())
        }
        _ => Vec::new(),
    }
}

fn identity(table: &str, column: &str, old: &Object, new: &Object) -> Result<Vec<String>, String> {
    let alter = |what: String| vec![format!("ALTER TABLE {table} ALTER COLUMN {column} {what}")];
    match (old.get("identity"), new.get("identity")) {
        (None, Some(identity)) => {
            let added = identity.replacen(" (", " AS IDENTITY (", 1);
            Ok(alter(format!("ADD GENERATED {added}")))
        }
        (Some(_), None) => Ok(alter("DROP IDENTITY".to_owned())),
        (Some(before), Some(after)) if before != after => {
            let mut statements = Vec::new();
            if let (Some(was), Some(is)) = (of_identity(before), of_identity(after))
                && was != is
            {
                let name = super::names::without_schema(is);
                statements.push(format!("ALTER SEQUENCE {was} RENAME TO {name}"));
            }
            let (always, parameters) = after.split_once(" (").unwrap_or((after, ")"));
            let parameters = parameters.trim_end_matches(')');
            let set: Vec<String> = parameters
                .split_once(" START ")
                .map(|(_, rest)| format!("START {rest}"))
                .into_iter()
                .flat_map(|rest| clauses(&rest))
                .map(|clause| format!("SET {clause}"))
                .collect();
            statements.extend(alter(format!("SET GENERATED {always} {}", set.join(" "))));
            Ok(statements)
        }
        _ => Ok(Vec::new()),
    }
}

/// `START WITH 1 INCREMENT BY 1 …` in its parts.
fn clauses(parameters: &str) -> Vec<String> {
    let mut clauses: Vec<String> = Vec::new();
    for word in parameters.split(' ') {
        let begins = matches!(
            word,
            "START" | "INCREMENT" | "MINVALUE" | "MAXVALUE" | "CACHE" | "NO"
        ) || word == "CYCLE" && clauses.last().is_none_or(|last| last != "NO");
        match clauses.last_mut() {
            Some(last) if !begins => {
                last.push(' ');
                last.push_str(word);
            }
            _ => clauses.push(word.to_owned()),
        }
    }
    clauses
}

/// An attribute of a composite type.
fn attribute(
    type_name: &str,
    column: &str,
    old: &Object,
    new: &Object,
) -> Result<Vec<String>, String> {
    let (was, is) = (type_of(old), type_of(new));
    if was == is {
        return Ok(Vec::new());
    }
    match conversion(
        old.get("type").unwrap_or_default(),
        new.get("type").unwrap_or_default(),
    ) {
        Conversion::Lossy(why) => Err(format!("{was} to {is}: {why}")),
        _ => Ok(vec![format!(
            "ALTER TYPE {type_name} ALTER ATTRIBUTE {column} TYPE {is} CASCADE"
        )]),
    }
}
