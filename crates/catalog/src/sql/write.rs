//! The statements in their order.

use std::collections::BTreeSet;

use super::alter::enforce;
use super::column::type_of;
use super::names::last;
use super::order::Units;
use super::parts::{is_last, is_parents};
use super::plan::Work;
use super::script::{Script, Step};
use super::{attach, column, common, create, privileges, table};
use crate::kind::Kind;
use crate::model::{Name, Object};

impl Work<'_> {
    pub(super) fn write(mut self) -> Script {
        let mut script = Script::default();
        self.keep_rows(&mut script);
        self.write_before(&mut script);
        let last = self.write_drops(&mut script);
        let late = self.late();
        self.write_creates(&mut script, &late);
        self.write_after(&mut script, &late, last);
        script.open = std::mem::take(&mut self.open).into_iter().collect();
        script
    }

    pub(super) fn push(&self, script: &mut Script, name: &Name, statements: Vec<String>) {
        script.steps.extend(statements.into_iter().map(|sql| Step {
            name: name.clone(),
            sql,
            loses: Vec::new(),
        }));
    }

    fn write_creates(&mut self, script: &mut Script, late: &BTreeSet<Name>) {
        let inline = self.inline(late);
        let names: BTreeSet<Name> = self
            .creates
            .iter()
            .chain(self.alters.keys())
            .filter(|name| !inline.contains_key(*name))
            .filter(|name| !is_last(name.kind) && !self.is_behind_rows(name))
            .cloned()
            .collect();
        let mut units = Units::new(self.to, inline.clone());
        for kind in [Kind::Table, Kind::ForeignTable, Kind::Type] {
            for (table, _) in self.to.of_kind(kind) {
                let columns = self.to.columns(table).into_iter().map(|(column, _)| column);
                let new: Vec<&Name> = columns.filter(|column| names.contains(*column)).collect();
                for pair in new.windows(2) {
                    units.behind(pair[1], pair[0]);
                }
            }
        }
        for (name, object) in self.to.of_kind(Kind::Constraint) {
            let is_new = names.contains(name) && object.get("references").is_none();
            if is_new && object.get("inherited").is_some() {
                let parents = object.needs().filter(|need| need.kind == Kind::Constraint);
                parents.for_each(|parent| units.behind(parent, name));
            }
        }
        for (column, _) in self.to.of_kind(Kind::Column) {
            let child = units.unit(column);
            for parent in self.parents(column) {
                if names.contains(&child) && names.contains(&parent) {
                    units.behind(&child, &parent);
                }
            }
        }
        let mut missing = self.refused.clone();
        for name in units.sorted(&names) {
            if missing.contains(&name) {
                continue;
            }
            if let Some(need) = units
                .needs(&name)
                .iter()
                .find(|need| missing.contains(*need))
            {
                self.open.insert(name.clone(), format!("it needs {need}"));
                missing.insert(name);
                continue;
            }
            self.write_one(script, &name, late);
            if self.refused.contains(&name) {
                missing.insert(name);
                continue;
            }
            for (part, whole) in &inline {
                if *whole == name {
                    self.write_part(script, part);
                }
            }
        }
        self.refused.extend(missing);
    }

    /// Foreign keys hold when all rows are where they belong.
    fn is_behind_rows(&self, name: &Name) -> bool {
        let is_foreign_key = |object: &Object| object.get("references").is_some();
        !self.rebuilt.is_empty()
            && name.kind == Kind::Constraint
            && self.creates.contains(name)
            && self.to.get(name).is_some_and(is_foreign_key)
    }

    fn write_one(&mut self, script: &mut Script, name: &Name, late: &BTreeSet<Name>) {
        let Some(new) = self.to.get(name) else {
            return;
        };
        if self.creates.contains(name) && self.comes_with_parents(name, new) {
            return;
        }
        if !self.creates.contains(name) {
            if let Some(table) = new.part_of().filter(|_| self.retyped.contains(name)) {
                let column = last(name, new);
                let sql = format!(
                    "ALTER TABLE {} ALTER COLUMN {column} TYPE {} USING {}",
                    table.identity,
                    type_of(new),
                    self.again_value(new, column)
                );
                let mut statements = vec![sql];
                if let Some(storage) = new.get("storage") {
                    statements.push(format!(
                        "ALTER TABLE {} ALTER COLUMN {column} SET STORAGE {storage}",
                        table.identity
                    ));
                }
                self.push(script, name, statements);
            }
            let statements = self.alters.get(name).cloned().unwrap_or_default();
            let before = script.steps.len();
            self.push(script, name, statements);
            let mut steps = script.steps[before..].iter_mut();
            if let Some(step) = steps.find(|step| step.sql.contains(" TYPE ")) {
                step.loses.extend(self.changed(name));
            }
            let unsure = self.revoked(name, new);
            self.write_common(script, name, self.from.get(name), new, &unsure);
            return;
        }
        match create::create(self.to, name, new, late) {
            Ok(mut statements) => {
                if self.rebuilt.get(name) == Some(&false) && !self.moved_with_tree.contains(name) {
                    // Before triggers, rules and policies are there.
                    statements.splice(1..1, self.restored(name));
                }
                self.push(script, name, statements);
            }
            Err(why) => {
                self.open.insert(name.clone(), why);
                self.refused.insert(name.clone());
                return;
            }
        }
        let unsure = privileges::given_by_default(self.from, name);
        self.write_common(script, name, None, new, &unsure);
        if name.kind == Kind::Constraint && new.get("triggers").is_some() {
            if let Some(table) = new.part_of().filter(|_| self.is_full) {
                let sql = enforce(&table.identity, last(name, new), new);
                self.push(script, name, vec![sql]);
            } else {
                let why = "only a superuser can disable the triggers that enforce it".to_owned();
                self.open.insert(name.clone(), why);
            }
        }
        if let Some(why) = create::incomplete(name, new) {
            self.open.insert(name.clone(), why);
        }
    }

    /// REVOKE on a table takes the same privileges on its columns away.
    fn revoked(&self, name: &Name, new: &Object) -> BTreeSet<String> {
        let whole = new.part_of().filter(|_| name.kind == Kind::Column);
        let table = whole.and_then(|whole| Some((self.from.get(whole)?, self.to.get(whole)?)));
        table.map_or_else(BTreeSet::new, |(old, new_table)| {
            let differs = |(attribute, _): &(&str, &str)| {
                old.get(attribute) != new_table.get(attribute) && new.get(attribute).is_some()
            };
            old.attributes()
                .filter(differs)
                .filter_map(|(attribute, _)| attribute.strip_prefix("privileges of "))
                .map(str::to_owned)
                .collect()
        })
    }

    /// What a part of something new has besides its place there.
    fn write_part(&self, script: &mut Script, part: &Name) {
        let Some(object) = self.to.get(part) else {
            return;
        };
        if let Some(view) = object.part_of().filter(|whole| whole.kind == Kind::View) {
            let statements = create::view_column(&view.identity, last(part, object), object);
            self.push(script, part, statements);
        }
        self.write_common(script, part, None, object, &BTreeSet::new());
    }

    /// Its owner, privileges and comment, and those of an identity column's sequence.
    fn write_common(
        &self,
        script: &mut Script,
        name: &Name,
        old: Option<&Object>,
        new: &Object,
        unsure: &BTreeSet<String>,
    ) {
        self.push(script, name, common::changes(name, old, new, unsure));
        if let Some((sequence, is)) = common::sequence_of(new) {
            let was = old.and_then(common::sequence_of).map(|(_, was)| was);
            let unsure = match was {
                Some(_) => BTreeSet::new(),
                None => privileges::given_by_default(self.from, &sequence),
            };
            let statements = common::changes(&sequence, was.as_ref(), &is, &unsure);
            self.push(script, name, statements);
        }
    }

    /// Whether it, and what it belongs to, could be made.
    fn is_there(&self, name: &Name, object: &Object) -> bool {
        let owner = object
            .get("owned by")
            .map(|column| Name::new(Kind::Column, column));
        let table = owner.and_then(|column| self.to.get(&column)?.part_of().cloned());
        ![Some(name), object.part_of(), table.as_ref()]
            .into_iter()
            .flatten()
            .any(|name| self.refused.contains(name))
    }

    /// Since PostgreSQL 15, the sequences of its columns become logged with a table, and unlogged.
    fn write_persistence(&self, script: &mut Script) {
        for (name, sequence) in self.to.of_kind(Kind::Sequence) {
            let column = sequence
                .get("owned by")
                .map(|column| Name::new(Kind::Column, column));
            let table = column.and_then(|column| self.to.get(&column)?.part_of());
            let Some((new, old)) =
                table.and_then(|table| self.to.get(table).zip(self.from.get(table)))
            else {
                continue;
            };
            let (is, wanted) = (new.get("persistence"), sequence.get("persistence"));
            if is != old.get("persistence") && is != wanted && self.is_there(name, sequence) {
                let state = wanted.map_or("LOGGED", |_| "UNLOGGED");
                self.push(
                    script,
                    name,
                    vec![format!("ALTER SEQUENCE {} SET {state}", name.identity)],
                );
            }
        }
    }

    fn write_after(&mut self, script: &mut Script, late: &BTreeSet<Name>, drops: Vec<Step>) {
        for column in late.iter().chain(&self.without_default) {
            if let Some(object) = self.to.get(column)
                && self.is_there(column, object)
                && let (Some(table), Some(default)) = (object.part_of(), object.get("default"))
            {
                let sql = format!(
                    "ALTER TABLE {} ALTER COLUMN {} SET DEFAULT {default}",
                    table.identity,
                    last(column, object)
                );
                self.push(script, column, vec![sql]);
            }
        }
        let (from, creates) = (self.from, self.creates.clone());
        let before = |name: &Name| from.get(name).filter(|_| !creates.contains(name));
        for kind in [Kind::Sequence, Kind::Table, Kind::ForeignTable, Kind::Index] {
            for (name, new) in self
                .to
                .of_kind(kind)
                .filter(|(name, new)| self.is_there(name, new))
            {
                let old = before(name).filter(|old| !self.comes_back(name, old));
                let statements = attach::attach(self.from, self.to, name, old, new);
                self.push(script, name, statements);
            }
        }
        self.restore_trees(script);
        let behind: Vec<Name> = self
            .creates
            .iter()
            .filter(|name| self.is_behind_rows(name))
            .cloned()
            .collect();
        for name in behind {
            if self
                .to
                .get(&name)
                .is_some_and(|new| self.is_there(&name, new))
            {
                self.write_one(script, &name, late);
            }
        }
        script.steps.extend(drops);
        self.write_persistence(script);
        for kind in [Kind::Table, Kind::MaterializedView] {
            for (name, new) in self
                .to
                .of_kind(kind)
                .filter(|(name, new)| self.is_there(name, new))
            {
                let statements = table::marks(kind, &name.identity, before(name), new);
                self.push(script, name, statements);
            }
        }
        for (name, new) in self
            .to
            .objects()
            .filter(|(name, new)| is_parents(name, new) && self.is_there(name, new))
        {
            let is_of_new = new
                .part_of()
                .is_some_and(|whole| self.creates.contains(whole));
            if self.alters.contains_key(name) || name.kind == Kind::Column && is_of_new {
                continue;
            }
            // It is there now, as its parent's is: not disabled, and without a comment.
            if let Some(now) = self
                .after_parents(name)
                .filter(|_| name.kind == Kind::Column)
                && let Ok(statements) = column::changes(name, &now, new, None)
            {
                self.push(script, name, statements);
            }
            if name.kind == Kind::Trigger {
                let statements = create::enabled(name, None, new).into_iter().collect();
                self.push(script, name, statements);
            }
            self.write_common(script, name, None, new, &BTreeSet::new());
        }
        let last: BTreeSet<Name> = self
            .creates
            .iter()
            .chain(self.alters.keys())
            .filter(|name| is_last(name.kind))
            .cloned()
            .collect();
        for name in last {
            self.write_one(script, &name, late);
        }
    }
}
