//! One throwaway server for the test binary, one database for each test.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use jubilee_core::SourceFile;
use jubilee_pg_local::{Options as ServerOptions, TempServer};
use jubilee_runner::{
    Environment, Event, MigrationTexts, Migrator, Options, Report, RunError, Runner,
};
use postgres::{Client, NoTls};

pub(crate) fn server() -> &'static TempServer {
    static SERVER: OnceLock<TempServer> = OnceLock::new();
    SERVER.get_or_init(|| TempServer::start(&ServerOptions::default()).unwrap())
}

/// An empty database of its own.
pub(crate) struct Database {
    pub(crate) name: String,
    pub(crate) url: String,
}

impl Database {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        server().create_database(&name).unwrap();
        Self {
            url: server().url(&name),
            name,
        }
    }

    pub(crate) fn client(&self) -> Client {
        Client::connect(&self.url, NoTls).unwrap()
    }

    /// Runs SQL as somebody else would.
    pub(crate) fn sql(&self, sql: &str) {
        self.client().batch_execute(sql).unwrap();
    }

    /// The first column of a query, one line a row.
    pub(crate) fn text(&self, query: &str) -> String {
        use postgres::SimpleQueryMessage::Row;
        let rows = self.client().simple_query(query).unwrap();
        let line = |row: &postgres::SimpleQueryRow| {
            (0..row.len())
                .map(|i| row.get(i).unwrap_or("NULL"))
                .collect::<Vec<_>>()
                .join(" ")
        };
        rows.iter()
            .filter_map(|m| {
                if let Row(row) = m {
                    Some(line(row))
                } else {
                    None
                }
            })
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// `version status` of every row of the history.
    pub(crate) fn history(&self) -> String {
        self.text("SELECT version, status FROM public.schema_migrations ORDER BY version")
    }
}

/// A migration of database `codex` with a good header; `body` is all that follows it.
pub(crate) fn file(version: u16, name: &str, body: &str) -> SourceFile<'static> {
    headed(version, name, "", body)
}

/// The same with more header lines.
pub(crate) fn headed(version: u16, name: &str, more: &str, body: &str) -> SourceFile<'static> {
    let stem = format!("{version:04}_{name}");
    let text = format!(
        "-- Migration: {stem}\n-- Database: codex\n-- Author: Ada\n-- Date: 2026-11-22\n-- Description: test\n{more}\n{body}"
    );
    SourceFile::new(format!("{stem}.sql"), text.into_bytes())
}

pub(crate) fn runner(files: &[SourceFile<'_>]) -> Runner {
    jubilee_runner::runner(MigrationTexts::load(files.iter().cloned()).unwrap()).unwrap()
}

/// The two drivers, so that every scenario can be run over both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Driver {
    Blocking,
    Pipelined,
}

pub(crate) const DRIVERS: [Driver; 2] = [Driver::Blocking, Driver::Pipelined];

/// Applies files over a new connection and gives the names that were applied.
pub(crate) fn migrate(
    driver: Driver,
    database: &Database,
    files: &[SourceFile<'_>],
) -> Result<Vec<String>, RunError> {
    run(
        driver,
        &database.url,
        &mut Migrator::new("codex", Environment::Development, runner(files)),
    )
}

pub(crate) fn run(
    driver: Driver,
    url: &str,
    migrator: &mut Migrator<'_>,
) -> Result<Vec<String>, RunError> {
    let report = match driver {
        Driver::Blocking => migrator.run(&mut Client::connect(url, NoTls).unwrap())?,
        Driver::Pipelined => block_on(async {
            let mut client = connect(url).await;
            migrator.run_async(&mut client).await
        })?,
    };
    Ok(names(&report))
}

/// Goes on with the last run over a new connection.
pub(crate) fn resume(
    driver: Driver,
    url: &str,
    migrator: &mut Migrator<'_>,
) -> Result<Vec<String>, RunError> {
    let report = match driver {
        Driver::Blocking => migrator.resume(&mut Client::connect(url, NoTls).unwrap())?,
        Driver::Pipelined => block_on(async {
            let mut client = connect(url).await;
            migrator.resume_async(&mut client).await
        })?,
    };
    Ok(names(&report))
}

fn names(report: &Report) -> Vec<String> {
    report
        .applied_migrations()
        .iter()
        .map(|m| format!("{:04}_{}", m.version(), m.name()))
        .collect()
}

/// Applies with options and an ear for events.
pub(crate) fn run_with(
    driver: Driver,
    database: &Database,
    files: &[SourceFile<'_>],
    options: Options,
    events: impl FnMut(&Event) + Send,
) -> Result<Vec<String>, RunError> {
    run(
        driver,
        &database.url,
        &mut Migrator::new("codex", Environment::Development, runner(files))
            .options(options)
            .on_event(events),
    )
}

pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}

pub(crate) async fn connect(url: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}
