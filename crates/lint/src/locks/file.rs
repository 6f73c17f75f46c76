//! The locks that a file takes.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::lock::{Lock, Locked};
use super::{Held, LockMode};
use crate::syntax::{ObjectName, Statement, tokens_of};

/// A lock stronger than ROW EXCLUSIVE that a migration takes on a table that was there before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenLock {
    /// The table, as the migration calls it; "the table of i" where a statement names only its
    /// index `i`, and no migration made that index.
    pub table: String,
    /// Which lock.
    pub mode: LockMode,
    /// What the statement does while it holds it.
    pub held: Held,
    /// The statement, in bytes of the file's normalised text.
    pub range: Range<usize>,
}

/// The locks of a file so far.
#[derive(Debug, Default)]
pub(crate) struct FileLocks {
    taken: Vec<TakenLock>,
    /// What is in `taken`: a second statement with the same lock says nothing new.
    seen: HashSet<(String, LockMode, Held)>,
    strong: Vec<StrongLock>,
    /// Tables in `strong`, by transaction.
    strong_seen: HashSet<(usize, ObjectName)>,
    /// The names under which renamed tables were locked first.
    aliases: HashMap<ObjectName, ObjectName>,
    transaction: usize,
    statement: usize,
}

/// A lock of SHARE ROW EXCLUSIVE or stronger: the first on that table in that transaction.
#[derive(Debug, Clone)]
pub(crate) struct StrongLock {
    pub(crate) table: ObjectName,
    pub(crate) mode: LockMode,
    pub(crate) held: Held,
    /// The words that take it.
    pub(crate) words: Range<usize>,
    /// Which transaction of the file, and which of all statements.
    pub(crate) transaction: usize,
    pub(crate) statement: usize,
}

impl FileLocks {
    /// Begins a transaction of its own, as each statement does with `Transaction: none`.
    pub(crate) fn next_transaction(&mut self) {
        self.transaction += 1;
    }

    /// Adds the locks of a statement.
    pub(crate) fn add(&mut self, statement: &Statement<'_>, locks: Vec<Lock>) {
        self.statement += 1;
        for lock in locks {
            // A table that the file renames is one table.
            let table = match &lock.on {
                Locked::Table(table) => match self.aliases.get(&table.key()) {
                    Some(first) => first.to_string(),
                    None => table.to_string(),
                },
                other => other.to_string(),
            };
            if self.seen.insert((table.clone(), lock.mode, lock.held)) {
                self.taken.push(TakenLock {
                    table,
                    mode: lock.mode,
                    held: lock.held,
                    range: statement.range.clone(),
                });
            }
            let Locked::Table(table) = lock.on else {
                continue;
            };
            if lock.mode >= LockMode::ShareRowExclusive
                && self
                    .strong_seen
                    .insert((self.transaction, self.first_name(&table)))
            {
                self.strong.push(StrongLock {
                    table,
                    mode: lock.mode,
                    held: lock.held,
                    words: kind(statement),
                    transaction: self.transaction,
                    statement: self.statement,
                });
            }
        }
    }

    /// A table is known under another name from now on.
    pub(crate) fn rename(&mut self, old: &ObjectName, new: &ObjectName) {
        let first = self.first_name(old);
        self.aliases.insert(new.key(), first);
    }

    fn first_name(&self, table: &ObjectName) -> ObjectName {
        let key = table.key();
        self.aliases.get(&key).cloned().unwrap_or(key)
    }

    /// The strong locks of the file, in order, by transaction.
    pub(crate) fn strong(&self) -> impl Iterator<Item = &[StrongLock]> {
        self.strong.chunk_by(|a, b| a.transaction == b.transaction)
    }

    /// The first strong lock that the transaction holds by now.
    pub(crate) fn first_strong(&self) -> Option<&StrongLock> {
        let start = self
            .strong
            .partition_point(|lock| lock.transaction < self.transaction);
        self.strong.get(start)
    }

    /// All of them, for the report.
    pub(crate) fn into_taken(self) -> Vec<TakenLock> {
        self.taken
    }
}

/// The words that say which statement it is: `ALTER TABLE`, `REFRESH MATERIALIZED VIEW`.
fn kind(statement: &Statement<'_>) -> Range<usize> {
    use squawk_syntax::SyntaxKind::{FOREIGN_KW, MATERIALIZED_KW, OR_KW};
    let second = tokens_of(&statement.node).nth(1);
    statement.head(match second.map(|word| word.kind()) {
        Some(OR_KW) => 4,
        Some(MATERIALIZED_KW | FOREIGN_KW) => 3,
        _ => 2,
    })
}
