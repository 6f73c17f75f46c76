//! The interface: applies the migrations of one database.

#[cfg(feature = "postgres")]
mod blocking;
#[cfg(feature = "tokio-postgres")]
mod pipelined;

use jubilee_core::{Environment, MigrationName, MigrationTexts, Version};
use refinery::{Error, Migration, Report, Runner};

use crate::activity::Activity;
use crate::engine::{
    AdoptOptions, Adoption, Context, Details, Engine, Planned, Program, Resolution, Resolved,
    Snapshot, application_name, run_id,
};
use crate::error::{RunError, RunErrorKind};
use crate::event::{Applied, Event};
use crate::link::Link;
use crate::options::Options;
use crate::refusal::{self, Refusal};
use crate::session::as_applied;
use crate::state::{Known, MigrationState, MigrationStatus};
use crate::target::HistoryKind;

/// The table that every history is kept in, in schema `public`.
pub const HISTORY_TABLE: &str = "schema_migrations";

/// The refinery runner of a database's migrations.
///
/// # Errors
///
/// When refinery cannot take one of the names, which [`MigrationTexts`] excludes.
pub fn runner(texts: MigrationTexts<'_>) -> Result<Runner, Error> {
    let migrations = texts
        .into_iter()
        .map(|(name, text)| {
            let name = format!("V{}__{}", name.version().get(), name.description());
            // It copies the text; that one is freed before the next is copied.
            Migration::unapplied(&name, &text)
        })
        .collect::<Result<Vec<_>, _>>()?;
    let mut runner = Runner::new(&migrations);
    runner.set_migration_table_name(HISTORY_TABLE);
    Ok(runner)
}

/// Where a database stands: what `migrate status` shows.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Status {
    /// Whose history there is.
    pub history: HistoryKind,
    /// What makes this target another's, so that no run would touch it.
    pub identity: Vec<Refusal>,
    /// Every migration of files and history, in order; none where the history is not this
    /// runner's, is another database's or cannot be read.
    pub migrations: Vec<MigrationState>,
}

/// Applies the migrations of one database, over a connection that the caller brings.
///
/// ```no_run
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let runner = refinery::Runner::new(&[]);
/// # let mut client = postgres::Client::connect("", postgres::NoTls)?;
/// use jubilee_runner::{Environment, Migrator};
///
/// let report = Migrator::new("codex", Environment::Production, runner).run(&mut client)?;
/// # Ok(()) }
/// ```
pub struct Migrator<'e> {
    database: String,
    environment: Environment,
    runner: Runner,
    target: Option<Version>,
    options: Options,
    program: Program,
    events: Box<dyn FnMut(&Event) + Send + 'e>,
    run: Run,
    /// What the next run, plan or status need not read.
    ahead: Option<Snapshot>,
}

/// The last run: what its rows in the history are known by, and what it has applied.
struct Run {
    id: String,
    begun: bool,
    applied: Vec<Applied>,
    newer: Vec<MigrationName>,
}

impl Run {
    fn new() -> Self {
        Self {
            id: run_id(),
            begun: false,
            applied: Vec::new(),
            newer: Vec::new(),
        }
    }
}

impl<'e> Migrator<'e> {
    /// A migrator for the database of that short name. The database remembers the environment
    /// that it was first migrated in, and is refused to any other.
    #[must_use]
    pub fn new(database: impl Into<String>, environment: Environment, runner: Runner) -> Self {
        Self {
            database: database.into(),
            environment,
            runner,
            target: None,
            options: Options::new(),
            program: Program::default(),
            events: Box::new(|_| {}),
            run: Run::new(),
            ahead: None,
        }
    }

    /// Other migrations: those of a migrator that was made before they were read.
    pub fn set_runner(&mut self, runner: Runner) {
        self.runner = runner;
    }

    /// The last migration to apply; all when not called.
    #[must_use]
    pub fn target(mut self, target: Version) -> Self {
        self.set_target(target);
        self
    }

