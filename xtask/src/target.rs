//! The databases that a command works on, and how each is reached.

use std::convert::Infallible;

use clap::Args;
use jubilee_core::Environment;
use jubilee_pg_local::Endpoint;
use jubilee_runner::{Details, Migrator, RunError, Runner};

use crate::confirm;
use crate::connection::{
    Configuration, ConfigurationError, ConnectError, Connection, Failure, Settings, Source, connect,
};
use crate::databases::{self, Entry};
use crate::environment::{self, ProductionConsent};
use crate::exit::Exit;
use crate::explain::of_run;
use crate::invocation;
use crate::local;
use crate::observer::{LOOK_AFTER, while_observed};
use crate::output::eprint;
use crate::problem::Problem;
use crate::query;
use crate::runtime::block_on;
use crate::sources::{Broken, Known, Loaded, Sources};

/// Which environment is meant.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Where {
    /// Use production: read .env.production, and ask before changing anything
    #[arg(long)]
    pub(crate) production: bool,
}

/// The one database that a command works on.
pub(crate) struct One {
    pub(crate) entry: &'static Entry,
    pub(crate) reach: Reach,
    pub(crate) environment: Environment,
    consent: Option<ProductionConsent>,
}

/// What is asked before something is done: in production in any case.
pub(crate) struct Question<'q> {
    /// What would be done.
    pub(crate) what: &'q str,
    /// Whether the answer was given with the command.
    pub(crate) yes: bool,
    /// Why it is asked elsewhere too, if it is.
    pub(crate) always: Option<&'q str>,
}

/// The databases that a command works on, and how each is reached.
pub(crate) struct Targets {
    pub(crate) environment: Environment,
    pub(crate) consent: Option<ProductionConsent>,
    pub(crate) targets: Vec<Target>,
}

/// A database and how it is reached, or why that is not known.
pub(crate) struct Target {
    pub(crate) entry: &'static Entry,
    pub(crate) reach: Result<Reach, Problem>,
}

/// How a database is reached.
#[derive(Clone)]
pub(crate) struct Reach {
    settings: Settings,
    /// The local server, where that is used: it may lack the database.
    local: Option<Endpoint>,
}

