//! The rows that statements read and write, from the server's own counters.

use std::collections::{BTreeMap, BTreeSet};

use jubilee_lint::LockMode;

use super::observed::Touched;

/// The rows of each table that a session has read and written so far.
#[derive(Debug, Default)]
pub(super) struct Counts(BTreeMap<i64, (u64, u64)>);

impl Counts {
    /// Takes down a line of the look.
    pub(super) fn note(&mut self, what: &str, oid: i64, count: &str) {
        let count = count.parse().unwrap_or(0);
        let (read, written) = self.0.entry(oid).or_default();
        match what {
            "read" => *read = count,
            _ => *written = count,
        }
    }

    /// What has been added since an earlier look. The server takes its counts away when it has reported
    /// them, between transactions.
    pub(super) fn since(&self, before: &Self) -> BTreeMap<i64, (u64, u64)> {
        let less = |now: u64, then: u64| now.checked_sub(then).unwrap_or(now);
        let new = self.0.iter().map(|(oid, (read, written))| {
            let (was_read, was_written) = before.0.get(oid).copied().unwrap_or_default();
            (*oid, (less(*read, was_read), less(*written, was_written)))
        });
        new.filter(|(_, count)| *count != (0, 0)).collect()
    }
}

/// The same by table, of partitions together.
pub(super) fn by_table<'n>(
    counts: &BTreeMap<i64, (u64, u64)>,
    name: impl Fn(i64) -> Option<&'n str>,
) -> Vec<Touched> {
    let mut tables: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for (oid, (read, written)) in counts {
        let Some(name) = name(*oid) else { continue };
        let sum = tables.entry(name).or_default();
        *sum = (sum.0 + read, sum.1 + written);
    }
    let touched = tables.into_iter().map(|(table, (read, written))| Touched {
        table: table.to_owned(),
        read,
        written,
    });
    touched.collect()
}

/// The tables to which a statement writes that names them, and wrote no row.
pub(super) fn without_effect<'n>(
    statement: &str,
    locks: &[(i64, LockMode)],
    held_before: &BTreeSet<i64>,
    touched: &[Touched],
    name: impl Fn(i64) -> Option<&'n str>,
) -> Vec<String> {
    let is_write = is_write(statement);
    if is_write && touched.iter().any(|table| table.written > 0) {
        return Vec::new();
    }
    let text = statement.to_lowercase();
    let words: BTreeSet<&str> = text
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .collect();
    let is_named = |table: &str| {
        let last = table.rsplit('.').next().unwrap_or(table);
        words.contains(last.to_lowercase().as_str())
    };
    let writes = locks
        .iter()
        .filter(|(_, mode)| *mode == LockMode::RowExclusive);
    let tables: BTreeSet<&str> = writes
        .filter(|(oid, _)| is_write || !held_before.contains(oid))
        .filter_map(|(oid, _)| name(*oid))
        .filter(|table| is_named(table))
        .filter(|table| !touched.iter().any(|t| t.table == *table && t.written > 0))
        .collect();
    tables.into_iter().map(ToOwned::to_owned).collect()
}

/// Whether a statement begins as one that writes rows.
fn is_write(statement: &str) -> bool {
    let first = statement.split_whitespace().next().unwrap_or_default();
    ["UPDATE", "DELETE", "INSERT", "MERGE"]
        .iter()
        .any(|word| first.eq_ignore_ascii_case(word))
}
