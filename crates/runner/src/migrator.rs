use jubilee_core::{
    Environment, MigrationName, MigrationSet, SourceFile, Version, Violation, Violations, normalise,
};
use refinery_core::error::Kind;
use refinery_core::{Error, Migration, Runner, Target};

use crate::engine::{AdoptOptions, Adoption, Context, Engine, Planned, Resolution};
use crate::error::RunError;
use crate::event::Event;
use crate::link::Link;
use crate::options::Options;
use crate::refusal::{self, Refusal};
use crate::session::known;
use crate::state::MigrationState;
use crate::target::HistoryKind;

/// The table that every history is kept in, in schema `public`.
pub const HISTORY_TABLE: &str = "schema_migrations";

/// The refinery runner of a set of migrations.
///
/// # Errors
///
/// When refinery cannot take one of the names, which [`MigrationSet`] excludes.
pub fn runner(set: MigrationSet) -> Result<Runner, Error> {
    let migrations = set
        .into_files()
        .into_iter()
        .map(|file| migration(file.name(), file.text()))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(with_table(&migrations))
}

/// The refinery runner of embedded files, for the database crates: their build script has
/// checked the files, so only their names and bytes are read here, and a file is parsed when
/// it is pending.
///
/// # Errors
///
/// The first file that is not what a build script lets through.
pub fn embedded_runner(files: &[SourceFile<'_>]) -> Result<Runner, Violations> {
    let migrations = files
        .iter()
        .map(|file| {
            let name =
                MigrationName::from_file_name(&file.name).map_err(|error| broken(file, &error))?;
            let text =
                normalise(file.bytes.as_ref().into()).map_err(|error| broken(file, &error))?;
            migration(&name, &text).map_err(|error| broken(file, &error))
        })
        .collect::<Result<Vec<_>, _>>()?;
    Ok(with_table(&migrations))
}

fn migration(name: &MigrationName, text: &str) -> Result<Migration, Error> {
    Migration::unapplied(
        &format!("V{}__{}", name.version().get(), name.description()),
        text,
    )
}

fn with_table(migrations: &[Migration]) -> Runner {
    let mut runner = Runner::new(migrations);
    runner.set_migration_table_name(HISTORY_TABLE);
    runner
}

fn broken(file: &SourceFile<'_>, error: &dyn std::fmt::Display) -> Violations {
    Violations(vec![Violation {
        rule: jubilee_core::Rule::Naming,
        file: file.name.clone().into_owned(),
        range: None,
        position: None,
        what: error.to_string(),
        why: "it would not be embedded by a build that checks its files".to_owned(),
        hint:
            "run `cargo xtask migrate status` in the workspace, which says everything that is wrong"
                .to_owned(),
    }])
}

/// Where a database stands: what `migrate status` shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Whose history there is.
    pub history: HistoryKind,
    /// What makes this target another's, so that no run would touch it.
    pub identity: Vec<Refusal>,
    /// Every migration of files and history, in order; none where the history is not this
    /// runner's or cannot be read.
    pub migrations: Vec<MigrationState>,
}

/// Applies the migrations of one database, over a connection that the caller brings.
///
/// ```no_run
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let runner = refinery_core::Runner::new(&[]);
/// # let mut client = postgres::Client::connect("", postgres::NoTls)?;
/// use jubilee_runner::{Environment, Migrator};
///
/// let report = Migrator::new("codex", runner)
///     .environment(Environment::Production)
///     .run(&mut client)?;
/// # Ok(()) }
/// ```
pub struct Migrator<'e> {
    database: &'e str,
    runner: Runner,
    environment: Environment,
    target: Option<Version>,
    options: Options,
    events: Box<dyn FnMut(&Event) + Send + 'e>,
}

impl<'e> Migrator<'e> {
    /// A migrator for the database of that short name, in development.
    #[must_use]
    pub fn new(database: &'e str, runner: Runner) -> Self {
        Self {
            database,
            runner,
            environment: Environment::Development,
            target: None,
            options: Options::default(),
            events: Box::new(|_| {}),
        }
    }

