//! The modes of table-level locks, and what each blocks.

use std::fmt;

/// A table-level lock, from the weakest to the strongest. PostgreSQL manual, "Explicit Locking",
/// section "Table-Level Locks".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LockMode {
    /// Of `SELECT`.
    AccessShare,
    /// Of `SELECT … FOR UPDATE`.
    RowShare,
    /// Of `INSERT`, `UPDATE`, `DELETE`.
    RowExclusive,
    /// Of `VACUUM`, `CREATE INDEX CONCURRENTLY`, `VALIDATE CONSTRAINT`.
    ShareUpdateExclusive,
    /// Of `CREATE INDEX`.
    Share,
    /// Of `CREATE TRIGGER`, and of a foreign key on both of its tables.
    ShareRowExclusive,
    /// Of `REFRESH MATERIALIZED VIEW CONCURRENTLY`.
    Exclusive,
    /// Of most forms of `ALTER TABLE`, of `DROP`, `TRUNCATE`, `VACUUM FULL`.
    AccessExclusive,
}

impl LockMode {
    /// What others cannot do to the table meanwhile, as a phrase that fits "which blocks …".
    #[must_use]
    pub fn blocks(self) -> &'static str {
        match self {
            Self::AccessShare => "only statements that drop or rewrite the table",
            Self::RowShare | Self::RowExclusive => "only schema changes",
            Self::ShareUpdateExclusive => "other schema changes, but no reads or writes",
            Self::Share | Self::ShareRowExclusive | Self::Exclusive => "every write to it",
            Self::AccessExclusive => "every read and write of it",
        }
    }

    /// That it is taken, on which table, and what it blocks: "takes SHARE on `users`, which blocks
    /// every write to it".
    pub(crate) fn taken_on(self, table: impl fmt::Display) -> String {
        self.taken(format_args!("`{table}`"))
    }

    /// The same with how long it is held: "…, while every row is checked".
    pub(crate) fn held_on(self, table: impl fmt::Display, how_long: &str) -> String {
        format!("{}, {how_long}", self.taken_on(table))
    }

    /// The same for what has no name here: "takes SHARE on its table, …".
    pub(crate) fn taken(self, on: impl fmt::Display) -> String {
        format!("takes {self} on {on}, which blocks {}", self.blocks())
    }

    /// The same for a column of a table: "blocks reads and writes".
    #[must_use]
    pub fn short(self) -> &'static str {
        match self {
            Self::AccessShare | Self::RowShare | Self::RowExclusive => {
                "does not block reads or writes"
            }
            Self::ShareUpdateExclusive => "blocks other schema changes",
            Self::Share | Self::ShareRowExclusive | Self::Exclusive => "blocks writes",
            Self::AccessExclusive => "blocks reads and writes",
        }
    }
}

impl fmt::Display for LockMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AccessShare => "ACCESS SHARE",
            Self::RowShare => "ROW SHARE",
            Self::RowExclusive => "ROW EXCLUSIVE",
            Self::ShareUpdateExclusive => "SHARE UPDATE EXCLUSIVE",
            Self::Share => "SHARE",
            Self::ShareRowExclusive => "SHARE ROW EXCLUSIVE",
            Self::Exclusive => "EXCLUSIVE",
            Self::AccessExclusive => "ACCESS EXCLUSIVE",
        })
    }
}

/// What a statement does while it holds a lock, and so for how long it holds it at least. A lock
/// that a transaction takes is kept until the transaction ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Held {
    /// It changes the catalogs only.
    Briefly,
    /// It makes a new table with a foreign key to this one.
    Referenced,
    /// It reads the table's rows.
    Scanning,
    /// It runs the query of a materialized view.
    Refreshing,
    /// It builds indexes.
    Building,
    /// It rewrites the table unless the old type of the column spares it that.
    RewritingPerhaps,
    /// It rewrites the table, or one of its indexes.
    Rewriting,
    /// Nothing but holding it: `LOCK TABLE`.
    Asked,
}

impl fmt::Display for Held {
    /// A phrase that fits "holds the lock …".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Briefly => "briefly",
            Self::Referenced => "briefly, to make a table that refers to it",
            Self::Scanning => "while its rows are read",
            Self::Refreshing => "while its query runs",
            Self::Building => "while an index is built",
            Self::RewritingPerhaps => "while it is rewritten, if needed",
            Self::Rewriting => "while it is rewritten",
            Self::Asked => "until the transaction ends",
        })
    }
}
