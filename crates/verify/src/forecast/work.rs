//! What the time of a statement depends on.

use std::collections::BTreeMap;

use super::like::{Like, LiveTable};
use crate::observe::Observed;

/// How large the tables of a statement are.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Size {
    pub(super) rows: f64,
    pub(super) bytes: f64,
}

impl Size {
    /// Bytes a row.
    pub(super) fn width(self) -> Option<f64> {
        (self.rows > 0.0 && self.bytes > 0.0).then(|| self.bytes / self.rows)
    }
}

impl std::ops::Add for Size {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            rows: self.rows + other.rows,
            bytes: self.bytes + other.bytes,
        }
    }
}

/// With what the time of a statement grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Growth {
    /// With nothing: it touches no row.
    Constant,
    /// With the rows.
    Rows,
    /// With the rows and the logarithm of their number: an index is sorted.
    Sorted,
}

impl Growth {
    /// From what was seen of a statement and of the commands within it.
    pub(super) fn of(seen: &[&Observed]) -> Self {
        let builds = |reason: &String| reason.contains("building index");
        let touches = |one: &&Observed| {
            !one.touched.is_empty() || !one.rewritten.is_empty() || !one.reasons.is_empty()
        };
        if seen.iter().any(|one| one.reasons.iter().any(builds)) {
            Self::Sorted
        } else if seen.iter().any(touches) {
            Self::Rows
        } else {
            Self::Constant
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Constant => "constant",
            Self::Rows => "rows",
            Self::Sorted => "rows-log-rows",
        }
    }

    pub(super) fn work(self, rows: f64) -> f64 {
        match self {
            Self::Constant => 0.0,
            Self::Rows => rows,
            Self::Sorted => rows * rows.max(2.0).log2(),
        }
    }
}

/// The tables whose rows a statement goes through: those that it was seen to read or write, else those
/// that it locks.
pub(super) fn tables_of(seen: &[&Observed], known: &BTreeMap<String, [Size; 2]>) -> Vec<String> {
    let touched = seen.iter().flat_map(|one| &one.touched).map(|t| &t.table);
    let rewritten = seen.iter().flat_map(|one| &one.rewritten);
    let mut tables: Vec<&String> = touched.chain(rewritten).collect();
    if tables.is_empty() {
        let locks = seen.iter().flat_map(|one| &one.locks);
        tables = locks
            .filter(|lock| !lock.index)
            .map(|lock| &lock.relation)
            .collect();
    }
    tables.sort();
    tables.dedup();
    let tables = tables
        .into_iter()
        .filter(|table| known.contains_key(*table));
    tables.cloned().collect()
}

/// How large a table is in the live database. Where it was never analyzed, its rows are taken to be as
/// wide as those of the scratch server.
pub(super) fn live(like: &Like, table: &str, here: Size) -> Result<Size, String> {
    let Some(LiveTable { rows, bytes }) = like.tables.get(table).copied() else {
        return Err(format!("{} has no table `{table}`", like.name));
    };
    let rows = match (rows, here.width()) {
        (Some(rows), _) => rows,
        (None, Some(width)) => bytes / width,
        (None, None) => {
            return Err(format!("`{table}` was never analyzed in {}", like.name));
        }
    };
    Ok(Size { rows, bytes })
}
