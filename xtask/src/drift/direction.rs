//! Which side gives way.

/// Which side gives way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// What is live becomes the migrations'.
    Adopt,
    /// The live database is brought back.
    Restore {
        /// Whether tables are made again where SQL has no other way.
        is_rebuild: bool,
    },
}