    /// As [`Migrator::target`], for a migrator that is at hand.
    pub fn set_target(&mut self, target: Version) {
        self.target = Some(target);
    }

    /// How the run behaves.
    #[must_use]
    pub fn options(mut self, options: Options) -> Self {
        self.set_options(options);
        self
    }

    /// As [`Migrator::options`], for a migrator that is at hand.
    pub fn set_options(&mut self, options: Options) {
        self.options = options;
    }

    /// The program that runs it, with its version, as the history shall name it:
    /// `jubilee-codex 0.1.0`.
    #[must_use]
    pub fn program(mut self, name: impl Into<String>) -> Self {
        self.program.name = name.into();
        self
    }

    /// The host that it runs on, as the history shall name it; by default the address that the
    /// server sees.
    #[must_use]
    pub fn host(mut self, host: impl Into<String>) -> Self {
        self.program.host = Some(host.into());
        self
    }

    /// Who is told what happens.
    #[must_use]
    pub fn on_event(mut self, events: impl FnMut(&Event) + Send + 'e) -> Self {
        self.events = Box::new(events);
        self
    }

    /// What the last run has applied, in order, also where it ended in an error.
    #[must_use]
    pub fn applied(&self) -> &[Applied] {
        &self.run.applied
    }

    /// The migrations that the last run, or plan, found applied and that are newer than its own, where
    /// that is accepted ([`Options::accept_newer`]).
    #[must_use]
    pub fn newer(&self) -> &[MigrationName] {
        &self.run.newer
    }

    /// The `application_name` that the sessions of the last run (else of the next) have while a
    /// migration is under way, in `pg_stat_activity`.
    #[must_use]
    pub fn application_name(&self) -> String {
        application_name(&self.run.id)
    }

    /// The text of a migration as it is sent and summed.
    #[must_use]
    pub fn text_of(&self, name: &MigrationName) -> Option<&str> {
        let migrations = self.runner.get_migrations();
        migrations
            .iter()
            .find(|m| m.version() == i32::from(name.version().get()))
            .and_then(Migration::sql)
    }

    /// Begins a run, or goes on with one that lost its connection.
    async fn run_over<L: Link>(&mut self, mut link: L, resume: bool) -> Result<Report, RunError> {
        if self.run.begun && !resume {
            self.run = Run::new();
        }
        self.run.begun = true;
        let context = Context {
            database: &self.database,
            environment: self.environment,
            known: Known::all(self.runner.get_migrations()).map_err(RunErrorKind::UnknownName)?,
            target: self.target,
            options: &self.options,
            program: &self.program,
            run_id: &self.run.id,
        };
        let before = std::mem::take(&mut self.run.applied);
        let mut engine = Engine::new(&mut link, &context, &mut *self.events).resuming(before);
        engine.ahead = self.ahead.take();
        let result = engine.run().await;
        self.run.applied = engine.applied;
        self.run.newer = engine.newer;
        result.map_err(|kind| RunError::new(kind, engine.server))?;
        Ok(Report::new(as_applied(
            self.runner.get_migrations(),
            &self.run.applied,
        )))
    }

