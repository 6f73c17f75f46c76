//! The whole catalog, and what rules ask of it.

use std::collections::{HashMap, HashSet};

use super::guard::Secured;
use super::types::Types;
use super::{Relation, RelationKind};
use crate::syntax::{Makes, ObjectName, Volatility, volatility};

/// What migrations made, as it stands before a statement.
#[derive(Debug, Default)]
pub(crate) struct Catalog {
    pub(super) relations: HashMap<ObjectName, Relation>,
    /// Relations that may be gone, or renamed.
    pub(super) doubtful: HashSet<ObjectName>,
    /// Indexes, with their tables and how they are defined.
    pub(super) indexes: HashMap<ObjectName, Index>,
    pub(crate) types: Types,
    /// Functions that set a search path of their own.
    pub(super) with_search_path: HashSet<ObjectName>,
    /// Whether one of the functions of a name is volatile.
    pub(super) volatile: HashMap<ObjectName, bool>,
    /// Functions that only triggers can call.
    pub(super) of_triggers: HashSet<ObjectName>,
    /// Functions of triggers that raise an error.
    pub(super) refusing: HashSet<ObjectName>,
    /// Roles to which migrations grant something.
    pub(super) roles: HashSet<String>,
    /// Roles that own something, or may create something.
    pub(super) owners: HashSet<String>,
    /// Functions that not everybody may call.
    pub(super) not_for_all: HashSet<ObjectName>,
    /// Whether new functions are such.
    pub(super) closed_by_default: bool,
    /// Whether not everybody may create something in the schema `public`.
    pub(crate) public_is_closed: bool,
    pub(super) security: HashMap<ObjectName, Vec<Secured>>,
    /// Which file is read now: the first is 0.
    pub(crate) file: usize,
    /// Whether there may be more than is known here, since something could not be read.
    pub(crate) has_gaps: bool,
    /// What that may be, for which there is a name.
    unread: Makes,
    /// Whether a schema search path was set in this file.
    pub(super) search_path: bool,
}

/// An index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Index {
    pub(crate) table: ObjectName,
    /// `UNIQUE (a, lower(b)) WHERE …`, in one spelling.
    pub(crate) definition: String,
    pub(crate) file: usize,
}

impl Catalog {
    /// Begins the next file.
    pub(crate) fn next_file(&mut self) {
        self.file += 1;
        self.search_path = false;
    }

    /// What is known of the functions of that name, whatever their arguments.
    pub(crate) fn volatility(&self, function: &ObjectName) -> Volatility {
        match self.volatile.get(&function.key()) {
            Some(true) => Volatility::Volatile,
            Some(false) => Volatility::NotVolatile,
            None => volatility(function),
        }
    }

    /// Whether migrations made a function of that name that queries can call.
    pub(crate) fn has_function(&self, function: &ObjectName) -> bool {
        let name = function.key();
        self.volatile.contains_key(&name) && !self.of_triggers.contains(&name)
    }

    /// The relation of that name. Without a schema, it may be in any, as the search path says.
    pub(crate) fn relation(&self, name: &ObjectName) -> Option<&Relation> {
        self.resolve(name).map(|(_, relation)| relation)
    }

    /// The same with its own name.
    pub(crate) fn resolve(&self, name: &ObjectName) -> Option<(&ObjectName, &Relation)> {
        let key = name.key();
        if let Some(found) = self.relations.get_key_value(&key) {
            return Some(found);
        }
        if name.schema.is_some() || !self.search_path {
            return None;
        }
        let mut named = self.relations.iter().filter(|(n, _)| n.name == name.name);
        let found = named.next()?;
        named.next().is_none().then_some(found)
    }

    /// Whether there may be a relation of that name.
    pub(crate) fn may_have(&self, name: &ObjectName) -> bool {
        let key = name.key();
        self.unread.may_be(&key)
            || self.relations.contains_key(&key)
            || self.doubtful.contains(&key)
            || name.schema.is_none()
                && self
                    .relations
                    .keys()
                    .chain(&self.doubtful)
                    .any(|n| n.name == name.name)
    }

    /// Takes note of SQL that is not read, and may have made this.
    pub(crate) fn leave_gap(&mut self, made: Makes) {
        self.has_gaps = true;
        self.unread = std::mem::take(&mut self.unread).and(made);
    }

    /// Whether what is not known may be anything that has a name.
    pub(crate) fn may_have_anything(&self) -> bool {
        self.unread == Makes::Anything
    }

    /// Whether what was not read may have made just that relation, with other columns.
    pub(super) fn may_be_made_before(&self, name: &ObjectName) -> bool {
        let is_any = self.unread.may_be(&ObjectName::new(None, ""));
        !is_any && self.unread.may_be(name)
    }

    /// Whether an earlier file made a table, so that what it did not make is not there.
    pub(crate) fn has_history(&self) -> bool {
        let of_earlier = |relation: &Relation| relation.file < self.file && relation.is_table();
        self.relations.values().any(of_earlier)
    }

    /// Whether migrations made something in that schema.
    pub(crate) fn has_schema(&self, schema: Option<&str>) -> bool {
        schema.is_none_or(|schema| {
            schema == "public"
                || self
                    .relations
                    .keys()
                    .any(|name| name.schema.as_deref() == Some(schema))
        })
    }

