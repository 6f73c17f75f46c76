//! What migrations did, as far as it can be read from their text: one file for each kind of fact.

mod again;
mod indexes;
mod keys;
mod made;
mod names;
mod relations;
mod types;
mod unvalidated;

use crate::syntax::{ObjectName, Statement};

pub(crate) use again::Again;
pub(crate) use indexes::Indexes;
pub(crate) use keys::Keys;
pub(crate) use made::{Made, Space};
pub(crate) use names::Names;
pub(crate) use relations::{Relation, Relations};
pub(crate) use types::{Domain, Types};
pub(crate) use unvalidated::{Unvalidated, unvalidated};

/// What migrations did to the schema, as far as it can be read from their text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Facts {
    /// Which tables, views and indexes were created, renamed and dropped.
    pub(crate) names: Names,
    /// Everything that was created, of all kinds; known within one file only.
    pub(crate) made: Made,
    /// What a second run finds as the first one did; known within one file only.
    pub(crate) again: Again,
    /// Tables, their columns and checks.
    pub(crate) relations: Relations,
    /// Domains and enum types.
    pub(crate) types: Types,
    /// Constraints that the file added `NOT VALID`.
    unvalidated: Vec<Unvalidated>,
    /// Which columns have indexes.
    pub(crate) indexes: Indexes,
    /// Primary keys, foreign keys, the names of constraints.
    pub(crate) keys: Keys,
}

impl Facts {
    /// Takes note of what a statement does; `before` is what earlier files did.
    pub(crate) fn note(&mut self, statement: &Statement<'_>, before: &Facts) {
        self.made.note(statement);
        self.again.note(statement);
        let Some(sql) = &statement.sql else { return };
        self.types.note(statement, &before.types);
        self.unvalidated.extend(unvalidated(statement));
        self.indexes.note(sql, statement.new_constraints());
        self.keys.note(statement, sql);
        self.relations.note(statement, &before.relations);
        self.names.note(statement);
    }

    /// Adds what a later file did.
    pub(crate) fn extend(&mut self, later: Facts) {
        self.names.extend(later.names);
        self.relations.extend(later.relations);
        self.types.extend(later.types);
        self.indexes.extend(later.indexes);
        self.keys.extend(later.keys);
    }

    /// Whether the table was created here, so that nobody else can be using it yet.
    pub(crate) fn creates_table(&self, name: &ObjectName) -> bool {
        self.names.has_table(name)
    }

    /// The constraint of that name that was added here `NOT VALID`; or one without a name, which
    /// may be the one.
    pub(crate) fn added_unvalidated(&self, table: &ObjectName, name: &str) -> Option<&Unvalidated> {
        self.unvalidated
            .iter()
            .find(|added| added.table.may_be(table) && added.may_be(name))
    }
}
