//! A connection as refinery sees it.

use jubilee_core::{Environment, Version};
use refinery_core::error::WrapMigrationError;
use refinery_core::{Error, Migration, Report, Target};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::engine::{Context, Engine, Program, run_id};
use crate::error::RunError;
use crate::event::Event;
use crate::link::Link;
use crate::options::Options;
use crate::state::{Known, MigrationStatus};

/// A connection as refinery sees it: what [`refinery_core::Runner::run`] is given instead of
/// the client itself.
///
/// refinery commits a migration and its history row in two transactions, takes no lock, and
/// sends a file's own `COMMIT` inside of its transaction. A session overrides how migrations
/// are applied (`Migrate::migrate`) and leaves versions, checksums, targets and reports to
/// refinery. Its errors travel as the source of a [`refinery_core::error::Kind::Connection`].
pub struct Session<'a, C> {
    pub(crate) client: &'a mut C,
    pub(crate) database: &'a str,
    pub(crate) environment: Environment,
    pub(crate) options: &'a Options,
    pub(crate) events: &'a mut (dyn FnMut(&Event) + Send),
}

impl<'a, C> Session<'a, C> {
    /// A session for the migrations of `database` (its short name) in `environment`.
    pub fn new(
        client: &'a mut C,
        database: &'a str,
        environment: Environment,
        options: &'a Options,
        events: &'a mut (dyn FnMut(&Event) + Send),
    ) -> Self {
        Self {
            client,
            database,
            environment,
            options,
            events,
        }
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
    fn target(&self) -> Result<Option<Version>, RunError> {
        let refused = |what: &str, hint: &str| {
            Err(RunError::Unsupported {
                what: what.to_owned(),
                hint: hint.to_owned(),
            })
        };
        if self.grouped {
            return refused(
                "migrations cannot be grouped into one transaction",
                "leave set_grouped out: each migration and its history row are one transaction",
            );
        }
        if !self.abort_divergent || !self.abort_missing {
            return refused(
                "changed and missing migrations cannot be passed over",
                "leave set_abort_divergent and set_abort_missing as they are",
            );
        }
        match self.target {
            Target::Latest => Ok(None),
            // A target past the last migration means the last.
            Target::Version(version) => Ok(Some(
                Version::new(i64::from(version)).unwrap_or(Version::LAST),
            )),
            Target::Fake | Target::FakeVersion(_) => refused(
                "migrations cannot be recorded without running them",
                "a database of another runner is taken over with adopt",
            ),
        }
    }
}

async fn migrate<L: Link>(
    mut link: L,
    database: &str,
    environment: Environment,
    options: &Options,
    events: &mut (dyn FnMut(&Event) + Send),
    request: Request<'_>,
) -> Result<Report, Error> {
    let mut applied = Vec::new();
    let result = async {
        let target = request.target()?;
        let known = known(request.migrations)?;
        let (program, run_id) = (Program::default(), run_id());
        let context = Context::new(
            database,
            environment,
            known,
            target,
            options,
            (&program, &run_id),
        );
        let mut engine = Engine::new(&mut link, &context, events);
        let result = engine.run().await;
        applied.append(&mut engine.applied);
        result
    }
    .await;
    let applied: Vec<Migration> = applied
        .iter()
        .filter_map(|(version, _)| {
            request
                .migrations
                .iter()
                .find(|m| m.version() == i32::from(version.get()))
        })
        .map(|migration| {
            let mut migration = migration.clone();
            migration.set_applied();
            migration
        })
        .collect();
    result
        .migration_err(&format!("migrating {database}"), Some(&applied))
        .map(|()| Report::new(applied))
}

pub(crate) fn known(migrations: &[Migration]) -> Result<Vec<Known<'_>>, RunError> {
    Known::all(migrations).map_err(|name| RunError::Unsupported {
        what: format!("{name} has a number that is not between 1 and 9999"),
        hint: "number migrations from 0001 without a gap".to_owned(),
    })
}

/// The completed migrations as refinery knows them.
async fn applied<L: Link>(
    mut link: L,
    database: &str,
    environment: Environment,
    options: &Options,
) -> Result<Vec<Migration>, RunError> {
    let (program, run_id) = (Program::default(), run_id());
    let context = Context::new(
        database,
        environment,
        Vec::new(),
        None,
        options,
        (&program, &run_id),
    );
    let mut ignore = |_: &Event| {};
    let mut engine = Engine::new(&mut link, &context, &mut ignore);
    let (snapshot, states) = engine.status().await?;
    let rows = snapshot.rows.iter().zip(states).filter(|(_, state)| {
        state.status == MigrationStatus::Missing && state.applied_at.is_some()
    });
    Ok(rows
        .map(|(row, state)| {
            let applied_on = state
                .applied_at
                .and_then(|at| OffsetDateTime::parse(&at, &Rfc3339).ok());
            Migration::applied(
                i32::from(row.version.get()),
                row.name.clone(),
                applied_on.unwrap_or(OffsetDateTime::UNIX_EPOCH),
                row.checksum.parse().unwrap_or_default(),
            )
        })
        .collect())
}

/// refinery's way to run a statement outside of `migrate`.
fn loose_statement() -> RunError {
    RunError::Unsupported {
        what: "loose statements are not run through a migration session".to_owned(),
        hint: "use Runner::run or Runner::run_async; Runner::run_iter would commit SQL and history apart".to_owned(),
    }
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
            block_on(applied(link, self.database, self.environment, self.options))
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
            block_on(migrate(
                link,
                self.database,
                self.environment,
                self.options,
                self.events,
                request,
            ))
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
            applied(
                PipelinedLink(self.client),
                self.database,
                self.environment,
                self.options,
            )
            .await
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
            migrate(
                link,
                self.database,
                self.environment,
                self.options,
                self.events,
                request,
            )
        }
    }
}
