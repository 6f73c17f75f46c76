//! The database that a forecast is made for.

use std::collections::BTreeMap;

/// Asks how large the tables of a database are: name, rows, and bytes of each. It reads the catalog
/// only, and waits for a table that another session locks in ACCESS EXCLUSIVE.
pub const SIZES: &str = include_str!("sizes.sql");

/// What is known of a live database: its name for people, and its tables.
#[derive(Debug, Clone, Default)]
pub struct Like {
    /// How people call it: `production`.
    pub name: String,
    /// By name; with its schema, unless that is `public`. A partitioned table stands for its partitions.
    pub tables: BTreeMap<String, LiveTable>,
}

/// How large a table is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LiveTable {
    /// As `ANALYZE` has estimated them; `None` where it never did.
    pub rows: Option<f64>,
    /// Its size on disk without indexes.
    pub bytes: f64,
}
