//! Tables, with the columns and constraints that are written with them.

use std::collections::BTreeSet;

use super::names::last;
use super::{column, options};
use crate::kind::Kind;
use crate::model::{Catalog, Name, Object};

/// Where types begin. It is the same in all tables, so that a new column changes no other line.
const WIDTH: usize = 28;

/// CREATE TABLE, and what only ALTER TABLE can give. `late` holds columns whose default, and constraints
/// that cannot be written with the table, since something between needs the table first.
pub(super) fn create(
    catalog: &Catalog,
    name: &Name,
    table: &Object,
    late: &BTreeSet<Name>,
) -> Vec<String> {
    let identity = &name.identity;
    let foreign = if name.kind == Kind::ForeignTable {
        "FOREIGN "
    } else {
        ""
    };
    let unlogged = table.get("persistence").map_or("", |_| "UNLOGGED ");
    let mut sql = format!("CREATE {unlogged}{foreign}TABLE {identity}");
    if let Some(of_type) = table.get("of type") {
        sql.push_str(&format!(" OF {of_type}"));
    }
    let body = body(catalog, name, table, late);
    if !body.is_empty() {
        sql.push_str(&format!(" (\n    {}\n)", body.join(",\n    ")));
    } else if table.get("of type").is_none() {
        sql.push_str(" ()");
    }
    if let Some(parents) = table.get("inherits") {
        sql.push_str(&format!(" INHERITS ({parents})"));
    }
    if let Some(server) = table.get("server") {
        sql.push_str(&format!(" SERVER {server}"));
    }
    if let Some(foreign) = table.get("foreign options") {
        sql.push_str(&format!(" OPTIONS ({foreign})"));
    }
    if let Some(key) = table.get("partition key") {
        sql.push_str(&format!(" PARTITION BY {key}"));
    }
    sql.push_str(&options::kept(table));
    let mut statements = vec![sql];
    for (part, object) in catalog.columns(name) {
        let short = last(part, object);
        statements.extend(column::properties(identity, short, None, object));
        if is_inherited(object) && table.get("inherits").is_some() {
            if let Some(default) = object.get("default") {
                statements.push(format!(
                    "ALTER TABLE {identity} ALTER COLUMN {short} SET DEFAULT {default}"
                ));
            }
            if object.get("not null").is_some() {
                statements.push(format!(
                    "ALTER TABLE {identity} ALTER COLUMN {short} SET NOT NULL"
                ));
            }
        }
    }
    statements.extend(switches(identity, None, table));
    statements
}

fn is_inherited(part: &Object) -> bool {
    part.get("inherited") == Some("yes")
}

fn body(catalog: &Catalog, name: &Name, table: &Object, late: &BTreeSet<Name>) -> Vec<String> {
    // A partition is made with all columns and then attached; a child has its parents'.
    let columns = catalog
        .columns(name)
        .into_iter()
        .filter(|(_, column)| !(is_inherited(column) && table.get("inherits").is_some()));
    let mut lines = Vec::new();
    for (part, object) in columns {
        let (short, with_default) = (last(part, object), !late.contains(part));
        if table.get("of type").is_none() {
            let definition = column::definition(object, with_default);
            lines.push(format!("{short:WIDTH$} {definition}"));
            continue;
        }
        let constraints = column::constraints(object, with_default);
        if !constraints.is_empty() {
            lines.push(format!("{short} WITH OPTIONS{constraints}"));
        }
    }
    let mut constraints: Vec<_> = catalog
        .parts(name, Kind::Constraint)
        .filter(|(part, object)| is_inline(object, table) && !late.contains(*part))
        .collect();
    constraints.sort_by_key(|(part, object)| (rank(object), part.identity.clone()));
    for (part, object) in constraints {
        lines.push(format!(
            "CONSTRAINT {} {}",
            last(part, object),
            definition(object)
        ));
    }
    lines
}

/// Whether a constraint is written with its table: foreign keys need others, and CREATE TABLE makes no
/// constraint that is not valid.
pub(super) fn is_inline(constraint: &Object, table: &Object) -> bool {
    let definition = constraint.get("definition").unwrap_or_default();
    let is_partition = table.get("partition of").is_some();
    !definition.starts_with("FOREIGN KEY")
        && !definition.ends_with(" NOT VALID")
        && (!is_inherited(constraint) || is_partition)
        && constraint.get("index options").is_none()
        && constraint.get("index tablespace").is_none()
}

fn rank(constraint: &Object) -> u8 {
    match constraint.get("definition").unwrap_or_default() {
        key if key.starts_with("PRIMARY KEY") => 0,
        key if key.starts_with("UNIQUE") => 1,
        _ => 2,
    }
}

/// A constraint's definition, with the options of its index.
pub(super) fn definition(constraint: &Object) -> String {
    let mut sql = constraint.get("definition").unwrap_or_default().to_owned();
    let storage = options::storage(constraint.get("index options"));
    let mut further = String::new();
    if !storage.is_empty() {
        further.push_str(&format!(" WITH ({})", options::written(&storage, "")));
    }
    if let Some(tablespace) = constraint.get("index tablespace") {
        further.push_str(&format!(" USING INDEX TABLESPACE {tablespace}"));
    }
    if !further.is_empty() {
        let end = [" WHERE (", " DEFERRABLE"]
            .iter()
            .filter_map(|word| sql.find(word))
            .min()
            .unwrap_or(sql.len());
        sql.insert_str(end, &further);
    }
    sql
}

/// Row security.
pub(super) fn switches(table: &str, old: Option<&Object>, new: &Object) -> Vec<String> {
    let mut statements = Vec::new();
    for (attribute, on, off) in [
        (
            "row security",
            "ENABLE ROW LEVEL SECURITY",
            "DISABLE ROW LEVEL SECURITY",
        ),
        (
            "row security for the owner",
            "FORCE ROW LEVEL SECURITY",
            "NO FORCE ROW LEVEL SECURITY",
        ),
    ] {
        let was = old.and_then(|old| old.get(attribute)).is_some();
        let is = new.get(attribute).is_some();
        if was != is {
            statements.push(format!("ALTER TABLE {table} {}", if is { on } else { off }));
        }
    }
    statements
}

/// What names an index of the table, so that the index has to be there.
pub(super) fn marks(kind: Kind, table: &str, old: Option<&Object>, new: &Object) -> Vec<String> {
    let was = |attribute: &str| old.and_then(|old| old.get(attribute));
    let mut statements = Vec::new();
    let alter = match kind {
        Kind::MaterializedView => "ALTER MATERIALIZED VIEW",
        _ => "ALTER TABLE",
    };
    if new.get("replica identity") != was("replica identity") {
        let identity = match new.get("replica identity") {
            None => "DEFAULT".to_owned(),
            Some(value) => match value.strip_prefix("index ") {
                Some(index) => format!("USING INDEX {index}"),
                None => value.to_uppercase(),
            },
        };
        statements.push(format!("{alter} {table} REPLICA IDENTITY {identity}"));
    }
    if new.get("clustered on") != was("clustered on") {
        statements.push(match new.get("clustered on") {
            Some(index) => format!("{alter} {table} CLUSTER ON {index}"),
            None => format!("{alter} {table} SET WITHOUT CLUSTER"),
        });
    }
    statements
}