    /// The environment of the target. A database remembers the one that it was first migrated
    /// in, and is refused to any other.
    #[must_use]
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = environment;
        self
    }

    /// The last migration to apply; all when not called.
    #[must_use]
    pub fn target(mut self, target: Version) -> Self {
        self.set_target(target);
        self
    }

    /// As [`Migrator::target`], for a migrator that is at hand.
    pub fn set_target(&mut self, target: Version) {
        let runner = std::mem::replace(&mut self.runner, Runner::new(&[]));
        self.runner = runner.set_target(Target::Version(i32::from(target.get())));
        self.target = Some(target);
    }

    /// How the run behaves.
    #[must_use]
    pub fn options(mut self, options: Options) -> Self {
        self.options = options;
        self
    }

    /// Who is told what happens.
    #[must_use]
    pub fn on_event(mut self, events: impl FnMut(&Event) + Send + 'e) -> Self {
        self.events = Box::new(events);
        self
    }

    /// The text of a migration as it is sent and summed, by `NNNN_descriptive_name`.
    #[must_use]
    pub fn text_of(&self, name: &str) -> Option<&str> {
        let name = MigrationName::from_file_name(&format!("{name}.sql")).ok()?;
        let migrations = self.runner.get_migrations();
        migrations
            .iter()
            .find(|m| m.version() == i32::from(name.version().get()))
            .and_then(Migration::sql)
    }

    async fn status_over<L: Link>(&mut self, mut link: L) -> Result<Status, RunError> {
        let context = context(
            self.database,
            self.environment,
            &self.runner,
            self.target,
            &self.options,
        )?;
        let (snapshot, migrations) = Engine::new(&mut link, &context, &mut *self.events)
            .status()
            .await?;
        let identity = refusal::identity(
            &snapshot.target,
            &snapshot.rows,
            self.database,
            self.environment,
        );
        let history = snapshot.target.history();
        // Without a history of ours that could be read, nothing is known of any migration.
        let known = matches!(history, HistoryKind::Ours | HistoryKind::None)
            && !identity
                .iter()
                .any(|r| matches!(r, Refusal::MayNotRead { .. }));
        let migrations = if known { migrations } else { Vec::new() };
        Ok(Status {
            history,
            identity,
            migrations,
        })
    }

    async fn plan_over<L: Link>(&mut self, mut link: L) -> Result<Vec<Planned>, RunError> {
        let context = context(
            self.database,
            self.environment,
            &self.runner,
            self.target,
            &self.options,
        )?;
        Engine::new(&mut link, &context, &mut *self.events)
            .plan()
            .await
    }

    async fn resolve_over<L: Link>(
        &mut self,
        mut link: L,
        version: Version,
        resolution: Resolution,
    ) -> Result<MigrationState, RunError> {
        let context = context(
            self.database,
            self.environment,
            &self.runner,
            None,
            &self.options,
        )?;
        Engine::new(&mut link, &context, &mut *self.events)
            .resolve(version, resolution)
            .await
    }

    async fn adopt_over<L: Link>(
        &mut self,
        mut link: L,
        options: AdoptOptions,
    ) -> Result<Adoption, RunError> {
        let context = context(
            self.database,
            self.environment,
            &self.runner,
            None,
            &self.options,
        )?;
        Engine::new(&mut link, &context, &mut *self.events)
            .adopt(options)
            .await
    }
}

fn context<'c>(
    database: &'c str,
    environment: Environment,
    runner: &'c Runner,
    target: Option<Version>,
    options: &'c Options,
) -> Result<Context<'c>, RunError> {
    Ok(Context::new(
        database,
        environment,
        known(runner.get_migrations())?,
        target,
        options,
    ))
}

#[cfg(feature = "postgres")]
mod blocking {
    use refinery_core::Report;

    use super::*;
    use crate::driver::blocking::{BlockingLink, block_on};
    use crate::session::Session;

    impl Migrator<'_> {
        /// Applies what is pending. The session's settings and role are as before afterwards;
        /// its temporary tables, cursors and LISTENs are gone.
        ///
        /// # Errors
        ///
        /// [`RunError`]; what was applied until then stays.
        pub fn run(&mut self, client: &mut postgres::Client) -> Result<Report, RunError> {
            let mut session = Session::new(
                client,
                self.database,
                self.environment,
                &self.options,
                &mut *self.events,
            );
            self.runner
                .run(&mut session)
                .map_err(|error| run_error(&error))
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

        /// Records what somebody found out about an interrupted migration.
        ///
        /// # Errors
        ///
        /// When the migration is not interrupted, or the target refused.
        pub fn resolve(
            &mut self,
            client: &mut postgres::Client,
            version: Version,
            resolution: Resolution,
        ) -> Result<MigrationState, RunError> {
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
    }
}

#[cfg(feature = "tokio-postgres")]
mod pipelined {
    use refinery_core::Report;

    use super::*;
    use crate::driver::pipelined::PipelinedLink;
    use crate::session::Session;
    use tokio_postgres::Client;

    impl Migrator<'_> {
        /// Applies what is pending, several migrations in one round trip. The session's
        /// settings and role are as before afterwards; its temporary tables, cursors and
        /// LISTENs are gone.
        ///
        /// # Errors
        ///
        /// [`RunError`]; what was applied until then stays.
        pub async fn run_async(&mut self, client: &mut Client) -> Result<Report, RunError> {
            let mut session = Session::new(
                client,
                self.database,
                self.environment,
                &self.options,
                &mut *self.events,
            );
            self.runner
                .run_async(&mut session)
                .await
                .map_err(|error| run_error(&error))
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

        /// Records what somebody found out about an interrupted migration.
        ///
        /// # Errors
        ///
        /// When the migration is not interrupted, or the target refused.
        pub async fn resolve_async(
            &mut self,
            client: &Client,
            version: Version,
            resolution: Resolution,
        ) -> Result<MigrationState, RunError> {
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
    }
}

/// The runner's own error inside of refinery's.
fn run_error(error: &Error) -> RunError {
    let own = match error.kind() {
        Kind::Connection(_, source) => source.downcast_ref::<RunError>().cloned(),
        _ => None,
    };
    own.unwrap_or_else(|| RunError::Unsupported {
        what: error.to_string(),
        hint: "this is refinery's own error; its documentation says more".to_owned(),
    })
}
