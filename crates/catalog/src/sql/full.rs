//! What only the full form of a script does: tables and types are made again, and rows go from the old to the new.

use std::collections::BTreeSet;

use super::alter::Alter;
use super::column::type_of;
use super::options;
use super::plan::Work;
use super::types::{is_row_type, is_type};
use crate::kind::Kind;
use crate::model::{Catalog, Name, Object};

impl Work<'_> {
    /// What is to be done where the careful form leaves something open; or that it stays open.
    pub(super) fn by_force(&mut self, name: &Name, old: &Object, new: &Object) -> Option<Alter> {
        match name.kind {
            Kind::Table => {
                let is_tree = old.get("partition key") != new.get("partition key");
                self.rebuild(name, is_tree);
            }
            Kind::Column => {
                let whole = new.part_of()?.clone();
                match whole.kind {
                    Kind::Table => self.rebuild(&whole, self.is_key(name)),
                    _ => self.again_whole(&whole),
                }
            }
            Kind::DomainConstraint => {
                let domain = new.part_of()?.clone();
                self.again_whole(&domain);
            }
            Kind::Type if !self.is_reordered(name) => return None,
            Kind::ForeignTable | Kind::Enum | Kind::Domain | Kind::Type | Kind::Extension => {
                self.again_whole(name);
            }
            _ => return None,
        }
        Some(Alter::InPlace(Vec::new()))
    }

    /// Drops something and makes it again, with all that belongs to it.
    pub(super) fn again_whole(&mut self, name: &Name) {
        if self.drops.contains(name) {
            return;
        }
        self.again(name);
        let from = self.from;
        for (part, object) in from.objects() {
            if object.part_of() == Some(name) {
                if self.to.get(part).is_some() {
                    self.again(part);
                } else {
                    self.drops.insert(part.clone());
                }
            }
        }
    }

    /// Makes a table again and moves its rows there. `is_tree`: with those of its partitions, which may then lie
    /// in other partitions.
    pub(super) fn rebuild(&mut self, table: &Name, is_tree: bool) {
        if self.to.get(table).is_none() {
            return;
        }
        if table.kind != Kind::Table {
            return self.again_whole(table);
        }
        match self.rebuilt.get(table) {
            Some(is_done) if *is_done || !is_tree => return,
            _ => self.rebuilt.insert(table.clone(), is_tree),
        };
        self.again_whole(table);
        for child in self.children(table) {
            // A partition can leave and come back; what is inherited stays a table's own when it leaves.
            let is_partition = self
                .to
                .get(&child)
                .is_some_and(|child| child.get("partition of").is_some());
            if is_tree && is_partition {
                self.moved_with_tree.insert(child.clone());
                self.rebuild(&child, true);
            } else if !is_partition {
                self.rebuild(&child, false);
            }
        }
        // Rows of a partition that are referred to cannot leave.
        let mut above = Some(table.clone());
        while let Some(name) = above {
            for (constraint, object) in self.from.of_kind(Kind::Constraint) {
                if object.get("references") == Some(&name.identity)
                    && self.to.get(constraint).is_some()
                    && !self.drops.contains(constraint)
                    && object.get("inherited").is_none()
                {
                    self.again(constraint);
                }
            }
            above = parent(self.from, &name);
        }
    }

    /// The partitions and children of a table that are to be there.
    pub(super) fn children(&self, table: &Name) -> Vec<Name> {
        let is_child = |(name, object): &(&Name, &Object)| {
            let parents = object.get("inherits").unwrap_or_default();
            self.to.get(name).is_some()
                && (object.get("partition of") == Some(&table.identity)
                    || options::split(parents).contains(&table.identity.as_str()))
        };
        let tables = self.from.of_kind(Kind::Table);
        tables
            .filter(is_child)
            .map(|(name, _)| name.clone())
            .collect()
    }

    /// Whether a column is in the partition key of its table, or of a table below it.
    pub(super) fn is_key(&self, column: &Name) -> bool {
        let Some(object) = self.from.get(column) else {
            return false;
        };
        let Some(table) = object.part_of() else {
            return false;
        };
        let short = super::names::last(column, object);
        let mut open = vec![table.clone()];
        while let Some(table) = open.pop() {
            let key = self
                .from
                .get(&table)
                .and_then(|table| table.get("partition key"));
            if key.is_some_and(|key| mentions(key, short)) {
                return true;
            }
            let below = self.from.of_kind(Kind::Table);
            open.extend(
                below
                    .filter(|(_, other)| other.get("partition of") == Some(&table.identity))
                    .map(|(name, _)| name.clone()),
            );
        }
        false
    }

    /// A column whose type is made again: its values go through text.
    pub(super) fn retype(&mut self, column: &Name, need: &Name) {
        let (Some(old), Some(new)) = (self.from.get(column), self.to.get(column)) else {
            return;
        };
        let Some(whole) = new.part_of().cloned() else {
            return;
        };
        if self.drops.contains(&whole) {
            return;
        }
        match whole.kind {
            Kind::View | Kind::MaterializedView | Kind::ForeignTable | Kind::Type => {
                return self.again_whole(&whole);
            }
            _ => {}
        }
        if old.get("generated").is_some()
            || new.get("generated").is_some()
            || is_row_type(need.kind)
        {
            return self.rebuild(&whole, false);
        }
        if need.kind == Kind::Range {
            // Its functions keep their names when it gets another.
            return self.rebuild(&whole, self.is_key(column));
        }
        if type_of(old) != type_of(new) {
            // It gets another type; until then the old one is needed.
            self.late_drops.insert(need.clone());
            return;
        }
        if self.is_key(column) {
            return self.rebuild(&whole, true);
        }
        if old.get("inherited").is_some() {
            // With its parent's.
            return;
        }
        if is_type(need.kind) {
            self.late_drops.insert(need.clone());
        }
        if old.get("default").is_some() {
            self.without_default.insert(column.clone());
        }
        self.retyped.insert(column.clone());
        self.queue.push((column.clone(), true));
    }

    /// What a type needs that goes only at the end, goes after it.
    pub(super) fn settle_types(&mut self) {
        let mut open: Vec<Name> = self.late_drops.iter().cloned().collect();
        while let Some(name) = open.pop() {
            let parts = self.from.parts(&name, Kind::Column).map(|(_, part)| part);
            let needs: Vec<Name> = parts
                .chain(self.from.get(&name))
                .flat_map(|object| object.needs().cloned().collect::<Vec<_>>())
                .filter(|need| is_type(need.kind) && self.drops.contains(need))
                .collect();
            for need in needs {
                if self.late_drops.insert(need.clone()) {
                    open.push(need);
                }
            }
        }
    }

    /// Partitions of a table that is made again come back to it only if they are as they are to be.
    pub(super) fn settle(&mut self) {
        let parents: Vec<Name> = self.rebuilt.keys().cloned().collect();
        for parent in parents {
            for child in self.children(&parent) {
                if self.rebuilt.contains_key(&child) {
                    continue;
                }
                let is_same = |part: &Name, old: &Object| {
                    let new = self.to.get(part);
                    new.is_some_and(|new| {
                        let is = |attribute| old.get(attribute) == new.get(attribute);
                        is("type")
                            && is("collation")
                            && is("definition")
                            && is("not null")
                            && is("generated")
                    })
                };
                let parts = |catalog: &Catalog| -> BTreeSet<Name> {
                    let all = [Kind::Column, Kind::Constraint].into_iter();
                    all.flat_map(|kind| {
                        catalog
                            .parts(&child, kind)
                            .map(|(name, _)| name.clone())
                            .collect::<Vec<_>>()
                    })
                    .collect()
                };
                let remade = |old: &Object| {
                    old.needs()
                        .any(|need| is_type(need.kind) && self.drops.contains(need))
                };
                let is_kept = parts(self.from) == parts(self.to)
                    && self.from.objects().all(|(part, old)| {
                        old.part_of() != Some(&child)
                            || !matches!(part.kind, Kind::Column | Kind::Constraint)
                            || is_same(part, old) && !remade(old)
                    });
                if !is_kept {
                    self.rebuild(&child, false);
                }
            }
        }
    }
}

/// The table of which a table is a partition.
pub(super) fn parent(catalog: &Catalog, table: &Name) -> Option<Name> {
    let parent = catalog.get(table)?.get("partition of")?;
    Some(Name::new(Kind::Table, parent))
}

/// Whether a partition key names a column.
fn mentions(key: &str, column: &str) -> bool {
    key.match_indices(column).any(|(at, _)| {
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '"' | '$');
        !key[..at].ends_with(is_name) && !key[at + column.len()..].starts_with(is_name)
    })
}
