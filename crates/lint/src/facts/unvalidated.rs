//! Constraints that were added `NOT VALID`.

use squawk_syntax::ast;

use crate::locks::LockMode;
use crate::syntax::{ObjectName, Statement, name_of};

/// The constraints that the file added `NOT VALID`; known within one file only.
#[derive(Debug, Clone, Default)]
pub(crate) struct Unvalidated {
    added: Vec<Added>,
}

/// A constraint that was added `NOT VALID`.
#[derive(Debug, Clone)]
pub(crate) struct Added {
    table: ObjectName,
    /// `None` where PostgreSQL makes the name.
    name: Option<String>,
    /// The lock that adding takes on the table.
    pub(crate) lock: LockMode,
}

impl Unvalidated {
    /// Takes note of what a statement does.
    pub(super) fn note(&mut self, statement: &Statement<'_>) {
        self.added.extend(Self::of(statement).added);
    }

    /// Those that an `ALTER TABLE` adds.
    pub(crate) fn of(statement: &Statement<'_>) -> Self {
        let Some(alter) = statement.alter_table() else {
            return Self::default();
        };
        let table = alter.table.clone();
        let added = alter
            .added_constraints()
            .into_iter()
            .map(|added| added.constraint)
            .filter(|constraint| constraint.is_not_valid())
            .map(|constraint| Added {
                table: table.clone(),
                name: name_of(constraint.constraint_name()),
                lock: match constraint {
                    ast::Constraint::ForeignKeyConstraint(_) => LockMode::ShareRowExclusive,
                    _ => LockMode::AccessExclusive,
                },
            })
            .collect();
        Self { added }
    }

    /// Those with a name, each behind its table.
    pub(crate) fn named(&self) -> impl Iterator<Item = (ObjectName, String)> {
        let named = self.added.iter();
        named.filter_map(|added| Some((added.table.clone(), added.name.clone()?)))
    }

    /// The constraint of that name; or one without a name, which may be the one.
    pub(crate) fn find(&self, table: &ObjectName, name: &str) -> Option<&Added> {
        let named = |added: &Added| added.name.as_deref().is_none_or(|known| known == name);
        self.added
            .iter()
            .find(|added| added.table.may_be(table) && named(added))
    }
}
