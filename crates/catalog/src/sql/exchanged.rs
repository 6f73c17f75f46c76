//! Names that stand for something else than before.

use std::collections::{BTreeMap, BTreeSet};

use super::rename::keys;
use crate::kind::Kind;
use crate::model::{Catalog, Name, Object};

/// Something that has another name now, while its old name stands for something else: two columns whose names were
/// exchanged, a table or column in whose place another was made.
///
/// To make attributes equal by name would leave the values, or the rows, where they do not belong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchanged {
    /// What it was called.
    pub was: Name,
    /// What it is called now.
    pub is: Name,
}

/// All of them between two catalogs: by the numbers of columns, which PostgreSQL never gives again, and by the keys and
/// indexes that a table takes along.
#[must_use]
pub fn exchanged(from: &Catalog, to: &Catalog) -> Vec<Exchanged> {
    let tables = from
        .of_kind(Kind::Table)
        .chain(from.of_kind(Kind::ForeignTable));
    // A partition's columns are its table's.
    let both: Vec<&Name> = tables
        .filter(|(name, table)| table.get("partition of").is_none() && to.get(name).is_some())
        .map(|(name, _)| name)
        .collect();
    let mut all: Vec<Exchanged> = both
        .iter()
        .flat_map(|table| columns(from, to, table))
        .collect();
    let new = to.of_kind(Kind::Table).map(|(name, _)| name);
    let new: Vec<(&Name, BTreeSet<String>)> = new
        .filter(|name| from.get(name).is_none())
        .map(|name| (name, keys(to, name)))
        .collect();
    if new.is_empty() {
        return all;
    }
    for was in both {
        let lost = &keys(from, was) - &keys(to, was);
        let taken = new.iter().filter(|(_, has)| !lost.is_disjoint(has));
        all.extend(taken.map(|(is, _)| Exchanged {
            was: was.clone(),
            is: (*is).clone(),
        }));
    }
    all
}

fn columns(from: &Catalog, to: &Catalog, table: &Name) -> Vec<Exchanged> {
    let (before, after) = (numbered(from, table), numbered(to, table));
    // Where numbers are gone, the table may have been restored from a dump, which numbers columns anew.
    if !before.keys().all(|number| after.contains_key(number)) {
        return Vec::new();
    }
    let columns = before.iter().filter_map(|(number, (was, column))| {
        let (is, now) = after.get(number)?;
        let is_same = was == is || column.get("type") != now.get("type");
        (!is_same && to.get(was).is_some()).then(|| Exchanged {
            was: (*was).clone(),
            is: (*is).clone(),
        })
    });
    columns.collect()
}

fn numbered<'c>(catalog: &'c Catalog, table: &Name) -> BTreeMap<i32, (&'c Name, &'c Object)> {
    let columns = catalog.columns(table).into_iter();
    columns
        .filter_map(|(name, column)| Some((column.get("position")?.parse().ok()?, (name, column))))
        .collect()
}
