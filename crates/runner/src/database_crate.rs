/// Everything that a database crate offers, from the name of its database and the files that its
/// build script embedded: `DATABASE`, `MIGRATIONS`, `runner`,
/// `migrator`, `migrate`, `migrate_async`, `status` and `status_async`.
#[macro_export]
macro_rules! database_crate {
    ($database:expr) => {
        include!(concat!(env!("OUT_DIR"), "/migrations.rs"));

        /// The name of the database, as every history row has it.
        pub const DATABASE: &str = $database;

        pub use ::jubilee_runner::{
            Environment, Migrator, Options, Report, RunError, Runner, Status,
        };

        /// The migrations as a runner of refinery (`refinery::Runner`), to be run through a
        /// [`jubilee_runner::Session`].
        ///
        /// # Panics
        ///
        /// Never: a file that breaks the rules does not compile.
        #[must_use]
        #[expect(clippy::panic, reason = "the build script has checked the files")]
        pub fn runner() -> Runner {
            match ::jubilee_runner::embedded_runner(MIGRATIONS) {
                Ok(runner) => runner,
                Err(violations) => panic!("{violations}"),
            }
        }

        /// Applies the migrations with all options: environment, target, events.
        #[must_use]
        pub fn migrator() -> Migrator<'static> {
            Migrator::new(DATABASE, runner()).program(concat!(
                env!("CARGO_PKG_NAME"),
                " ",
                env!("CARGO_PKG_VERSION")
            ))
        }

        /// Applies what is pending, in development. Anywhere else the environment must be
        /// said: `migrator().environment(Environment::Production).run(client)`.
        ///
        /// # Errors
        ///
        /// [`RunError`]; what was applied until then stays applied and recorded.
        #[cfg(feature = "postgres")]
        pub fn migrate(
            client: &mut ::jubilee_runner::postgres::Client,
        ) -> Result<Report, RunError> {
            migrator().run(client)
        }

        /// [`migrate`] over an asynchronous client, several migrations in one round trip.
        ///
        /// # Errors
        ///
        /// [`RunError`]; what was applied until then stays applied and recorded.
        #[cfg(feature = "tokio-postgres")]
        pub async fn migrate_async(
            client: &mut ::jubilee_runner::tokio_postgres::Client,
        ) -> Result<Report, RunError> {
            migrator().run_async(client).await
        }

        /// Where every migration stands. Writes nothing.
        ///
        /// # Errors
        ///
        /// When the history cannot be read.
        #[cfg(feature = "postgres")]
        pub fn status(client: &mut ::jubilee_runner::postgres::Client) -> Result<Status, RunError> {
            migrator().status(client)
        }

        /// [`status`] over an asynchronous client.
        ///
        /// # Errors
        ///
        /// When the history cannot be read.
        #[cfg(feature = "tokio-postgres")]
        pub async fn status_async(
            client: &::jubilee_runner::tokio_postgres::Client,
        ) -> Result<Status, RunError> {
            migrator().status_async(client).await
        }
    };
}
