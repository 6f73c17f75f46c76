//! From what a client is made.

use std::collections::BTreeSet;

use crate::data::Data;

/// From what a client is made.
#[derive(Clone, Copy)]
pub(crate) struct Basis<'b> {
    /// The rows of the database.
    pub(crate) data: &'b Data,
    /// Rows with whose keys its own must not collide.
    pub(crate) reserved: &'b Data,
    /// The rows that migrations bring.
    pub(crate) brought: Option<&'b Data>,
    pub(crate) seed: u64,
    /// Of the tables, only those that are named are written to and read.
    pub(crate) tables: Option<&'b BTreeSet<String>>,
}

impl Basis<'_> {
    /// Whether something is done with a table: by its schema and name, without quotes.
    pub(super) fn wants(&self, table: &str) -> bool {
        self.tables.is_none_or(|tables| tables.contains(table))
    }

    /// Whether no table has fewer rows in the end.
    pub(super) fn keeps_rows(&self) -> bool {
        self.data.tables.iter().all(|table| {
            let after = self.reserved.table(&table.name);
            after.is_none_or(|after| after.rows.len() >= table.rows.len())
        })
    }
}
