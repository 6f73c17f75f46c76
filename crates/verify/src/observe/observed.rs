//! What was seen of a statement.

use std::ops::Range;

use jubilee_lint::LockMode;

/// A lock on a relation that was there before the migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableLock {
    /// The relation; with its schema, unless that is `public`.
    pub relation: String,
    /// Whether it is an index rather than a table, view or sequence.
    pub index: bool,
    /// Whether it is a sequence.
    pub sequence: bool,
    /// The partitioned table that it is a partition of, with which it is locked as a rule.
    pub partition_of: Option<String>,
    /// The strongest mode.
    pub mode: LockMode,
}

impl TableLock {
    /// Whether others notice it: not those that every reader and writer takes, nor those of an index that come with
    /// its table's.
    #[must_use]
    pub fn is_felt(&self) -> bool {
        self.mode >= LockMode::ShareUpdateExclusive && !self.index
    }

    /// Whether it is on a partition of a table that is locked as strongly by the same statement.
    #[must_use]
    pub fn is_along_with(&self, locks: &[Self]) -> bool {
        let Some(root) = &self.partition_of else {
            return false;
        };
        let mut roots = locks.iter().filter(|lock| lock.relation == *root);
        roots.any(|lock| lock.mode >= self.mode)
    }
}

/// Rows of a table that a statement worked on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touched {
    /// The table, of a partition the whole table; with its schema, unless that is `public`.
    pub table: String,
    /// How many rows were read, more than once some.
    pub read: u64,
    /// How many were inserted, updated and deleted.
    pub written: u64,
}

/// What was seen of a statement, or of a command within a `DO` block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observed {
    /// Its place in bytes of the migration's text.
    pub range: Range<usize>,
    /// Locks that it took and that nothing before it had taken as strongly; held until `COMMIT`.
    pub locks: Vec<TableLock>,
    /// Tables whose file was replaced: every row was written again.
    pub rewritten: Vec<String>,
    /// What the server said of it: "rewriting table", "verifying table", "building index", …
    pub reasons: Vec<String>,
    /// The rows of tables that were there before that it read or wrote; none for a command within a block.
    pub touched: Vec<Touched>,
    /// The tables to which it writes rows, and wrote none: it says little of them.
    pub without_effect: Vec<String>,
    /// How long it took, in milliseconds; 0 for a command within a block.
    pub took_ms: u64,
    /// Whether it was looked at while another session made it wait, as forms with `CONCURRENTLY`
    /// can be only.
    pub held: bool,
}

impl Observed {
    pub(crate) fn at(range: Range<usize>) -> Self {
        Self {
            range,
            locks: Vec::new(),
            rewritten: Vec::new(),
            reasons: Vec::new(),
            touched: Vec::new(),
            without_effect: Vec::new(),
            took_ms: 0,
            held: false,
        }
    }

    /// The locks that others notice; without those on partitions that come with their table's.
    pub fn felt(&self) -> impl Iterator<Item = &TableLock> {
        let locks = self.locks.iter();
        locks.filter(|lock| lock.is_felt() && !lock.is_along_with(&self.locks))
    }

    /// Whether there is anything to say of it.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        self.locks.is_empty() && self.rewritten.is_empty() && self.reasons.is_empty()
    }
}

/// A mode as `pg_locks` names it.
pub(crate) fn mode(name: &str) -> Option<LockMode> {
    Some(match name {
        "AccessShareLock" => LockMode::AccessShare,
        "RowShareLock" => LockMode::RowShare,
        "RowExclusiveLock" => LockMode::RowExclusive,
        "ShareUpdateExclusiveLock" => LockMode::ShareUpdateExclusive,
        "ShareLock" => LockMode::Share,
        "ShareRowExclusiveLock" => LockMode::ShareRowExclusive,
        "ExclusiveLock" => LockMode::Exclusive,
        "AccessExclusiveLock" => LockMode::AccessExclusive,
        _ => return None,
    })
}

/// Whether a message of the server is a reason for how long a lock is held.
pub(crate) fn is_reason(message: &str) -> bool {
    // The table that takes long values comes along with its own.
    !message.contains("\"pg_toast")
        && [
            "rewriting table",
            "verifying table",
            "building index",
            "validating foreign key constraint",
            "are sufficient to prove",
            "is implied by existing constraints",
        ]
        .iter()
        .any(|words| message.contains(words))
}
