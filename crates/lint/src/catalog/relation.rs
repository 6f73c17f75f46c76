//! Tables, views and what is like them.

use std::collections::HashSet;

use super::guard::Revoked;
use super::{Column, ForeignKey, Key, Policy, Trigger};
use crate::syntax::ObjectName;

/// A table, a view, or what is like one.
#[derive(Debug, Clone)]
pub(crate) struct Relation {
    pub(crate) kind: RelationKind,
    pub(crate) columns: Vec<Column>,
    /// Whether it may have columns that are not known.
    pub(crate) is_open: bool,
    pub(crate) keys: Vec<Key>,
    pub(crate) foreign: Vec<ForeignKey>,
    /// The relations that its query reads.
    pub(crate) reads: Vec<ObjectName>,
    /// The functions that its query calls.
    pub(crate) calls: Vec<ObjectName>,
    /// The names in its query: those of the columns that it reads are among them.
    pub(crate) mentions: Vec<String>,
    /// The tables that it is a partition or a child of.
    pub(crate) parents: Vec<ObjectName>,
    pub(crate) is_partitioned: bool,
    pub(crate) is_partition: bool,
    /// Whether it takes the rows that no other partition takes.
    pub(crate) is_default: bool,
    pub(crate) triggers: Vec<Trigger>,
    pub(crate) policies: Vec<Policy>,
    /// The file that dropped a policy of an earlier one that did not let all rows pass.
    pub(super) dropped_policy: Option<usize>,
    /// Whether row level security is known to be switched on.
    pub(crate) row_security: bool,
    pub(super) forced_row_security: bool,
    pub(super) revoked: Vec<Revoked>,
    /// The file that made it: the first is 0.
    pub(crate) file: usize,
    /// Columns that may be gone, or renamed.
    pub(super) doubtful: HashSet<String>,
}

/// What a relation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RelationKind {
    Table,
    ForeignTable,
    View,
    MaterializedView,
    Sequence,
}

impl Relation {
    pub(super) fn new(kind: RelationKind, file: usize) -> Self {
        Self {
            kind,
            columns: Vec::new(),
            is_open: !matches!(kind, RelationKind::Table | RelationKind::ForeignTable),
            keys: Vec::new(),
            foreign: Vec::new(),
            reads: Vec::new(),
            calls: Vec::new(),
            mentions: Vec::new(),
            parents: Vec::new(),
            is_partitioned: false,
            is_partition: false,
            is_default: false,
            triggers: Vec::new(),
            policies: Vec::new(),
            dropped_policy: None,
            row_security: false,
            forced_row_security: false,
            revoked: Vec::new(),
            file,
            doubtful: HashSet::new(),
        }
    }

    /// Whether rows are stored in it.
    pub(crate) fn is_table(&self) -> bool {
        matches!(self.kind, RelationKind::Table | RelationKind::ForeignTable)
    }

    /// The column of that name.
    pub(crate) fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    pub(super) fn column_mut(&mut self, name: &str) -> Option<&mut Column> {
        self.columns.iter_mut().find(|column| column.name == name)
    }

    /// Whether it surely has no column of that name.
    pub(crate) fn lacks(&self, name: &str) -> bool {
        !self.is_open
            && self.column(name).is_none()
            && !self.doubtful.contains(name)
            && !SYSTEM_COLUMNS.contains(&name)
    }

    /// The columns of its primary key.
    pub(crate) fn primary_key(&self) -> Option<&Key> {
        self.keys.iter().find(|key| key.is_primary)
    }
}

/// Columns that every table has.
const SYSTEM_COLUMNS: [&str; 7] = ["cmax", "cmin", "ctid", "oid", "tableoid", "xmax", "xmin"];
