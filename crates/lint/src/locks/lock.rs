//! A lock on a table.

use std::fmt;

use super::{Held, LockMode};
use crate::syntax::ObjectName;

/// A lock that a statement takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lock {
    /// On what.
    pub(crate) on: Locked,
    /// Which.
    pub(crate) mode: LockMode,
    /// What the statement does meanwhile.
    pub(crate) held: Held,
}

/// What is locked, as far as the statement says.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Locked {
    /// The table, materialized view or view of that name.
    Table(ObjectName),
    /// The table to which the index of that name belongs.
    TableOfIndex(ObjectName),
}

impl fmt::Display for Locked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Table(table) => write!(f, "{table}"),
            Self::TableOfIndex(index) => write!(f, "the table of {index}"),
        }
    }
}

impl Locked {
    /// The same for both spellings of a table in `public`.
    pub(crate) fn key(&self) -> Self {
        match self {
            Self::Table(table) => Self::Table(table.key()),
            Self::TableOfIndex(index) => Self::TableOfIndex(index.key()),
        }
    }
}

impl Lock {
    pub(super) fn table(name: ObjectName, mode: LockMode, held: Held) -> Self {
        Self {
            on: Locked::Table(name),
            mode,
            held,
        }
    }
}
