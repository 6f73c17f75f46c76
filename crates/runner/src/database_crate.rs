//! What every database crate offers.

/// Everything that a database crate offers, from the name of its database and the files that its
/// build script embedded: `DATABASE`, `MIGRATIONS`, `runner`, `migrator`, and for each driver
/// `migrate`, `status` and `is_current`; and all types that a caller must name.
#[macro_export]
macro_rules! database_crate {
    ($database:expr) => {
        include!(concat!(env!("OUT_DIR"), "/migrations.rs"));

        /// The name of the database, as every history row has it.
        pub const DATABASE: &str = $database;

        pub use ::jubilee_runner::{
            AdoptOptions, Adoption, Applied, Divergence, Environment, Event, Failed, HistoryKind,
            Left, LeftState, MigrationName, MigrationState, MigrationStatus, Migrator, OddRow,
            Options, Planned, Refusal, Report, Resolution, Resolved, RunError, RunErrorKind,
            Runner, Server, ServerError, Session, Status, StopFlag, Stopped, TransactionMode,
            Version,
        };

        #[cfg(feature = "postgres")]
        pub use ::jubilee_runner::postgres;
        #[cfg(feature = "tokio-postgres")]
        pub use ::jubilee_runner::tokio_postgres;

        /// The migrations as a runner of refinery (`refinery::Runner`), to be run through a
        /// [`jubilee_runner::Session`].
        ///
        /// # Panics
        ///
        /// Never: a file that breaks the rules does not compile.
        #[must_use]
        #[expect(clippy::panic, reason = "the build script has checked the files")]
        pub fn runner() -> Runner {
            let texts = ::jubilee_runner::MigrationTexts::load(MIGRATIONS.iter().cloned());
            match texts.map(::jubilee_runner::runner) {
                Ok(Ok(runner)) => runner,
                Ok(Err(error)) => panic!("{error}"),
                Err(violations) => panic!("{violations}"),
            }
        }

        /// Applies the migrations with all options: how far, how patiently, and who is told.
        ///
        /// The database remembers the environment that it was first migrated in, and is refused to
        /// any other.
        #[must_use]
        pub fn migrator(environment: Environment) -> Migrator<'static> {
            Migrator::new(DATABASE, environment, runner()).program(concat!(
                env!("CARGO_PKG_NAME"),
                " ",
                env!("CARGO_PKG_VERSION")
            ))
        }

        /// Applies what is pending.
        ///
        /// # Errors
        ///
        /// [`RunError`]; what was applied until then stays applied and recorded.
        #[cfg(feature = "postgres")]
        pub fn migrate(
            client: &mut ::jubilee_runner::postgres::Client,
            environment: Environment,
        ) -> Result<Report, RunError> {
            migrator(environment).run(client)
        }

        /// [`migrate`] over an asynchronous client.
        ///
        /// # Errors
        ///
        /// [`RunError`]; what was applied until then stays applied and recorded.
        #[cfg(feature = "tokio-postgres")]
        pub async fn migrate_async(
            client: &mut ::jubilee_runner::tokio_postgres::Client,
            environment: Environment,
        ) -> Result<Report, RunError> {
            migrator(environment).run_async(client).await
        }

        /// Where every migration stands. Writes nothing.
        ///
        /// # Errors
        ///
        /// When the history cannot be read.
        #[cfg(feature = "postgres")]
        pub fn status(
            client: &mut ::jubilee_runner::postgres::Client,
            environment: Environment,
        ) -> Result<Status, RunError> {
            migrator(environment).status(client)
        }

        /// [`status`] over an asynchronous client.
        ///
        /// # Errors
        ///
        /// When the history cannot be read.
        #[cfg(feature = "tokio-postgres")]
        pub async fn status_async(
            client: &::jubilee_runner::tokio_postgres::Client,
            environment: Environment,
        ) -> Result<Status, RunError> {
            migrator(environment).status_async(client).await
        }

        /// Whether all migrations of this build are applied: for a readiness probe. One round
        /// trip; writes nothing. A database that is further still is current.
        ///
        /// # Errors
        ///
        /// When the history cannot be read.
        #[cfg(feature = "postgres")]
        pub fn is_current(
            client: &mut ::jubilee_runner::postgres::Client,
        ) -> Result<bool, RunError> {
            // The environment is not asked for: it does not matter here.
            status(client, Environment::Development).map(|status| status.is_current())
        }

        /// [`is_current`] over an asynchronous client.
        ///
        /// # Errors
        ///
        /// When the history cannot be read.
        #[cfg(feature = "tokio-postgres")]
        pub async fn is_current_async(
            client: &::jubilee_runner::tokio_postgres::Client,
        ) -> Result<bool, RunError> {
            let status = status_async(client, Environment::Development).await?;
            Ok(status.is_current())
        }
    };
}