impl Where {
    /// The environment that is meant.
    pub(crate) fn environment(self) -> Result<(Environment, Option<ProductionConsent>), Problem> {
        let variable =
            |name: &str| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned());
        let (jubilee_env, node_env) = (variable("JUBILEE_ENV"), variable("NODE_ENV"));
        environment::decide(jubilee_env.as_deref(), node_env.as_deref(), self.production)
    }

    /// Decides the environment, reads the configuration, and starts the local server where
    /// nothing is configured.
    pub(crate) fn targets(self, entries: &[&'static Entry]) -> Result<Targets, Problem> {
        targets(self.environment()?, entries)
    }

    /// The same of the environment that an option names.
    pub(crate) fn targets_named(
        self,
        option: &'static str,
        name: &str,
        entries: &[&'static Entry],
    ) -> Result<Targets, Problem> {
        targets(environment::named(option, name, self.production)?, entries)
    }
}

fn targets(
    (environment, consent): (Environment, Option<ProductionConsent>),
    entries: &[&'static Entry],
) -> Result<Targets, Problem> {
    let configuration = Configuration::load(environment, &databases::descriptors())?;
    for warning in configuration.warnings() {
        eprint(&format!("warning: {}; {}\n", warning.what, warning.hint));
    }
    let sources: Vec<_> = entries
        .iter()
        .map(|entry| (*entry, configuration.source(&entry.database)))
        .collect();
    let local = if sources
        .iter()
        .any(|(_, source)| matches!(source, Ok(Source::LocalServer)))
    {
        local::server()?;
        eprint(
            "nothing is configured: using the local PostgreSQL of this checkout (cargo xtask db status)\n",
        );
        Some(local::up(None).map_err(or_configure)?)
    } else {
        None
    };
    let targets = sources.into_iter().map(|(entry, source)| Target {
        entry,
        reach: reach(entry, source, local.as_ref())
            .map_err(|problem| problem.about(entry.database.name, None, environment)),
    });
    Ok(Targets {
        environment,
        consent,
        targets: targets.collect(),
    })
}

impl Where {
    /// Does something on one database that is not to apply its migrations, after a question.
    pub(crate) fn on_one<T>(
        self,
        entries: &[&'static Entry],
        sources: &Sources,
        question: &Question<'_>,
        work: impl AsyncFnOnce(&mut Migrator<'_>, &tokio_postgres::Client) -> Result<T, RunError>,
    ) -> Result<T, Vec<Problem>> {
        let one = self.one(entries)?;
        one.ask(question)?;
        one.with_migrator(sources, work)
    }

    /// The one database that is meant.
    pub(crate) fn one(self, entries: &[&'static Entry]) -> Result<One, Vec<Problem>> {
        let mut targets = self.targets(entries)?;
        let Some(target) = targets.targets.pop() else {
            return Err(vec![Problem::new(Exit::Usage, "no database given")]);
        };
        Ok(One {
            entry: target.entry,
            reach: target.reach?,
            environment: targets.environment,
            consent: targets.consent,
        })
    }
}

impl One {
    /// Says what would be done and asks for the database's name, where that is needed.
    pub(crate) fn ask(&self, question: &Question<'_>) -> Result<(), Vec<Problem>> {
        let names = [self.entry.database.name];
        let place = self.reach.describe();
        let asked = match (self.consent, question.always) {
            _ if question.yes => Ok(()),
            (Some(_), _) => {
                let shown = format!("PRODUCTION {place}\n{}\n\n", question.what);
                confirm::production(&names, &shown, "do it", "add --yes")
            }
            (None, Some(needed)) => {
                let shown = format!("{place}\n{}\n\n", question.what);
                confirm::by_name(needed, &names, &shown, "do it", "add --yes")
            }
            (None, None) => Ok(()),
        };
        Ok(asked?)
    }

    /// As [`Reach::with_migrator`].
    pub(crate) fn with_migrator<T>(
        &self,
        sources: &Sources,
        work: impl AsyncFnOnce(&mut Migrator<'_>, &tokio_postgres::Client) -> Result<T, RunError>,
    ) -> Result<T, Vec<Problem>> {
        let (entry, environment) = (self.entry, self.environment);
        self.reach.with_migrator(entry, environment, sources, work)
    }
}

/// The program and its host, as the history names them.
pub(crate) fn named(migrator: Migrator<'_>) -> Migrator<'_> {
    let system = rustix::system::uname();
    migrator
        .program(concat!("xtask ", env!("CARGO_PKG_VERSION")))
        .host(system.nodename().to_string_lossy())
}

/// Refuses to delete what is not of development.
pub(crate) fn of_development(environment: Environment) -> Result<(), Problem> {
    if environment == Environment::Development {
        return Ok(());
    }
    Err(
        Problem::new(Exit::Refused, format!("this is a {environment} run"))
            .why("only a database of development is deleted")
            .hint("unset JUBILEE_ENV and NODE_ENV, or set JUBILEE_ENV=development"),
    )
}

/// A string constant of SQL.
fn quoted(text: &str) -> String {
    format!("E'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}

/// Where no local server can run, the other way is to configure one.
fn or_configure(problem: Problem) -> Problem {
    let hint = problem.hint.clone().unwrap_or_default();
    problem.hint(format!(
        "{hint}\nor configure the databases: set DB_CODEX_URL and so on, see .env.example"
    ))
}

fn reach(
    entry: &Entry,
    source: Result<Source, ConfigurationError>,
    local: Option<&Endpoint>,
) -> Result<Reach, Problem> {
    match (source?, local) {
        (Source::Configured(settings), _) => Ok(Reach {
            settings: *settings,
            local: None,
        }),
        (Source::LocalServer, Some(endpoint)) => Ok(Reach {
            settings: local::settings(endpoint, &entry.database.default_database_name()),
            local: Some(endpoint.clone()),
        }),
        (Source::LocalServer, None) => {
            Err(Problem::new(Exit::NoConnection, "there is no local server")
                .hint(format!("{} db up", invocation::program())))
        }
    }
}

impl Reach {
    /// `user@host:port/database`, for messages.
    pub(crate) fn describe(&self) -> String {
        if self.local.is_some() {
            format!("local server, database {}", self.settings.database())
        } else {
            self.settings.describe()
        }
    }

    /// Whether it is on the local server of the checkout.
    pub(crate) fn is_local(&self) -> bool {
        self.local.is_some()
    }

    /// Whether the database may be deleted and made anew: in development, on the local server or where
    /// the dotenv file says.
    pub(crate) fn may_be_recreated(&self, environment: Environment) -> Result<(), Problem> {
        of_development(environment)?;
        match self.settings.named_by_environment() {
            None => Ok(()),
            Some(place) => Err(Problem::new(
                Exit::Refused,
                format!("{} is named by {place}", self.describe()),
            )
            .why("only a database of the local server, or one that .env names, is deleted")
            .hint("unset the variable, or write it into .env if the database may go")),
        }
    }

    /// Deletes the database with all that is in it, whoever is connected, and makes it anew.
    pub(crate) fn recreate(&self) -> Result<(), Problem> {
        let name = self.settings.database();
        let other = if name == "postgres" {
            "template1"
        } else {
            "postgres"
        };
        let server = Self {
            settings: self.settings.in_database(other),
            local: None,
        };
        let sql = include_str!("sql/recreate.sql").replace("{name}", &quoted(name));
        let failed = |error: tokio_postgres::Error| {
            Problem::new(Exit::Failed, format!("cannot recreate {}", self.describe()))
                .why(query::said(&error))
                .hint("as a superuser, or a role with CREATEDB that owns it, it can be")
        };
        block_on(async {
            let connection = server.connect().await?;
            let client = &connection.client;
            // Each statement on its own: neither may run in a transaction.
            for row in query::rows(client, &sql).await.map_err(failed)? {
                for statement in (0..row.len()).filter_map(|column| row.get(column)) {
                    client.simple_query(statement).await.map_err(failed)?;
                }
            }
            connection.close().await;
            Ok(())
        })?
    }

    /// Where it is, for people and for other programs; without a password.
    pub(crate) fn url(&self) -> Result<String, Problem> {
        match &self.local {
            Some(endpoint) => {
                local::ensure_databases(endpoint)?;
                Ok(endpoint.url(self.settings.database()))
            }
            None => Ok(self.settings.url()),
        }
    }

    /// How PostgreSQL's own programs reach it: variables, the password among them.
    pub(crate) fn variables(&self) -> Result<Vec<(&'static str, String)>, Problem> {
        if let Some(endpoint) = &self.local {
            local::ensure_databases(endpoint)?;
        }
        Ok(self.settings.variables())
    }

    /// Reads the migrations, connects, and does something with both. Who keeps it waiting is said.
    pub(crate) fn with_migrator<T>(
        &self,
        entry: &'static Entry,
        environment: Environment,
        sources: &Sources,
        work: impl AsyncFnOnce(&mut Migrator<'_>, &tokio_postgres::Client) -> Result<T, RunError>,
    ) -> Result<T, Vec<Problem>> {
        let database = entry.database.name;
        let observed = async |migrator: &mut Migrator<'_>, connection: &Connection, _: Broken| {
            let open = async || self.connect().await.ok();
            let work = work(migrator, &connection.client);
            let without_end = std::future::pending::<Infallible>();
            match while_observed(database, connection, open, LOOK_AFTER, without_end, work).await {
                Ok(done) => done,
                Err((never, _)) => match never {},
            }
        };
        self.with_connection(entry, environment, sources, observed)
    }

    /// Reads the migrations, connects, and does something with both, whoever is in the way.
    pub(crate) fn with_connection<T>(
        &self,
        entry: &'static Entry,
        environment: Environment,
        sources: &Sources,
        work: impl AsyncFnOnce(&mut Migrator<'_>, &Connection, Broken) -> Result<T, RunError>,
    ) -> Result<T, Vec<Problem>> {
        let database = entry.database.name;
        let result = block_on(async {
            let mut migrator = named(Migrator::new(database, environment, Runner::new(&[])));
            let loading = sources.load_while(entry, self.connect(), &mut migrator, Details::OfAll);
            let (loaded, connected) = loading.await?;
            let Loaded {
                runner,
                folder,
                path,
                broken,
            } = loaded;
            let connection = connected?;
            migrator.set_runner(runner);
            let result = work(&mut migrator, &connection, broken).await;
            let result = result.map_err(|error| {
                let texts = Known {
                    folder: &folder,
                    migrator: &migrator,
                    path,
                    redo: self.may_be_recreated(environment).is_ok(),
                };
                of_run(error.kind(), database, &self.describe(), &texts)
            });
            for warning in connection.close().await {
                eprint(&format!("{database}: PostgreSQL warns: {warning}\n"));
            }
            result
        });
        let result = result.unwrap_or_else(|problem| Err(problem.into()));
        let about = |problem: Problem| problem.about(database, Some(self.describe()), environment);
        result.map_err(|problems| problems.into_iter().map(about).collect())
    }

    /// Opens a connection. On the local server a missing database is created.
    pub(crate) async fn connect(&self) -> Result<Connection, Problem> {
        match self.try_connect().await {
            Err(error) if error.failure() == Failure::DatabaseMissing => match &self.local {
                Some(endpoint) => {
                    // A blocking client must not run on this thread, which drives a runtime.
                    let ensured = std::thread::scope(|scope| {
                        scope.spawn(|| local::ensure_databases(endpoint)).join()
                    });
                    match ensured {
                        Ok(result) => result?,
                        Err(_) => return Err(error.into()),
                    }
                    Ok(self.try_connect().await?)
                }
                None => Err(error.into()),
            },
            result => Ok(result?),
        }
    }

    async fn try_connect(&self) -> Result<Connection, ConnectError> {
        connect(&self.settings, concat!("xtask ", env!("CARGO_PKG_VERSION"))).await
    }
}