    /// The names of all relations.
    pub(crate) fn names(&self) -> impl Iterator<Item = &ObjectName> {
        self.relations.keys()
    }

    /// Whether a function sets a search path of its own.
    pub(crate) fn sets_search_path(&self, function: &ObjectName) -> bool {
        self.with_search_path.contains(&function.key())
    }

    /// The index of that name.
    pub(crate) fn index(&self, name: &ObjectName) -> Option<&Index> {
        self.indexes.get(&name.key())
    }

    /// The tables whose foreign keys refer to this one, with the keys.
    pub(crate) fn referring<'a>(
        &'a self,
        target: &'a ObjectName,
    ) -> impl Iterator<Item = (&'a ObjectName, &'a super::ForeignKey)> {
        self.relations.iter().flat_map(move |(name, relation)| {
            let keys = relation.foreign.iter().filter(|key| key.target == *target);
            keys.map(move |key| (name, key))
        })
    }

    /// Those of them that refer to columns which `about` is asked for.
    pub(crate) fn referring_to<'a>(
        &'a self,
        target: &'a ObjectName,
        about: &'a dyn Fn(&[String]) -> bool,
    ) -> impl Iterator<Item = (&'a ObjectName, &'a super::ForeignKey)> {
        let primary = self.relation(target).and_then(Relation::primary_key);
        self.referring(target).filter(move |(_, key)| {
            match (key.target_columns.is_empty(), primary) {
                (true, Some(primary)) => about(&primary.columns),
                (true, None) => true,
                (false, _) => about(&key.target_columns),
            }
        })
    }

    /// The partitions and children of a table, and theirs.
    pub(crate) fn descendants(&self, table: &ObjectName) -> Vec<&ObjectName> {
        let mut found: Vec<&ObjectName> = Vec::new();
        let mut open = vec![table];
        while let Some(parent) = open.pop() {
            let mut children = self
                .relations
                .iter()
                .filter(|(_, relation)| relation.parents.contains(parent))
                .map(|(name, _)| name)
                .filter(|name| !found.contains(name))
                .collect::<Vec<_>>();
            children.sort();
            open.extend(&children);
            found.extend(children);
        }
        found
    }

    /// The default partition of a table.
    pub(crate) fn default_partition(&self, table: &ObjectName) -> Option<&ObjectName> {
        let mut all = self.relations.iter();
        all.find(|(_, r)| r.is_default && r.parents.contains(table))
            .map(|(name, _)| name)
    }

    /// The views that read a relation, and those that read them.
    pub(crate) fn views_of(&self, relation: &ObjectName) -> Vec<&ObjectName> {
        let mut found: Vec<&ObjectName> = Vec::new();
        let mut open = vec![relation];
        while let Some(read) = open.pop() {
            for (name, view) in &self.relations {
                if view.reads.contains(read) && !found.contains(&name) {
                    found.push(name);
                    open.push(name);
                }
            }
        }
        found.sort();
        found
    }

    /// The views that read a column of a relation, and those that read them.
    pub(crate) fn views_with(&self, relation: &ObjectName, column: &str) -> Vec<&ObjectName> {
        let mut found = Vec::new();
        for (view, known) in &self.relations {
            let words = &known.mentions;
            if known.reads.contains(relation) && words.iter().any(|w| w == column || w == "*") {
                found.push(view);
                found.extend(self.views_of(view));
            }
        }
        found.sort();
        found.dedup();
        found
    }

    /// The names of all relations in a schema.
    pub(crate) fn in_schema(&self, schema: &str) -> Vec<ObjectName> {
        let names = self.relations.keys();
        let inside = names.filter(|name| name.schema.as_deref().unwrap_or("public") == schema);
        inside.cloned().collect()
    }

    /// All relations.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&ObjectName, &Relation)> {
        self.relations.iter()
    }

    /// The relation is there under its old name too, if `doubt` says so.
    pub(super) fn take(&mut self, name: &ObjectName, doubt: bool) -> Option<Relation> {
        let taken = self.relations.remove(name)?;
        if doubt {
            self.doubtful.insert(name.clone());
        }
        Some(taken)
    }

    pub(super) fn put(&mut self, name: ObjectName, relation: Relation) {
        self.relations.insert(name, relation);
    }

    /// Renames a relation, wherever others name it.
    pub(super) fn rename(&mut self, old: &ObjectName, new: &ObjectName, doubt: bool) {
        let Some(relation) = self.take(old, doubt) else {
            self.doubtful.insert(new.clone());
            return;
        };
        let is_table = relation.is_table() || relation.kind == RelationKind::MaterializedView;
        self.put(new.clone(), relation);
        let follow = |name: &mut ObjectName| {
            if name == old {
                *name = new.clone();
            }
        };
        for relation in self.relations.values_mut() {
            relation
                .foreign
                .iter_mut()
                .for_each(|key| follow(&mut key.target));
            relation.reads.iter_mut().for_each(follow);
            relation.parents.iter_mut().for_each(follow);
        }
        if is_table {
            self.indexes
                .values_mut()
                .for_each(|index| follow(&mut index.table));
        }
    }
}
