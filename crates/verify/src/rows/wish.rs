//! What is wanted, and what became of it.

/// What is wanted.
#[derive(Debug, Clone, Copy)]
pub struct Wish {
    /// How many rows each table shall have, besides those at the boundaries of its types and
    /// checks.
    pub rows: usize,
    /// From the same seed come the same rows.
    pub seed: u64,
}

/// What became of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// Its name; with its schema, unless that is `public`.
    pub table: String,
    /// The rows that it had.
    pub before: u64,
    /// The rows that it got.
    pub added: u64,
    /// What stands in the way of more, where it has fewer than were wanted.
    pub obstacle: Option<String>,
}

impl Filled {
    /// Whether it holds no row at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.before + self.added == 0
    }
}
