//! A schema for people: tables in groups, with columns, keys and comments.

use std::fmt::Write;

use jubilee_catalog::{Catalog, Kind, Name, Object};

use super::banner::Migration;
use super::diagram::{Marks, bare, diagram, references, role};
use super::groups::groups;
use super::rows::Reference;
use super::{banner, diagram};
use crate::databases::Entry;
use crate::output::cell;

/// The text of SCHEMA.md.
pub(crate) fn describe(
    catalog: &Catalog,
    rows: &[Reference],
    texts: &[Migration],
    entry: &Entry,
) -> String {
    let database = &entry.database;
    let [first, second] = banner::lines(database.name, texts);
    let mut text = format!(
        "<!-- {first} -->\n<!-- {second} -->\n\n# {}\n\n",
        database.name
    );
    let _ = writeln!(text, "It holds {}.\n", database.holds);
    let groups = groups(catalog, texts);
    for group in &groups {
        let tables: Vec<String> = group.tables.iter().map(link).collect();
        let _ = writeln!(
            text,
            "- [{}](#{}): {}",
            group.title,
            anchor(&group.title),
            tables.join(", ")
        );
    }
    for group in &groups {
        let _ = writeln!(
            text,
            "\n## {}\n\n{}",
            group.title,
            diagram(catalog, &group.tables, &Marks::new(), true)
        );
        for table in &group.tables {
            one_table(&mut text, catalog, table);
        }
    }
    views(&mut text, catalog);
    if !rows.is_empty() {
        text.push_str(
            "\n## Rows that migrations insert\n\nThe hash is of the columns whose values are always the same.\n\n\
             | table | rows | hash | columns |\n|---|---:|---|---|\n",
        );
        for row in rows {
            let _ = writeln!(
                text,
                "| {} | {} | `{}` | {} |",
                link(&Name::new(Kind::Table, row.table.clone())),
                row.rows,
                &row.hash[..row.hash.len().min(12)],
                row.columns.join(", ")
            );
        }
    }
    text
}

fn link(table: &Name) -> String {
    format!("[{0}](#{1})", bare(table), anchor(bare(table)))
}

/// As GitHub makes it of a heading.
fn anchor(heading: &str) -> String {
    heading
        .to_lowercase()
        .chars()
        .filter_map(|c| match c {
            ' ' => Some('-'),
            c if c.is_alphanumeric() || c == '-' || c == '_' => Some(c),
            _ => None,
        })
        .collect()
}

fn one_table(text: &mut String, catalog: &Catalog, table: &Name) {
    let Some(object) = catalog.get(table) else {
        return;
    };
    let _ = writeln!(text, "### {}\n", bare(table));
    if let Some(comment) = object.get("comment") {
        let _ = writeln!(text, "{}\n", cell(comment));
    }
    if let Some(key) = object.get("partition key") {
        let partitions = catalog
            .of_kind(Kind::Table)
            .filter(|(_, child)| child.get("partition of") == Some(&table.identity));
        let names: Vec<&str> = partitions.map(|(name, _)| bare(name)).collect();
        let _ = writeln!(
            text,
            "Partitioned by `{key}`: {}, and those that are made later.\n",
            names.join(", ")
        );
    }
    text.push_str("| column | type | | key | |\n|---|---|---|---|---|\n");
    let foreign = references(catalog, table);
    for (column, object) in catalog.columns(table) {
        let name = &column.identity[table.identity.len() + 1..];
        let mut keys: Vec<String> = role(catalog, table, name)
            .into_iter()
            .filter(|role| *role == "PK")
            .map(str::to_owned)
            .collect();
        let of_column = |key: &&diagram::Reference| key.columns.iter().any(|key| key == name);
        keys.extend(
            foreign
                .iter()
                .filter(of_column)
                .map(|key| format!("→ {}", link(&key.to))),
        );
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} |",
            cell(name),
            cell(object.get("type").unwrap_or_default()),
            properties(object),
            keys.join(", "),
            cell(object.get("comment").unwrap_or_default())
        );
    }
    let mut referred: Vec<String> = catalog
        .of_kind(Kind::Constraint)
        .filter(|(_, constraint)| constraint.get("references") == Some(&table.identity))
        .filter_map(|(_, constraint)| constraint.part_of())
        .filter(|whole| {
            catalog
                .get(whole)
                .is_some_and(|whole| whole.get("partition of").is_none())
        })
        .map(link)
        .collect();
    referred.dedup();
    if !referred.is_empty() {
        let _ = writeln!(text, "\nReferred to by {}.", referred.join(", "));
    }
    text.push('\n');
}

fn properties(column: &Object) -> String {
    let mut properties = Vec::new();
    if column.get("not null").is_none() {
        properties.push("may be NULL".to_owned());
    }
    if let Some(default) = column.get("default") {
        properties.push(format!("default `{}`", cell(default)));
    }
    if let Some(generated) = column.get("generated") {
        properties.push(format!("generated `{}`", cell(generated)));
    }
    if let Some(identity) = column.get("identity") {
        let kind = identity.split(" (").next().unwrap_or(identity);
        properties.push(format!("identity, {}", kind.to_lowercase()));
    }
    properties.join("; ")
}

fn views(text: &mut String, catalog: &Catalog) {
    let views: Vec<_> = catalog
        .of_kind(Kind::View)
        .chain(catalog.of_kind(Kind::MaterializedView))
        .collect();
    if views.is_empty() {
        return;
    }
    text.push_str("\n## Views\n");
    for (name, view) in views {
        let _ = writeln!(text, "\n### {}\n", bare(name));
        if let Some(comment) = view.get("comment") {
            let _ = writeln!(text, "{}\n", cell(comment));
        }
        let columns: Vec<String> = catalog
            .columns(name)
            .into_iter()
            .map(|(column, object)| {
                let column = &column.identity[name.identity.len() + 1..];
                format!("{column} {}", object.get("type").unwrap_or_default())
            })
            .collect();
        let _ = writeln!(text, "Columns: {}.", columns.join(", "));
    }
}