    /// Anything that is not a run.
    async fn ask<L: Link, T>(
        &mut self,
        mut link: L,
        question: impl AsyncFnOnce(&mut Engine<'_, L>) -> Result<T, RunErrorKind>,
    ) -> Result<T, RunError> {
        let run_id = run_id();
        let context = Context {
            database: &self.database,
            environment: self.environment,
            known: Known::all(self.runner.get_migrations()).map_err(RunErrorKind::UnknownName)?,
            target: self.target,
            options: &self.options,
            program: &self.program,
            run_id: &run_id,
        };
        let mut ignore = |_: &Event| {};
        let mut engine = Engine::new(&mut link, &context, &mut ignore);
        engine.ahead = self.ahead.take();
        let answer = question(&mut engine).await;
        answer.map_err(|kind| RunError::new(kind, engine.server))
    }

    /// An error is left for the run to find.
    async fn read_ahead_over<L: Link>(&mut self, link: L, details: Details) {
        let read = self.ask(link, async |engine| engine.read_ahead(details).await);
        self.ahead = read.await.ok();
    }

    async fn status_over<L: Link>(&mut self, link: L) -> Result<Status, RunError> {
        let (snapshot, migrations) = self.ask(link, async |engine| engine.status().await).await?;
        let identity = refusal::identity(
            &snapshot.target,
            &snapshot.rows,
            &self.database,
            self.environment,
        );
        let history = snapshot.target.history();
        // Without a history of this database that could be read, nothing is known of any migration.
        let known = matches!(history, HistoryKind::Ours | HistoryKind::None)
            && !identity.iter().any(|r| {
                matches!(
                    r,
                    Refusal::MayNotRead { .. } | Refusal::OtherDatabase { .. }
                )
            });
        let migrations = if known { migrations } else { Vec::new() };
        Ok(Status {
            history,
            identity,
            migrations,
        })
    }

    async fn plan_over<L: Link>(&mut self, link: L) -> Result<Vec<Planned>, RunError> {
        let planned = async |engine: &mut Engine<'_, L>| {
            let planned = engine.plan().await?;
            Ok((planned, std::mem::take(&mut engine.newer)))
        };
        let (planned, newer) = self.ask(link, planned).await?;
        self.run.newer = newer;
        Ok(planned)
    }

    async fn resolve_over<L: Link>(
        &mut self,
        link: L,
        version: Version,
        resolution: Resolution,
    ) -> Result<Resolved, RunError> {
        self.ask(link, async |engine| {
            engine.resolve(version, resolution).await
        })
        .await
    }

    async fn relabel_over<L: Link>(
        &mut self,
        link: L,
        from: Environment,
    ) -> Result<usize, RunError> {
        self.ask(link, async |engine| engine.relabel(from).await)
            .await
    }

    async fn adopt_over<L: Link>(
        &mut self,
        link: L,
        options: AdoptOptions,
    ) -> Result<Adoption, RunError> {
        self.ask(link, async |engine| engine.adopt(options).await)
            .await
    }
}

impl Status {
    /// Takes in what runs do: a migration that is under way in a transaction stands nowhere but in
    /// that transaction, so that the history alone shows it as pending.
    pub fn see(&mut self, activity: &Activity) {
        let running = self
            .migrations
            .iter_mut()
            .find(|m| m.status == MigrationStatus::Running);
        if let Some(state) = running {
            let run = state.run_id.as_deref().map(application_name);
            state.at_work = run.and_then(|name| activity.of(&name)).cloned();
            return;
        }
        // Migrations are claimed in order.
        let next = self.migrations.iter_mut().find(|m| {
            matches!(
                m.status,
                MigrationStatus::Pending | MigrationStatus::Failed | MigrationStatus::Rerun
            )
        });
        if let (Some(state), Some(claims)) = (next, activity.claims()) {
            state.status = MigrationStatus::Running;
            // Of an earlier run.
            state.error = None;
            state.at_work = Some(claims.clone());
        }
    }

    /// Whether every migration of the build is applied as it is, in a database that is its own
    /// (whatever its environment). Further ones, of a newer build, do not matter.
    #[must_use]
    pub fn is_current(&self) -> bool {
        let own = self.history == HistoryKind::Ours
            && self
                .identity
                .iter()
                .all(|refusal| matches!(refusal, Refusal::OtherEnvironment { .. }));
        let mut states = self.migrations.iter().map(|migration| migration.status);
        own && states.all(|s| {
            matches!(
                s,
                MigrationStatus::Completed | MigrationStatus::Missing | MigrationStatus::Abandoned
            )
        })
    }
}
