//! A connection as refinery sees it.

use jubilee_core::{Environment, Version};
use refinery::{Error, Migration, Report, Target};
use refinery_core::error::WrapMigrationError;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::engine::{Context, Engine, Program, run_id};
use crate::error::{RunError, RunErrorKind};
use crate::event::{Applied, Event};
use crate::link::Link;
use crate::options::Options;
use crate::state::{Known, MigrationStatus};

/// A connection as refinery sees it: what `refinery::Runner::run` is given instead of the client
/// itself. [`Migrator`](crate::Migrator) does the same without refinery in between.
///
/// refinery commits a migration and its history row in two transactions, takes no lock, and
/// sends a file's own `COMMIT` inside of its transaction. A session overrides how migrations
/// are applied (`Migrate::migrate`) and leaves versions, checksums, targets and reports to
/// refinery. Its errors, [`RunError`], travel as the source of a `Kind::Connection`.
pub struct Session<'a, C> {
    client: &'a mut C,
    settings: Settings<'a>,
}

struct Settings<'a> {
    database: &'a str,
    environment: Environment,
    options: Options,
    events: Box<dyn FnMut(&Event) + Send + 'a>,
}

impl<'a, C> Session<'a, C> {
    /// A session for the migrations of `database` (its short name) in `environment`.
    pub fn new(client: &'a mut C, database: &'a str, environment: Environment) -> Self {
        Self {
            client,
            settings: Settings {
                database,
                environment,
                options: Options::new(),
                events: Box::new(|_| {}),
            },
        }
    }

    /// How the run behaves.
    #[must_use]
    pub fn options(mut self, options: Options) -> Self {
        self.settings.options = options;
        self
    }

    /// Who is told what happens.
    #[must_use]
    pub fn on_event(mut self, events: impl FnMut(&Event) + Send + 'a) -> Self {
        self.settings.events = Box::new(events);
        self
    }
}

/// What refinery asks for in one call of `migrate`.
struct Request<'m> {
    migrations: &'m [Migration],
    abort_divergent: bool,
    abort_missing: bool,
    grouped: bool,
    target: Target,
}

impl Request<'_> {
    fn target(&self) -> Result<Option<Version>, RunErrorKind> {
        let refused = |what| Err(RunErrorKind::NotWithRefinery(what));
        if self.grouped {
            return refused(
                "set_grouped(true) is not supported: each migration and its history row are one transaction",
            );
        }
        if !self.abort_divergent || !self.abort_missing {
            return refused(
                "changed and missing migrations cannot be passed over: leave set_abort_divergent and set_abort_missing at true",
            );
        }
        match self.target {
            Target::Latest => Ok(None),
            // A target past the last migration means the last.
            Target::Version(version) => Ok(Some(
                Version::new(i64::from(version)).unwrap_or(Version::LAST),
            )),
            Target::Fake | Target::FakeVersion(_) => refused(
                "migrations cannot be recorded without running them: take a database of another runner over with Migrator::adopt",
            ),
        }
    }
}

async fn migrate<L: Link>(
    mut link: L,
    settings: &mut Settings<'_>,
    request: Request<'_>,
) -> Result<Report, Error> {
    let (program, run_id) = (Program::default(), run_id());
    let mut applied = Vec::new();
    let result = async {
        let context = Context {
            database: settings.database,
            environment: settings.environment,
            known: Known::all(request.migrations).map_err(RunErrorKind::UnknownName)?,
            target: request.target()?,
            options: &settings.options,
            program: &program,
            run_id: &run_id,
        };
        let mut engine = Engine::new(&mut link, &context, &mut *settings.events);
        let result = engine.run().await;
        applied = std::mem::take(&mut engine.applied);
        result.map_err(|kind| RunError::new(kind, engine.server))
    }
    .await;
    let applied = as_applied(request.migrations, &applied);
    let doing = format!("migrating {}", settings.database);
    result
        .migration_err(&doing, Some(&applied))
        .map(|()| Report::new(applied))
}

/// Migrations as refinery reports them once they are applied, in the order in which they were.
pub(crate) fn as_applied(migrations: &[Migration], applied: &[Applied]) -> Vec<Migration> {
    let migration = |applied: &Applied| {
        let version = i32::from(applied.name.version().get());
        let mut migration = migrations.iter().find(|m| m.version() == version)?.clone();
        migration.set_applied();
        Some(migration)
    };
    applied.iter().filter_map(migration).collect()
}

