use squawk_syntax::ast;

use crate::locks::LockMode;
use crate::syntax::{ObjectName, Statement, name_in};

/// A constraint that was added `NOT VALID`.
#[derive(Debug, Clone)]
pub(crate) struct Unvalidated {
    pub(super) table: ObjectName,
    /// `None` where PostgreSQL makes the name.
    name: Option<String>,
    /// The lock that adding takes on the table.
    pub(crate) lock: LockMode,
}

impl Unvalidated {
    /// Whether the constraint can have that name.
    pub(crate) fn may_be(&self, name: &str) -> bool {
        self.name.as_deref().is_none_or(|known| known == name)
    }
}

/// The constraints that an `ALTER TABLE` adds `NOT VALID`.
pub(crate) fn unvalidated(statement: &Statement<'_>) -> Vec<Unvalidated> {
    let Some(alter) = statement.alter_table() else {
        return Vec::new();
    };
    let table = alter.table.clone();
    alter
        .added_constraints()
        .into_iter()
        .map(|added| added.constraint)
        .filter(|constraint| constraint.is_not_valid())
        .map(|constraint| Unvalidated {
            table: table.clone(),
            name: constraint.constraint_name().and_then(|name| name_in(&name)),
            lock: match constraint {
                ast::Constraint::ForeignKeyConstraint(_) => LockMode::ShareRowExclusive,
                _ => LockMode::AccessExclusive,
            },
        })
        .collect()
}
