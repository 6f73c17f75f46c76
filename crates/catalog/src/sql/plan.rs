//! What is dropped, made and changed, before any order.

use std::collections::{BTreeMap, BTreeSet};

use super::alter::{Alter, Around, NO_INVALID, alter};
use super::column::type_of;
use super::types::{is_row_type, is_type};
use crate::kind::Kind;
use crate::model::{Catalog, Name, Object};

/// The work that is to be done.
pub(super) struct Work<'c> {
    pub(super) from: &'c Catalog,
    pub(super) to: &'c Catalog,
    pub(super) drops: BTreeSet<Name>,
    pub(super) creates: BTreeSet<Name>,
    pub(super) alters: BTreeMap<Name, Vec<String>>,
    /// Columns whose default is taken away meanwhile.
    pub(super) without_default: BTreeSet<Name>,
    pub(super) open: BTreeMap<Name, String>,
    /// What is not made, although it is wanted.
    pub(super) refused: BTreeSet<Name>,
    /// Whether rows may be moved, and values be changed.
    pub(super) is_full: bool,
    /// Tables that are made again and get their rows back; whether with those of their partitions.
    pub(super) rebuilt: BTreeMap<Name, bool>,
    /// Partitions whose rows are among those of such a table.
    pub(super) moved_with_tree: BTreeSet<Name>,
    /// Columns whose type is made again.
    pub(super) retyped: BTreeSet<Name>,
    /// Indexes and constraints that only get another name.
    pub(super) renames: Vec<(Name, Name)>,
    /// Types that go only when no column is of them any more.
    pub(super) late_drops: BTreeSet<Name>,
    /// What was dropped and whose users were not looked for yet; whether it only gets another type.
    pub(super) queue: Vec<(Name, bool)>,
}

impl<'c> Work<'c> {
    pub(super) fn new(from: &'c Catalog, to: &'c Catalog, is_full: bool) -> Self {
        Self {
            is_full,
            rebuilt: BTreeMap::new(),
            moved_with_tree: BTreeSet::new(),
            retyped: BTreeSet::new(),
            renames: Vec::new(),
            late_drops: BTreeSet::new(),
            queue: Vec::new(),
            from,
            to,
            drops: BTreeSet::new(),
            creates: BTreeSet::new(),
            alters: BTreeMap::new(),
            without_default: BTreeSet::new(),
            open: BTreeMap::new(),
            refused: BTreeSet::new(),
        }
    }

    pub(super) fn plan(&mut self) {
        let (from, to) = (self.from, self.to);
        for (name, old) in from.objects() {
            if self.is_of_typed_table(name, old) || self.drops.contains(name) {
                continue;
            }
            match to.get(name) {
                None => {
                    self.drops.insert(name.clone());
                }
                Some(new) => self.plan_change(name, old, new),
            }
        }
        for (name, new) in to.objects() {
            if from.get(name).is_none() && !self.is_of_typed_table(name, new) {
                self.creates.insert(name.clone());
            }
        }
        self.note_checks();
        self.note_order();
        self.note_inheritance();
        self.note_new_labels();
        self.note_renames();
        self.queue
            .extend(self.drops.iter().map(|name| (name.clone(), false)));
        loop {
            self.close();
            self.settle();
            self.settle_renames();
            if self.queue.is_empty() {
                break;
            }
        }
        self.settle_types();
        self.note_inherited_order();
        let is_remade = |name: &Name| self.drops.contains(name);
        self.retyped.retain(|column| !is_remade(column));
        self.note_labels();
        for name in &self.creates {
            if to.get(name).is_some_and(Object::is_invalid) {
                self.open.insert(name.clone(), NO_INVALID.to_owned());
            }
        }
        for (name, old) in from.of_kind(Kind::Extension) {
            if to
                .get(name)
                .is_some_and(|new| new.get("owner") != old.get("owner"))
            {
                let why = "no statement changes the owner of an extension".to_owned();
                self.open.insert(name.clone(), why);
            }
        }
    }

    fn plan_change(&mut self, name: &Name, old: &Object, new: &Object) {
        let is_column = name.kind == Kind::Column;
        let after_parents = (is_column && new.get("inherited").is_some())
            .then(|| self.after_parents(name))
            .flatten();
        if after_parents.is_some() && old.get("default").is_some() && type_of(old) != type_of(new) {
            // Its parent's type is changed, and the default might not be of the new one.
            self.without_default.insert(name.clone());
        }
        let around = Around {
            from: self.from,
            to: self.to,
            is_full: self.is_full,
            is_key: is_column && type_of(old) != type_of(new) && self.is_key(name),
            forced: self.forced_value(name, old, new).filter(|_| is_column),
        };
        let mut change = alter(around, name, after_parents.as_ref().unwrap_or(old), new);
        if self.is_full
            && let Alter::Open(_) = change
            && let Some(forced) = self.by_force(name, old, new)
        {
            change = forced;
        }
        // It was dropped with its table meanwhile.
        if self.drops.contains(name) {
            return;
        }
        match change {
            Alter::InPlace(statements) => {
                if name.kind == Kind::Column && type_of(old) != type_of(new) {
                    self.queue.push((name.clone(), true));
                }
                self.alters.insert(name.clone(), statements);
            }
            Alter::Again => self.again_whole(name),
            Alter::Open(why) => {
                self.open.insert(name.clone(), why);
                self.alters.insert(name.clone(), Vec::new());
            }
        }
    }