/// The completed migrations as refinery knows them.
async fn completed<L: Link>(
    mut link: L,
    settings: &mut Settings<'_>,
) -> Result<Vec<Migration>, RunError> {
    let (program, run_id) = (Program::default(), run_id());
    let context = Context {
        database: settings.database,
        environment: settings.environment,
        known: Vec::new(),
        target: None,
        options: &settings.options,
        program: &program,
        run_id: &run_id,
    };
    let mut ignore = |_: &Event| {};
    let mut engine = Engine::new(&mut link, &context, &mut ignore);
    let result = engine.status().await;
    let (snapshot, states) = result.map_err(|kind| RunError::new(kind, engine.server))?;
    // Where no file is known, all that was applied is missing.
    let rows = snapshot.rows.iter().zip(states).filter(|(_, state)| {
        state.status == MigrationStatus::Missing && state.applied_at.is_some()
    });
    Ok(rows
        .map(|(row, state)| {
            let applied_on = state
                .applied_at
                .and_then(|at| OffsetDateTime::parse(&at, &Rfc3339).ok());
            Migration::applied(
                i32::from(row.version().get()),
                row.name.description().to_owned(),
                applied_on.unwrap_or(OffsetDateTime::UNIX_EPOCH),
                row.checksum.parse().unwrap_or_default(),
            )
        })
        .collect())
}

/// refinery's way to run a statement outside of `migrate`.
fn loose_statement() -> RunError {
    RunErrorKind::NotWithRefinery(
        "statements of refinery's own are not run: use Runner::run or Runner::run_async; Runner::run_iter would commit a migration and its row apart",
    )
    .into()
}

#[cfg(feature = "postgres")]
mod blocking {
    use refinery_core::Migrate;
    use refinery_core::traits::sync::{Query, Transaction};

    use super::*;
    use crate::driver::blocking::{BlockingLink, block_on};

    impl Transaction for Session<'_, postgres::Client> {
        type Error = RunError;

        fn execute<'q, T: Iterator<Item = &'q str>>(
            &mut self,
            _queries: T,
        ) -> Result<usize, RunError> {
            Err(loose_statement())
        }
    }

    impl Query<Vec<Migration>> for Session<'_, postgres::Client> {
        fn query(&mut self, _query: &str) -> Result<Vec<Migration>, RunError> {
            let link = BlockingLink(self.client);
            block_on(completed(link, &mut self.settings))
        }
    }

    impl Migrate for Session<'_, postgres::Client> {
        fn get_last_applied_migration(&mut self, table: &str) -> Result<Option<Migration>, Error> {
            Ok(self.get_applied_migrations(table)?.pop())
        }

        fn migrate(
            &mut self,
            migrations: &[Migration],
            abort_divergent: bool,
            abort_missing: bool,
            grouped: bool,
            target: Target,
            _table: &str,
        ) -> Result<Report, Error> {
            let request = Request {
                migrations,
                abort_divergent,
                abort_missing,
                grouped,
                target,
            };
            let link = BlockingLink(self.client);
            block_on(migrate(link, &mut self.settings, request))
        }
    }
}

#[cfg(feature = "tokio-postgres")]
mod pipelined {
    use std::future::Future;

    use refinery_core::AsyncMigrate;
    use refinery_core::traits::r#async::{AsyncQuery, AsyncTransaction};

    use super::*;
    use crate::driver::pipelined::PipelinedLink;

    impl AsyncTransaction for Session<'_, tokio_postgres::Client> {
        type Error = RunError;

        async fn execute<'q, T: Iterator<Item = &'q str> + Send + 'q>(
            &'q mut self,
            _queries: T,
        ) -> Result<usize, RunError> {
            Err(loose_statement())
        }
    }

    impl AsyncQuery<Vec<Migration>> for Session<'_, tokio_postgres::Client> {
        async fn query<'q>(&'q mut self, _query: &'q str) -> Result<Vec<Migration>, RunError> {
            completed(PipelinedLink(self.client), &mut self.settings).await
        }
    }

    impl AsyncMigrate for Session<'_, tokio_postgres::Client> {
        async fn get_last_applied_migration<'q>(
            &'q mut self,
            table: &'q str,
        ) -> Result<Option<Migration>, Error> {
            Ok(self.get_applied_migrations(table).await?.pop())
        }

        fn migrate<'q>(
            &'q mut self,
            migrations: &'q [Migration],
            abort_divergent: bool,
            abort_missing: bool,
            grouped: bool,
            target: Target,
            _table: &'q str,
        ) -> impl Future<Output = Result<Report, Error>> + Send + 'q {
            let request = Request {
                migrations,
                abort_divergent,
                abort_missing,
                grouped,
                target,
            };
            let link = PipelinedLink(self.client);
            migrate(link, &mut self.settings, request)
        }
    }
}
