//! The tables that a migration changes, with their neighbours, as a picture shows them.

use std::collections::BTreeSet;

use jubilee_catalog::{Catalog, Change, Kind, Name, What};

/// The most tables that a picture holds.
const MOST: usize = 18;

/// What became of a table, a column or a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is as before.
    Kept,
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It is another.
    Changed,
}

/// A table of the picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PicturedTable {
    /// Its name; with its schema, unless that is `public`.
    pub name: String,
    /// What became of it.
    pub fate: Fate,
    /// The columns of its keys, and those that are not as before.
    pub columns: Vec<PicturedColumn>,
    /// Its foreign keys to tables of the picture.
    pub references: Vec<PicturedReference>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PicturedColumn {
    /// Its name.
    pub name: String,
    /// Its type.
    pub data_type: String,
    /// Whether it is part of the primary key.
    pub primary: bool,
    /// Whether it is part of a foreign key.
    pub foreign: bool,
    /// What became of it.
    pub fate: Fate,
}

/// A foreign key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PicturedReference {
    /// The table that it refers to.
    pub to: String,
    /// Its columns.
    pub columns: Vec<String>,
    /// What became of it.
    pub fate: Fate,
}

/// The tables that are changed, and those that they refer to or that refer to them; and how many of the
/// latter are left out.
pub(crate) fn picture(
    changes: &[Change],
    before: &Catalog,
    after: &Catalog,
) -> (Vec<PicturedTable>, usize) {
    let touched = touched(changes, before, after);
    let mut all: Vec<Name> = touched.iter().cloned().collect();
    for catalog in [after, before] {
        for (table, _) in catalog.of_kind(Kind::Table) {
            for (_, to, _) in references(catalog, table) {
                for (one, other) in [(table, &to), (&to, table)] {
                    let is_new = touched.contains(one) && !all.contains(other);
                    if is_new && !is_partition(catalog, other) {
                        all.push(other.clone());
                    }
                }
            }
        }
    }
    let left = all.len().saturating_sub(MOST.max(touched.len()));
    all.truncate(all.len() - left);
    let pictured = all.iter().map(|table| {
        let is_touched = touched.contains(table);
        let fate = fate(
            before.get(table).is_some(),
            after.get(table).is_some(),
            is_touched,
        );
        let mut references = edges(before, after, table);
        let of_picture = |name: &String| all.iter().any(|other| shown(other) == *name);
        references.retain(|reference| of_picture(&reference.to));
        PicturedTable {
            name: shown(table),
            fate,
            columns: columns(before, after, table, fate, &references),
            references,
        }
    });
    (pictured.collect(), left)
}

/// The tables that changes are about.
fn touched(changes: &[Change], before: &Catalog, after: &Catalog) -> BTreeSet<Name> {
    let mut tables = BTreeSet::new();
    for change in changes {
        let parts: &[Name] = match &change.what {
            What::Added(parts) | What::Removed(parts) => parts,
            What::Changed(_) => &[],
        };
        for name in parts.iter().chain([&change.name]) {
            for catalog in [after, before] {
                let table = match name.kind {
                    Kind::Table => Some(name),
                    _ => catalog.get(name).and_then(|object| object.part_of()),
                };
                let table = table.filter(|t| t.kind == Kind::Table && catalog.get(t).is_some());
                tables.extend(table.filter(|t| !is_partition(catalog, t)).cloned());
            }
        }
    }
    tables
}

fn is_partition(catalog: &Catalog, table: &Name) -> bool {
    let table = catalog.get(table);
    table.is_some_and(|table| table.get("partition of").is_some())
}

fn fate(was: bool, is: bool, changed: bool) -> Fate {
    match (was, is) {
        (false, _) => Fate::Added,
        (true, false) => Fate::Removed,
        (true, true) if changed => Fate::Changed,
        (true, true) => Fate::Kept,
    }
}

/// The foreign keys of a table: their definition, what they refer to, and their columns.
fn references(catalog: &Catalog, table: &Name) -> Vec<(String, Name, Vec<String>)> {
    catalog
        .parts(table, Kind::Constraint)
        .filter_map(|(_, constraint)| {
            let to = Name::new(Kind::Table, constraint.get("references")?);
            let definition = constraint.get("definition")?;
            Some((definition.to_owned(), to, key(definition)))
        })
        .collect()
}

/// The columns in the first brackets of a constraint's definition.
fn key(definition: &str) -> Vec<String> {
    let inside = definition
        .split_once('(')
        .and_then(|(_, rest)| rest.split_once(')'));
    let list = inside.map_or("", |(list, _)| list);
    list.split(", ")
        .map(|name| name.trim_matches('"').to_owned())
        .collect()
}

fn edges(before: &Catalog, after: &Catalog, table: &Name) -> Vec<PicturedReference> {
    let (old, new) = (references(before, table), references(after, table));
    let mut edges: Vec<PicturedReference> = Vec::new();
    for (definition, to, columns) in new.iter().chain(&old) {
        let is_in = |list: &[(String, Name, Vec<String>)]| {
            list.iter().any(|(other, ..)| other == definition)
        };
        let edge = PicturedReference {
            to: shown(to),
            columns: columns.clone(),
            fate: fate(is_in(&old), is_in(&new), false),
        };
        if !edges.contains(&edge) {
            edges.push(edge);
        }
    }
    edges
}

fn columns(
    before: &Catalog,
    after: &Catalog,
    table: &Name,
    of_table: Fate,
    references: &[PicturedReference],
) -> Vec<PicturedColumn> {
    let mut columns: Vec<PicturedColumn> = Vec::new();
    for catalog in [after, before] {
        let primary: Vec<String> = catalog
            .parts(table, Kind::Constraint)
            .filter_map(|(_, constraint)| constraint.get("definition"))
            .filter(|definition| definition.starts_with("PRIMARY KEY"))
            .flat_map(key)
            .collect();
        for (name, column) in catalog.columns(table) {
            let bare = name
                .identity
                .get(table.identity.len() + 1..)
                .unwrap_or_default();
            let bare = bare.trim_matches('"').to_owned();
            let (was, is) = (before.get(name), after.get(name));
            let other = was.is_some() && is.is_some() && was != is;
            let fate = fate(was.is_some(), is.is_some(), other);
            let foreign = references.iter().any(|r| r.columns.contains(&bare));
            let is_key = primary.contains(&bare) || foreign;
            let is_news = of_table == Fate::Changed && fate != Fate::Kept;
            if (is_key || is_news) && !columns.iter().any(|c| c.name == bare) {
                columns.push(PicturedColumn {
                    data_type: column.get("type").unwrap_or_default().to_owned(),
                    primary: primary.contains(&bare),
                    foreign,
                    fate,
                    name: bare,
                });
            }
        }
    }
    columns
}

/// A name as people write it.
fn shown(table: &Name) -> String {
    let bare = table.identity.strip_prefix("public.");
    bare.unwrap_or(&table.identity).replace('"', "")
}
