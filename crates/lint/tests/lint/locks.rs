//! The locks that the check says a statement takes, compared with those that PostgreSQL takes.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::support::{Form, check_entries, entries};
use jubilee_core::SourceFile;
use jubilee_lint::LockMode;
use jubilee_pg_local::{Options, TempServer};
use postgres::{Client, NoTls};

/// The strongest lock on each table.
pub(crate) type Locks = BTreeMap<String, LockMode>;

const MODES: [LockMode; 8] = [
    LockMode::AccessShare,
    LockMode::RowShare,
    LockMode::RowExclusive,
    LockMode::ShareUpdateExclusive,
    LockMode::Share,
    LockMode::ShareRowExclusive,
    LockMode::Exclusive,
    LockMode::AccessExclusive,
];

/// The tables, views and materialized views of the setup.
const RELATIONS: &str = "CREATE TEMPORARY TABLE relations AS
    SELECT oid, relname FROM pg_catalog.pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')";

const TAKEN: &str = "SELECT relname::text, mode FROM relations
    JOIN pg_catalog.pg_locks ON relation = oid WHERE pid = pg_backend_pid()";

fn fixture(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/locks");
    fs::read_to_string(folder.join(name)).unwrap()
}

/// PostgreSQL's `ShareUpdateExclusiveLock` is our `SHARE UPDATE EXCLUSIVE`.
pub(crate) fn mode(name: &str) -> LockMode {
    let plain = |name: &str| name.replace(' ', "").to_lowercase();
    let found = MODES
        .into_iter()
        .find(|mode| plain(name) == plain(&mode.to_string()) + "lock");
    found.unwrap_or_else(|| panic!("no mode of locks: {name}"))
}

pub(crate) fn strongest(locks: impl IntoIterator<Item = (String, LockMode)>) -> Locks {
    let mut strongest = Locks::new();
    for (table, mode) in locks {
        let known = strongest.entry(table).or_insert(mode);
        *known = mode.max(*known);
    }
    strongest.retain(|_, mode| *mode > LockMode::RowExclusive);
    strongest
}

/// What the check says of the statement, in a migration behind the setup.
fn said(setup: &str, header: &str, statement: &str) -> Locks {
    let example = format!("{setup}-- next migration\n{header}{statement}\n");
    let files: Vec<SourceFile<'static>> = entries(Form::Sql, &example);
    let report = check_entries(files).pop().unwrap();
    let locks = report.locks.into_iter().map(|lock| {
        let table = lock.table.trim_start_matches("public.");
        (table.to_owned(), lock.mode)
    });
    strongest(locks)
}

/// What PostgreSQL does.
fn taken(client: &mut Client, statement: &str) -> Locks {
    let mut transaction = client.transaction().unwrap();
    if let Err(error) = transaction.batch_execute(statement) {
        panic!("{statement}: {error:?}");
    }
    let rows = transaction.query(TAKEN, &[]).unwrap();
    strongest(rows.iter().map(|row| (row.get(0), mode(row.get(1)))))
}

fn server() -> (TempServer, Client) {
    let server = TempServer::start(&Options::default()).unwrap();
    server.create_database("locks").unwrap();
    let client = Client::connect(&server.url("locks"), NoTls).unwrap();
    (server, client)
}

#[test]
fn the_locks_are_those_that_postgresql_takes() {
    let setup = fixture("setup.sql");
    let (_server, mut client) = server();
    client.batch_execute(&setup).unwrap();
    client.batch_execute(RELATIONS).unwrap();
    let mut wrong = String::new();
    let mut compared = 0;
    for line in fixture("statements.sql").lines() {
        if line.is_empty() || line.starts_with("--") {
            continue;
        }
        let (statement, unnamed) = line.split_once(" -- and ").unwrap_or((line, ""));
        let unnamed = unnamed.split_terminator(", ").map(|lock| {
            let (table, name) = lock.split_once(' ').unwrap();
            (table.to_owned(), mode(&format!("{name}Lock")))
        });
        let said = said(&setup, "", statement);
        let expected = strongest(said.clone().into_iter().chain(unnamed));
        let taken = taken(&mut client, statement);
        if expected != taken {
            wrong.push_str(&format!(
                "{statement}\n  said  {said:?}\n  taken {taken:?}\n"
            ));
        }
        compared += 1;
    }
    assert_eq!(wrong, "");
    assert!(compared > 100, "{compared} statements compared");
}

/// What cannot run in a transaction gives its locks back before anybody can look; an index on a
/// function that looks for itself tells them.
#[test]
fn the_locks_without_a_transaction_are_those_that_postgresql_takes() {
    let setup = fixture("setup.sql");
    let (_server, mut client) = server();
    client.batch_execute(&setup).unwrap();
    client.batch_execute("SET probe.active = 'yes'").unwrap();
    for statement in [
        "CREATE INDEX CONCURRENTLY x ON probed (locks_now(id));",
        "REINDEX TABLE CONCURRENTLY probed;",
        "REINDEX (CONCURRENTLY) INDEX probed_idx;",
        "VACUUM ANALYZE probed;",
        "VACUUM (ANALYZE, FULL off) probed;",
        "VACUUM FULL probed;",
        "VACUUM (FULL) probed;",
    ] {
        let error = client.batch_execute(statement).unwrap_err();
        let message = error.as_db_error().unwrap().message().to_owned();
        let modes = message.split(' ').map(|m| ("probed".to_owned(), mode(m)));
        let said = said(&setup, "-- Transaction: none\n", statement);
        assert_eq!(said, strongest(modes), "{statement}");
        assert_eq!(said.len(), 1, "{statement}");
    }
}
