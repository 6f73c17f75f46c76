//! The interface over the asynchronous client.

use super::*;
use crate::driver::pipelined::PipelinedLink;
use tokio_postgres::Client;

impl Migrator<'_> {
    /// Applies what is pending; several migrations in one round trip over a connection that
    /// is known to be direct ([`Options::direct_connection`]). The session's settings and role are as before afterwards; its temporary tables, cursors and
    /// LISTENs are gone.
    ///
    /// # Errors
    ///
    /// [`RunError`]; what was applied until then stays.
    pub async fn run_async(&mut self, client: &mut Client) -> Result<Report, RunError> {
        self.run_over(PipelinedLink(client), false).await
    }

    /// Goes on with the last run, over a new connection since it lost the one that it had:
    /// the report then names what it has applied over all of them.
    ///
    /// # Errors
    ///
    /// As [`Migrator::run_async`].
    pub async fn resume_async(&mut self, client: &mut Client) -> Result<Report, RunError> {
        self.run_over(PipelinedLink(client), true).await
    }

    /// Reads the target and its history for the run, plan or status that follows over this connection: for
    /// whoever connects sooner than the files are read ([`Migrator::set_runner`]). Reads nothing if it
    /// fails, or if somebody has locked the history, and may be given up at any time. Writes nothing.
    pub async fn read_ahead_async(&mut self, client: &Client, details: Details) {
        self.read_ahead_over(PipelinedLink(client), details).await;
    }

    /// Where every migration stands. Writes nothing.
    ///
    /// # Errors
    ///
    /// When the history cannot be read.
    pub async fn status_async(&mut self, client: &Client) -> Result<Status, RunError> {
        self.status_over(PipelinedLink(client)).await
    }

    /// What [`Migrator::run_async`] would apply, in order, after all checks. Writes nothing.
    ///
    /// # Errors
    ///
    /// What would stop the run before its first migration.
    pub async fn plan_async(&mut self, client: &Client) -> Result<Vec<Planned>, RunError> {
        self.plan_over(PipelinedLink(client)).await
    }

    /// Records what somebody found out about an interrupted migration, or another answer as long
    /// as no later migration is applied. What the catalog says against
    /// [`Resolution::Completed`] refuses it.
    ///
    /// # Errors
    ///
    /// When the migration is not interrupted, has not left what it should, or the target is
    /// refused.
    pub async fn resolve_async(
        &mut self,
        client: &Client,
        version: Version,
        resolution: Resolution,
    ) -> Result<Resolved, RunError> {
        self.resolve_over(PipelinedLink(client), version, resolution)
            .await
    }

    /// Takes over a database that another runner migrated so far.
    ///
    /// # Errors
    ///
    /// When its history does not fit the files; nothing is changed then.
    pub async fn adopt_async(
        &mut self,
        client: &Client,
        options: AdoptOptions,
    ) -> Result<Adoption, RunError> {
        self.adopt_over(PipelinedLink(client), options).await
    }

    /// Makes a history that says `from` say this migrator's environment, where a database was
    /// copied or first migrated with a wrong label. Counts the rows that it has changed.
    ///
    /// # Errors
    ///
    /// When the history is another database's, or says a third environment.
    pub async fn relabel_async(
        &mut self,
        client: &Client,
        from: Environment,
    ) -> Result<usize, RunError> {
        self.relabel_over(PipelinedLink(client), from).await
    }
}
