//! Diagrams in Mermaid's language, which GitHub draws.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use jubilee_catalog::{Catalog, Kind, Name, Object};

/// How many tables a picture may hold.
pub(crate) const LARGEST: usize = 15;

/// A foreign key, as a picture needs it.
pub(crate) struct Reference {
    pub(crate) from: Name,
    pub(crate) to: Name,
    pub(crate) columns: Vec<String>,
    /// The keys' columns may be NULL.
    pub(crate) is_optional: bool,
    /// A row is referred to at most once.
    pub(crate) is_unique: bool,
}

/// The foreign keys of a table.
pub(crate) fn references(catalog: &Catalog, table: &Name) -> Vec<Reference> {
    let mut references = Vec::new();
    for (_, constraint) in catalog.parts(table, Kind::Constraint) {
        let Some(to) = constraint.get("references") else {
            continue;
        };
        let columns = key(constraint.get("definition").unwrap_or_default());
        let is_null = |column: &String| {
            let column = Name::new(Kind::Column, format!("{}.{column}", table.identity));
            catalog
                .get(&column)
                .is_none_or(|column| column.get("not null").is_none())
        };
        references.push(Reference {
            from: table.clone(),
            to: Name::new(Kind::Table, to),
            is_optional: columns.iter().any(is_null),
            is_unique: keys(catalog, table)
                .any(|unique| unique.iter().all(|column| columns.contains(column))),
            columns,
        });
    }
    references
}

/// The columns in the first brackets of a constraint's definition.
pub(crate) fn key(definition: &str) -> Vec<String> {
    let inside = definition
        .split_once('(')
        .and_then(|(_, rest)| rest.split_once(')'));
    let list = inside.map_or("", |(list, _)| list);
    list.split(", ").map(str::to_owned).collect()
}

fn keys<'c>(catalog: &'c Catalog, table: &'c Name) -> impl Iterator<Item = Vec<String>> + 'c {
    catalog
        .parts(table, Kind::Constraint)
        .filter_map(|(_, constraint)| constraint.get("definition"))
        .filter(|definition| {
            definition.starts_with("PRIMARY KEY") || definition.starts_with("UNIQUE")
        })
        .map(key)
}

/// PK, FK or both.
pub(crate) fn role(catalog: &Catalog, table: &Name, column: &str) -> Vec<&'static str> {
    let mut roles = Vec::new();
    let in_definition = |start: &str| {
        catalog
            .parts(table, Kind::Constraint)
            .any(|(_, constraint): (&Name, &Object)| {
                let definition = constraint.get("definition").unwrap_or_default();
                definition.starts_with(start) && key(definition).iter().any(|name| name == column)
            })
    };
    for (start, role) in [("PRIMARY KEY", "PK"), ("FOREIGN KEY", "FK")] {
        if in_definition(start) {
            roles.push(role);
        }
    }
    roles
}

/// What is said of a table or column in a picture: "new".
pub(crate) type Marks = BTreeMap<Name, &'static str>;

/// The tables with their keys and with what is marked, and the tables to which they refer: all, or those that are
/// shown themselves.
pub(crate) fn diagram(
    catalog: &Catalog,
    tables: &[Name],
    marks: &Marks,
    with_others: bool,
) -> String {
    let mut text = String::from("```mermaid\nerDiagram\n");
    for table in tables {
        let name = entity(table);
        let _ = match marks.get(table) {
            Some(mark) => writeln!(
                text,
                "    {name}[\"{} ({mark})\"] {{",
                name.trim_matches('"')
            ),
            None => writeln!(text, "    {name} {{"),
        };
        for (name, object) in catalog.columns(table) {
            let column = &name.identity[table.identity.len() + 1..];
            let roles = role(catalog, table, column);
            let mark = marks.get(name);
            if !roles.is_empty() || mark.is_some() {
                let data_type = word(object.get("type").unwrap_or_default());
                let mark = mark.map_or_else(String::new, |mark| format!(" \"{mark}\""));
                let line = format!("        {data_type} {} {}", word(column), roles.join(", "));
                let _ = writeln!(text, "{}{mark}", line.trim_end());
            }
        }
        text.push_str("    }\n");
    }
    for table in tables {
        // One line from table to table, since several would lie on each other.
        let mut lines: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for reference in references(catalog, table) {
            if !with_others && !tables.contains(&reference.to) {
                continue;
            }
            let one = if reference.is_optional { "|o" } else { "||" };
            let many = if reference.is_unique { "o|" } else { "o{" };
            let line = format!(
                "{} {one}--{many} {}",
                entity(&reference.to),
                entity(&reference.from)
            );
            let columns = reference.columns.join(", ").replace('"', "'");
            lines.entry(line).or_default().insert(columns);
        }
        for (line, columns) in lines {
            let columns: Vec<String> = columns.into_iter().collect();
            let _ = writeln!(text, "    {line} : \"{}\"", columns.join(" / "));
        }
    }
    text.push_str("```\n");
    text
}

/// The name of an object, without the usual schema.
pub(crate) fn bare(name: &Name) -> &str {
    let identity = &name.identity;
    identity.strip_prefix("public.").unwrap_or(identity)
}

fn entity(table: &Name) -> String {
    let bare = bare(table);
    if bare.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        bare.to_owned()
    } else {
        format!("\"{}\"", bare.replace('"', "'"))
    }
}

/// Mermaid takes words only: `timestamp with time zone` is `timestamptz`.
fn word(text: &str) -> String {
    let text = match text {
        "timestamp with time zone" => "timestamptz",
        "timestamp without time zone" => "timestamp",
        other => other
            .strip_prefix("character varying")
            .map_or(other, |_| "varchar"),
    };
    let mut word = text.replace(|c: char| !c.is_ascii_alphanumeric(), "_");
    if !word.starts_with(|c: char| c.is_ascii_alphabetic()) {
        word.insert(0, 'x');
    }
    word
}
