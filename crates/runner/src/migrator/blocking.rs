//! The interface over the blocking client.

use super::*;
use crate::driver::blocking::{BlockingLink, block_on};

impl Migrator<'_> {
    /// Applies what is pending. The session's settings and role are as before afterwards;
    /// its temporary tables, cursors and LISTENs are gone.
    ///
    /// # Errors
    ///
    /// [`RunError`]; what was applied until then stays.
    pub fn run(&mut self, client: &mut postgres::Client) -> Result<Report, RunError> {
        block_on(self.run_over(BlockingLink(client), false))
    }

    /// Goes on with the last run, over a new connection since it lost the one that it had:
    /// the report then names what it has applied over all of them.
    ///
    /// # Errors
    ///
    /// As [`Migrator::run`].
    pub fn resume(&mut self, client: &mut postgres::Client) -> Result<Report, RunError> {
        block_on(self.run_over(BlockingLink(client), true))
    }

    /// Reads the target and its history for the run, plan or status that follows over this connection: for
    /// whoever connects sooner than the files are read ([`Migrator::set_runner`]). Reads nothing if it
    /// fails, or if somebody has locked the history. Writes nothing.
    pub fn read_ahead(&mut self, client: &mut postgres::Client, details: Details) {
        block_on(self.read_ahead_over(BlockingLink(client), details));
    }

    /// Where every migration stands. Writes nothing.
    ///
    /// # Errors
    ///
    /// When the history cannot be read.
    pub fn status(&mut self, client: &mut postgres::Client) -> Result<Status, RunError> {
        block_on(self.status_over(BlockingLink(client)))
    }

    /// What [`Migrator::run`] would apply, in order, after all checks. Writes nothing.
    ///
    /// # Errors
    ///
    /// What would stop the run before its first migration.
    pub fn plan(&mut self, client: &mut postgres::Client) -> Result<Vec<Planned>, RunError> {
        block_on(self.plan_over(BlockingLink(client)))
    }

    /// Records what somebody found out about an interrupted migration, or another answer as long
    /// as no later migration is applied. What the catalog says against
    /// [`Resolution::Completed`] refuses it.
    ///
    /// # Errors
    ///
    /// When the migration is not interrupted, has not left what it should, or the target is
    /// refused.
    pub fn resolve(
        &mut self,
        client: &mut postgres::Client,
        version: Version,
        resolution: Resolution,
    ) -> Result<Resolved, RunError> {
        block_on(self.resolve_over(BlockingLink(client), version, resolution))
    }

    /// Takes over a database that another runner migrated so far.
    ///
    /// # Errors
    ///
    /// When its history does not fit the files; nothing is changed then.
    pub fn adopt(
        &mut self,
        client: &mut postgres::Client,
        options: AdoptOptions,
    ) -> Result<Adoption, RunError> {
        block_on(self.adopt_over(BlockingLink(client), options))
    }

    /// Makes a history that says `from` say this migrator's environment, where a database was
    /// copied or first migrated with a wrong label. Counts the rows that it has changed.
    ///
    /// # Errors
    ///
    /// When the history is another database's, or says a third environment.
    pub fn relabel(
        &mut self,
        client: &mut postgres::Client,
        from: Environment,
    ) -> Result<usize, RunError> {
        block_on(self.relabel_over(BlockingLink(client), from))
    }
}
