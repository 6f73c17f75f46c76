//! Objects that few schemas have.

use super::names::literal;
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
    if let Some(options) = object.get("foreign options") {
        sql.push_str(&format!(" OPTIONS ({options})"));
    }
    sql
}

pub(super) fn publication(identity: &str, object: &Object) -> String {
    let mut sql = format!("CREATE PUBLICATION {identity}");
    if object.get("all tables").is_some() {
        sql.push_str(" FOR ALL TABLES");
    }
    let mut members = Vec::new();
    if let Some(tables) = object.get("tables") {
        members.push(format!("TABLE {tables}"));
    }
    if let Some(schemas) = object.get("schemas") {
        members.push(format!("TABLES IN SCHEMA {schemas}"));
    }
    if !members.is_empty() {
        sql.push_str(&format!(" FOR {}", members.join(", ")));
    }
    let mut options = vec![format!(
        "publish = '{}'",
        object.get("publish").unwrap_or_default()
    )];
    if object.get("via root").is_some() {
        options.push("publish_via_partition_root = true".to_owned());
    }
    if object.get("generated columns").is_some() {
        options.push("publish_generated_columns = stored".to_owned());
    }
    sql.push_str(&format!(" WITH ({})", options.join(", ")));
    sql
}
