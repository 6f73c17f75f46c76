//! Everything that migrations did.

use super::{Again, Indexes, Keys, Made, Names, Relations, SecondRun, Types, Unvalidated};
use crate::syntax::{ObjectName, Statement};

/// What migrations did to the schema, as far as it can be read from their text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Facts {
    /// Which tables, views and indexes were created, renamed and dropped.
    pub(crate) names: Names,
    /// Everything that was created, of all kinds; known within one file only.
    pub(crate) made: Made,
    /// What a second run finds as the first one did; known within one file only.
    pub(crate) again: Again,
    /// What a second run meets; known within one file only.
    pub(crate) second_run: SecondRun,
    /// Tables, their columns and checks.
    pub(crate) relations: Relations,
    /// Domains and enum types.
    pub(crate) types: Types,
    /// Constraints that were added `NOT VALID`; known within one file only.
    pub(crate) unvalidated: Unvalidated,
    /// Which columns have indexes.
    pub(crate) indexes: Indexes,
    /// Primary keys, foreign keys, the names of constraints.
    pub(crate) keys: Keys,
}

impl Facts {
    /// Takes note of what a statement does; `before` is what earlier files did.
    pub(crate) fn note(&mut self, statement: &Statement<'_>, before: &Self) {
        self.made.note(statement);
        self.again.note(statement);
        self.second_run.note(statement);
        self.types.note(statement, &before.types);
        self.unvalidated.note(statement);
        self.indexes.note(statement);
        self.keys.note(statement);
        self.relations.note(statement, &before.relations);
        self.names.note(statement, &before.names);
    }

    /// Adds what a later file did. What is known within one file only is left out.
    pub(crate) fn extend(&mut self, later: Self) {
        self.types.extend(later.types);
        self.indexes.extend(later.indexes);
        self.keys.extend(later.keys);
        self.relations.extend(later.relations);
        self.names.extend(later.names);
    }

    /// Whether the table was created here, so that nobody else can be using it yet.
    pub(crate) fn creates_table(&self, name: &ObjectName) -> bool {
        self.names.has_table(name)
    }
}
