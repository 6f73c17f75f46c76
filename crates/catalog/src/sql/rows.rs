//! How rows go from a table to the one that is made in its place.

use super::conversion::{Conversion, conversion, forced};
use super::names::{beside, last};
use super::plan::Work;
use super::script::{Loss, Script};
use super::sequence::of_identity;
use super::types::{is_row_type, is_type};
use super::{create, names};
use crate::kind::Kind;
use crate::model::{Catalog, Name, Object};

const ROWS: &str = "_rows_before";
const NUMBERS: &str = "_numbers_before";

impl Work<'_> {
    /// The rows, and how far identity columns have counted, are kept in tables of their own.
    pub(super) fn keep_rows(&self, script: &mut Script) {
        for (table, is_tree) in &self.rebuilt {
            if self.moved_with_tree.contains(table) {
                continue;
            }
            let sources = if *is_tree {
                self.leaves(table)
            } else {
                vec![table.clone()]
            };
            // What others write meanwhile would be neither copied nor kept.
            if table.kind == Kind::Table {
                let only = if *is_tree { "" } else { "ONLY " };
                let sql = format!(
                    "LOCK TABLE {only}{} IN ACCESS EXCLUSIVE MODE",
                    table.identity
                );
                self.push(script, table, vec![sql]);
            }
            for source in &sources {
                let is_forced = self.from.get(source);
                if is_forced
                    .is_some_and(|source| source.get("row security for the owner").is_some())
                {
                    let sql = format!(
                        "ALTER TABLE {} NO FORCE ROW LEVEL SECURITY",
                        source.identity
                    );
                    self.push(script, table, vec![sql]);
                }
            }
            let columns = self.moved(table);
            if !columns.is_empty() && !sources.is_empty() {
                let values: Vec<String> = columns
                    .iter()
                    .map(|column| self.kept_value(column))
                    .collect();
                let parts: Vec<String> = sources
                    .iter()
                    .map(|source| {
                        format!("SELECT {} FROM ONLY {}", values.join(", "), source.identity)
                    })
                    .collect();
                let sql = format!(
                    "CREATE TABLE {} AS\n{}",
                    beside(&table.identity, ROWS),
                    parts.join("\nUNION ALL ")
                );
                self.push(script, table, vec![sql]);
            }
            for (column, old, _) in self.identities(table) {
                let sql = format!(
                    "CREATE TABLE {} AS SELECT last_value, is_called FROM {old}",
                    numbers(table, column)
                );
                self.push(script, table, vec![sql]);
            }
        }
    }

    /// The statements that put them into the new table.
    pub(super) fn restored(&self, table: &Name) -> Vec<String> {
        let mut statements = Vec::new();
        let columns = self.moved(table);
        let has_rows = self.rebuilt.get(table) == Some(&false) || !self.leaves(table).is_empty();
        if !columns.is_empty() && has_rows {
            let held = beside(&table.identity, ROWS);
            let short = |column: &Name| -> String {
                self.to
                    .get(column)
                    .map_or("", |object| last(column, object))
                    .to_owned()
            };
            let names: Vec<String> = columns.iter().map(short).collect();
            let values: Vec<String> = columns
                .iter()
                .map(|column| self.new_value(column, &short(column)))
                .collect();
            statements.push(format!(
                "INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE\nSELECT {} FROM {held}",
                table.identity,
                names.join(", "),
                values.join(", ")
            ));
            statements.push(format!("DROP TABLE {held}"));
        }
        for (column, _, new) in self.identities(table) {
            let held = numbers(table, column);
            statements.push(format!(
                "SELECT pg_catalog.setval({}, last_value, is_called) FROM {held}",
                names::literal(&new)
            ));
            statements.push(format!("DROP TABLE {held}"));
        }
        statements
    }

    /// Once the partitions are there. No trigger and no rule takes part.
    pub(super) fn restore_trees(&self, script: &mut Script) {
        for (table, is_tree) in &self.rebuilt {
            if !is_tree || self.moved_with_tree.contains(table) {
                continue;
            }
            let mut around = Vec::new();
            for kind in [Kind::Trigger, Kind::Rule] {
                for (name, object) in self.to.of_kind(kind) {
                    let is_here = object
                        .part_of()
                        .is_some_and(|whole| self.is_below(whole, table));
                    if is_here && object.get("enabled") != Some("disabled") {
                        let disabled = Object {
                            attributes: [("enabled".to_owned(), "disabled".to_owned())].into(),
                            ..object.clone()
                        };
                        let off = create::enabled(name, None, &disabled);
                        around.push((
                            name.clone(),
                            off,
                            create::enabled(name, Some(&disabled), object),
                        ));
                    }
                }
            }
            let is_forced = |object: &Object| object.get("row security for the owner").is_some();
            let force = |what: &str| {
                vec![format!(
                    "ALTER TABLE {} {what} ROW LEVEL SECURITY",
                    table.identity
                )]
            };
            let forced = self.to.get(table).is_some_and(is_forced);
            for (name, off, _) in &around {
                self.push(script, name, off.iter().cloned().collect());
            }
            if forced {
                self.push(script, table, force("NO FORCE"));
            }
            self.push(script, table, self.restored(table));
            if forced {
                self.push(script, table, force("FORCE"));
            }
            for (name, _, on) in &around {
                self.push(script, name, on.iter().cloned().collect());
            }
        }
    }

    fn is_below(&self, table: &Name, root: &Name) -> bool {
        let mut at = Some(table.clone());
        while let Some(name) = at {
            if name == *root {
                return true;
            }
            at = super::full::parent(self.to, &name);
        }
        false
    }

    /// The tables of a tree that hold rows, but for those that leave it: these keep theirs.
    fn leaves(&self, root: &Name) -> Vec<Name> {
        let is_new_key = {
            let key =
                |catalog: &Catalog| catalog.get(root)?.get("partition key").map(str::to_owned);
            key(self.from) != key(self.to)
        };
        let mut leaves = Vec::new();
        let mut open = vec![root.clone()];
        while let Some(table) = open.pop() {
            if self
                .from
                .get(&table)
                .is_some_and(|table| table.get("partition key").is_none())
            {
                leaves.push(table.clone());
            }
            for (name, object) in self.from.of_kind(Kind::Table) {
                let is_wanted = match self.to.get(name) {
                    None => is_new_key,
                    Some(_) => self.moved_with_tree.contains(name),
                };
                if object.get("partition of") == Some(&table.identity) && is_wanted {
                    open.push(name.clone());
                }
            }
        }
        leaves.sort();
        leaves
    }

    /// The columns whose values are not, or as others.
    pub(super) fn left_behind(&self, table: &Name) -> Vec<Loss> {
        let columns = self.from.columns(table).into_iter();
        columns
            .filter(|(_, old)| old.get("generated").is_none())
            .filter_map(|(name, _)| match self.to.get(name) {
                None => Some(Loss::Removed(name.clone())),
                Some(_) => self.changed(name),
            })
            .collect()
    }

    /// What its new type does to the values of a column, if not all can be kept. What is inherited is said of the
    /// parent.
    pub(super) fn changed(&self, column: &Name) -> Option<Loss> {
        let new = self.to.get(column)?;
        let (was, is) = (self.from.get(column)?.get("type")?, new.get("type")?);
        let is_changed = matches!(conversion(was, is), Conversion::Lossy(_));
        (is_changed && new.get("inherited").is_none())
            .then(|| Loss::Changed(column.clone(), format!("{was} to {is}")))
    }

    /// The columns whose values are moved.
    fn moved(&self, table: &Name) -> Vec<Name> {
        let columns = self.to.columns(table).into_iter();
        columns
            .filter(|(name, new)| self.from.get(name).is_some() && new.get("generated").is_none())
            .map(|(name, _)| name.clone())
            .collect()
    }

    /// Whether the values wait as text, since their type is not there meanwhile, or is another then.
    fn is_text(&self, old: &Object) -> bool {
        let is_gone = |need: &Name| {
            let is_of =
                is_type(need.kind) || is_row_type(need.kind) || need.kind == Kind::Extension;
            is_of && self.drops.contains(need)
        };
        old.needs().any(is_gone)
    }

    fn kept_value(&self, column: &Name) -> String {
        let Some(old) = self.from.get(column) else {
            return "NULL".to_owned();
        };
        let short = last(column, old);
        if !self.is_text(old) {
            return short.to_owned();
        }
        if self.is_row(old) {
            return format!("pg_catalog.to_jsonb({short}) AS {short}");
        }
        // The column's collation may go.
        format!("{short}::text COLLATE pg_catalog.\"default\" AS {short}")
    }

    fn new_value(&self, column: &Name, short: &str) -> String {
        let Some((old, new)) = self.from.get(column).zip(self.to.get(column)) else {
            return short.to_owned();
        };
        let (was, is) = (
            old.get("type").unwrap_or_default(),
            new.get("type").unwrap_or_default(),
        );
        if self.is_text(old) && self.is_row(old) {
            return format!("pg_catalog.jsonb_populate_record(NULL::{is}, {short})");
        }
        if self.is_text(old) {
            return format!("{short}::{is}");
        }
        match conversion(was, is) {
            // Where INSERT does it, what does not fit is an error.
            Conversion::Assignment => short.to_owned(),
            _ => forced(short, was, is),
        }
    }

    /// How a value becomes one of another type, even if it is changed; nothing in the careful form.
    pub(super) fn forced_value(&self, name: &Name, old: &Object, new: &Object) -> Option<String> {
        let (was, is) = (old.get("type")?, new.get("type")?);
        let short = last(name, old);
        let is_row =
            |catalog: &Catalog, of: &str| catalog.get(&Name::new(Kind::Type, of)).is_some();
        self.is_full
            .then(|| match is_row(self.from, was) && is_row(self.to, is) {
                true => as_row(short, is),
                false => forced(short, was, is),
            })
    }

    /// Whether the column's values are rows of a composite type, whose attributes have names.
    fn is_row(&self, column: &Object) -> bool {
        let kind = [Kind::Type, Kind::Table];
        let data_type = column.get("type").unwrap_or_default();
        kind.iter()
            .any(|kind| self.from.get(&Name::new(*kind, data_type)).is_some())
    }

    /// The values of a column whose type is made again.
    pub(super) fn again_value(&self, column: &Object, short: &str) -> String {
        let is = column.get("type").unwrap_or_default();
        if self.is_row(column) {
            return as_row(short, is);
        }
        format!("{short}::text::{is}")
    }

    /// The identity columns that stay, with the name of the old sequence and of the new one.
    fn identities(&self, table: &Name) -> Vec<(usize, String, String)> {
        let sequence = |object: &Object| Some(of_identity(object.get("identity")?)?.to_owned());
        let columns = self.to.columns(table).into_iter();
        columns
            .enumerate()
            .filter_map(|(index, (name, new))| {
                let old = sequence(self.from.get(name)?)?;
                Some((index, old, sequence(new)?))
            })
            .collect()
    }
}

/// Where it waits how far an identity column has counted.
fn numbers(table: &Name, column: usize) -> String {
    beside(&table.identity, &format!("_{column}{NUMBERS}"))
}

/// Attributes find each other by their names.
fn as_row(value: &str, composite: &str) -> String {
    format!("pg_catalog.jsonb_populate_record(NULL::{composite}, pg_catalog.to_jsonb({value}))")
}
