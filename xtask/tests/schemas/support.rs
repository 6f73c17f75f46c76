//! A server for these tests, databases on it, and what a database holds, as text.

use std::collections::BTreeSet;
use std::sync::{Mutex, OnceLock};

use jubilee_core::{MigrationFile, MigrationSet, SourceFile, TransactionMode};
use jubilee_pg_local::{Options, TempServer};
use postgres::error::SqlState;
use postgres::{Client, NoTls, SimpleQueryMessage};
use xtask::databases::ALL;

/// How many migrations each database had when it was first released with rows.
pub(crate) const FIRST_RELEASE: usize = 8;

pub(crate) fn databases() -> impl Iterator<Item = (&'static str, &'static [SourceFile<'static>])> {
    ALL.iter()
        .map(|entry| (entry.database.name, entry.embedded))
}

pub(crate) fn server() -> &'static TempServer {
    static SERVER: OnceLock<TempServer> = OnceLock::new();
    SERVER.get_or_init(|| TempServer::start(&Options::default()).unwrap())
}

/// A database without a table, and a connection to it.
pub(crate) fn empty(test: &str, name: &str) -> Client {
    let database = format!("{test}_{name}");
    server().create_database(&database).unwrap();
    connect(&database)
}

pub(crate) fn connect(database: &str) -> Client {
    Client::connect(&server().url(database), NoTls).unwrap()
}

/// Another connection to the database that `client` uses.
pub(crate) fn again(client: &mut Client) -> Client {
    connect(&lines(client, "SELECT current_database()")[0])
}

/// The migrations of a database, in order.
pub(crate) fn files(name: &str) -> Vec<MigrationFile> {
    let (_, embedded) = databases().find(|(known, _)| *known == name).unwrap();
    MigrationSet::load(name, embedded.to_vec())
        .unwrap()
        .files()
        .to_vec()
}

/// Runs a file as psql would.
pub(crate) fn run(client: &mut Client, file: &MigrationFile) {
    let mut send = |sql: &str| {
        let failure = client.batch_execute(sql).err();
        let said = failure.as_ref().map(|error| error.as_db_error());
        assert!(failure.is_none(), "{}: {said:?}", file.name());
    };
    if file.header().transaction == TransactionMode::None {
        for statement in file.script().statements() {
            send(&file.text()[statement.range.clone()]);
        }
    } else {
        send(file.text());
    }
}

/// A database with the first `count` of its migrations.
pub(crate) fn with_first(test: &str, name: &str, count: usize) -> Client {
    let mut client = empty(test, name);
    files(name)
        .iter()
        .take(count)
        .for_each(|file| run(&mut client, file));
    client
}

/// Brings a database made by [`with_first`] up to date.
pub(crate) fn run_after(client: &mut Client, name: &str, count: usize) {
    files(name)
        .iter()
        .skip(count)
        .for_each(|file| run(client, file));
}

/// A database with all of its migrations: a copy of one that is made once.
pub(crate) fn migrated(test: &str, name: &'static str) -> Client {
    static TEMPLATES: Mutex<BTreeSet<&str>> = Mutex::new(BTreeSet::new());
    let template = format!("template_{name}");
    let mut made = TEMPLATES.lock().unwrap();
    if made.insert(name) {
        drop(with_first("template", name, usize::MAX));
    }
    drop(made);
    let database = format!("{test}_{name}");
    server().clone_database(&database, &template).unwrap();
    connect(&database)
}

/// The rows of a query, each as a line.
pub(crate) fn lines(client: &mut Client, query: &str) -> Vec<String> {
    let rows = client.simple_query(query).unwrap();
    rows.iter()
        .filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some(
                (0..row.len())
                    .map(|i| row.get(i).unwrap_or("NULL"))
                    .collect::<Vec<_>>()
                    .join(" "),
            ),
            _ => None,
        })
        .collect()
}

/// With what the server refuses this; `None` if it does not.
pub(crate) fn refusal(client: &mut Client, sql: &str) -> Option<SqlState> {
    client
        .batch_execute(sql)
        .err()
        .map(|error| error.code().unwrap().clone())
}
