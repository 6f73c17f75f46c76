//! A migration with what all proofs of it need.

use std::collections::BTreeSet;
use std::ops::Range;

use jubilee_catalog::{Catalog, Change};
use jubilee_core::MigrationFile;
use postgres::Client;

use crate::data::{Data, Masked};
use crate::error::Error;
use crate::queries::QueryOutcome;
use crate::scratch::Scratch;
use crate::steps::blame;

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
    /// Whether it was seen to change what belongs to the server: roles, their members and attributes.
    pub(crate) changes_server: bool,
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

impl Case<'_> {
    /// The first statement after which something is so, on a copy of a database: [`blame`].
    pub(crate) fn blame_on(
        &self,
        database: &str,
        probe: impl FnMut(&mut Client) -> Result<bool, Error>,
    ) -> Result<Option<Range<usize>>, Error> {
        let copy = self.scratch.copy(database)?;
        let mut client = self.scratch.connect(&copy)?;
        let range = blame(&mut client, self.file, probe)?;
        drop(client);
        self.scratch.drop(&copy);
        Ok(range)
    }

    /// The same of the database before the migration.
    pub(crate) fn blame(
        &self,
        probe: impl FnMut(&mut Client) -> Result<bool, Error>,
    ) -> Result<Option<Range<usize>>, Error> {
        self.blame_on(self.before, probe)
    }
}
