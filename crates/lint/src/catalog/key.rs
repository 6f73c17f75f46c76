//! Unique and foreign keys.

use crate::syntax::ObjectName;

/// What no two rows may have in common: a primary key, a unique constraint or index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key {
    /// The constraint or index.
    pub(crate) name: Option<String>,
    /// Its columns; those of an expression are not among them.
    pub(crate) columns: Vec<String>,
    /// Whether it has expressions besides.
    pub(crate) is_computed: bool,
    /// Whether it holds for a part of the rows only.
    pub(crate) is_partial: bool,
    pub(crate) is_primary: bool,
    /// Whether two NULLs are the same.
    pub(crate) nulls_are_equal: bool,
    /// Whether it is an exclusion constraint.
    pub(crate) excludes: bool,
}

/// A foreign key of a relation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ForeignKey {
    pub(crate) name: Option<String>,
    pub(crate) columns: Vec<String>,
    /// The table that it refers to.
    pub(crate) target: ObjectName,
    /// The columns there; empty for its primary key.
    pub(crate) target_columns: Vec<String>,
}
