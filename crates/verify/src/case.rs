//! A migration with what all proofs of it need.

use std::collections::BTreeSet;

use jubilee_catalog::{Catalog, Change};
use jubilee_core::MigrationFile;

use crate::data::{Data, Masked};
use crate::queries::QueryOutcome;
use crate::scratch::Scratch;

/// A migration with what all proofs of it need.
pub(crate) struct Case<'c> {
    pub(crate) scratch: &'c Scratch,
    /// The database's short name.
    pub(crate) database: &'c str,
    /// All migrations of the database up to this one.
    pub(crate) files: &'c [MigrationFile],
    pub(crate) file: &'c MigrationFile,
    pub(crate) seed: u64,
    /// A scratch database without this migration, full of rows; nobody is connected to it.
    pub(crate) before: &'c str,
    pub(crate) before_schema: &'c Catalog,
    pub(crate) before_data: &'c Data,
    /// The rows that migrations bring.
    pub(crate) brought: &'c Data,
    /// What became of the statements of services.
    pub(crate) queries: &'c [QueryOutcome],
    /// What it changes in the schema.
    pub(crate) changes: &'c [Change],
    /// The same with this migration, and what is in it.
    pub(crate) after: &'c str,
    pub(crate) after_schema: &'c Catalog,
    pub(crate) after_data: &'c Data,
    /// The columns that hold something else after each run: times, random numbers.
    pub(crate) masked: &'c Masked,
    /// The roles that there were before it, in this database or another.
    pub(crate) roles: &'c BTreeSet<String>,
    /// When this migration began, as the server writes times.
    pub(crate) since: &'c str,
}