    /// Columns come to such a table, and go, with the attributes of its type.
    fn is_of_typed_table(&self, name: &Name, object: &Object) -> bool {
        let whole = object.part_of().filter(|_| name.kind == Kind::Column);
        let of_type = |catalog: &Catalog| {
            let table = whole.and_then(|whole| catalog.get(whole))?;
            table.get("of type").map(str::to_owned)
        };
        let is_both = self.from.get(name).is_some() && self.to.get(name).is_some();
        !is_both && of_type(self.from).is_some() && of_type(self.from) == of_type(self.to)
    }

    pub(super) fn again(&mut self, name: &Name) {
        self.alters.remove(name);
        if self.drops.insert(name.clone()) {
            self.queue.push((name.clone(), false));
        }
        self.creates.insert(name.clone());
    }

    /// Whatever needs something that is dropped is dropped first, and made again if it is wanted.
    fn close(&mut self) {
        let mut needed_by: BTreeMap<&Name, Vec<&Name>> = BTreeMap::new();
        for (name, object) in self.from.objects() {
            for need in object.needs() {
                needed_by.entry(need).or_default().push(name);
            }
        }
        let mut seen = BTreeSet::new();
        while let Some((name, is_retyped)) = self.queue.pop() {
            if !seen.insert((name.clone(), is_retyped)) {
                continue;
            }
            for user in needed_by.get(&name).into_iter().flatten() {
                if self.drops.contains(*user) || self.to.get(user).is_none() {
                    continue;
                }
                if self.follows(user, &name, is_retyped) {
                    self.again_whole(user);
                }
            }
        }
    }

    fn follows(&mut self, user: &Name, name: &Name, is_retyped: bool) -> bool {
        match user.kind {
            Kind::View
            | Kind::MaterializedView
            | Kind::Rule
            | Kind::Policy
            | Kind::Trigger
            | Kind::Function
            | Kind::Procedure
            | Kind::Publication => true,
            // A partition that leaves keeps its own.
            Kind::Index | Kind::Constraint if self.is_detached_from(user, name) => false,
            // ALTER COLUMN TYPE builds these again, but forgets what was set for statistics; and both sides of a
            // foreign key must have the same type.
            Kind::Index | Kind::Constraint | Kind::Statistics => {
                let Some(object) = self.from.get(user) else {
                    return false;
                };
                let is_foreign_key = object.get("references").is_some();
                !is_retyped
                    || self.is_full && is_foreign_key
                    || ["target", "statistics"]
                        .iter()
                        .any(|attribute| object.get(attribute).is_some())
            }
            Kind::Column => {
                self.column_needs(user, name, is_retyped);
                false
            }
            // Its rows are elsewhere, and it cannot change its server.
            Kind::ForeignTable if name.kind == Kind::Server => true,
            Kind::Table if self.is_full && !is_retyped && !is_row_type(name.kind) => {
                let is_key = self
                    .from
                    .get(user)
                    .is_some_and(|table| table.get("partition key").is_some());
                self.rebuild(user, is_key);
                false
            }
            // Children leave their parent, sequences their column.
            Kind::Table | Kind::ForeignTable | Kind::Sequence => false,
            _ => !is_retyped,
        }
    }

    fn is_detached_from(&self, user: &Name, name: &Name) -> bool {
        let is_part = self.from.get(user).is_some_and(|object| {
            object.get("partition of").is_some() || object.get("inherited").is_some()
        });
        let table = self.from.get(name).and_then(Object::part_of);
        is_part
            && matches!(name.kind, Kind::Index | Kind::Constraint)
            && table.is_some_and(|table| self.drops.contains(table))
    }

    fn column_needs(&mut self, column: &Name, need: &Name, is_retyped: bool) {
        let Some(object) = self.from.get(column) else {
            return;
        };
        if self.is_full {
            let is_generated = object.get("generated").is_some();
            let is_of =
                is_type(need.kind) || is_row_type(need.kind) || need.kind == Kind::Extension;
            if is_generated || !is_retyped && is_of {
                self.retype(column, need);
            } else if object.get("default").is_some() && !is_retyped {
                self.without_default.insert(column.clone());
            }
            return;
        }
        let is_used_as_type = is_type(need.kind);
        if object.get("generated").is_some() {
            let is_kept = self
                .to
                .get(column)
                .is_some_and(|new| new.get("generated").is_some());
            if is_kept {
                self.open
                    .insert(need.clone(), format!("{column} is generated from it"));
                if !is_retyped {
                    self.keep(need);
                } else {
                    self.alters.remove(need);
                }
            }
        } else if is_used_as_type {
            let is_kept = self
                .to
                .get(column)
                .is_some_and(|new| new.get("type") == object.get("type"));
            if is_kept {
                self.open.insert(need.clone(), format!("{column} is of it"));
                self.keep(need);
            }
        } else if object.get("default").is_some() && !is_retyped {
            self.without_default.insert(column.clone());
        }
    }

    /// Gives up dropping something.
    fn keep(&mut self, name: &Name) {
        self.drops.remove(name);
        self.creates.remove(name);
    }
}
