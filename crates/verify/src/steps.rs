//! Runs a migration statement by statement, as the runner does, but so that one can look in between.

use std::ops::Range;

use jubilee_core::{MigrationFile, TransactionMode};
use postgres::Client;
use postgres::error::DbError;

use crate::error::Error;

/// What begins the transaction of a migration.
pub(crate) const BEGIN: &str =
    "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SET LOCAL lock_timeout = '10s'";

/// A statement that the server refused.
#[derive(Debug)]
pub(crate) struct Refused {
    /// Its place in the text.
    pub(crate) statement: Range<usize>,
    /// What was said.
    pub(crate) error: Box<DbError>,
}

/// Whether the migration runs in one transaction.
pub(crate) fn is_transactional(file: &MigrationFile) -> bool {
    file.header().transaction == TransactionMode::Transactional
}

/// The places of its statements.
pub(crate) fn statements(file: &MigrationFile) -> impl Iterator<Item = Range<usize>> {
    file.script().statements().iter().map(|s| s.range.clone())
}

/// Runs one statement.
pub(crate) fn run_one(
    client: &mut Client,
    file: &MigrationFile,
    statement: &Range<usize>,
) -> Result<Result<(), Refused>, Error> {
    let Err(error) = client.batch_execute(&file.text()[statement.clone()]) else {
        return Ok(Ok(()));
    };
    match error.as_db_error() {
        Some(said) => Ok(Err(Refused {
            statement: statement.clone(),
            error: Box::new(said.clone()),
        })),
        None => Err(Error::server("run a statement of the migration", &error)),
    }
}

/// Runs all of it. `after` is called after each statement, within the transaction if there is one,
/// with the number of the statement; what it gives back ends the run before its time, uncommitted.
pub(crate) fn run_watched<T>(
    client: &mut Client,
    file: &MigrationFile,
    mut after: impl FnMut(&mut Client, usize) -> Result<Option<T>, Error>,
) -> Result<Result<Option<T>, Refused>, Error> {
    let failed = |error: postgres::Error| Error::server("run the migration", &error);
    let transactional = is_transactional(file);
    if transactional {
        client.batch_execute(BEGIN).map_err(failed)?;
    }
    for (number, statement) in statements(file).enumerate() {
        if let Err(refused) = run_one(client, file, &statement)? {
            if transactional {
                client.batch_execute("ROLLBACK").map_err(failed)?;
            }
            return Ok(Err(refused));
        }
        if let Some(found) = after(client, number)? {
            if transactional {
                client.batch_execute("ROLLBACK").map_err(failed)?;
            }
            return Ok(Ok(Some(found)));
        }
    }
    if transactional && let Err(error) = client.batch_execute("COMMIT") {
        let Some(said) = error.as_db_error() else {
            return Err(failed(error));
        };
        let last = statements(file).last().unwrap_or_default();
        return Ok(Err(Refused {
            statement: last,
            error: Box::new(said.clone()),
        }));
    }
    Ok(Ok(None))
}

/// Runs all of it.
pub(crate) fn run(client: &mut Client, file: &MigrationFile) -> Result<Result<(), Refused>, Error> {
    let result = run_watched(client, file, |_, _| Ok(None::<()>))?;
    Ok(result.map(drop))
}

/// Asks something between two statements, in a transaction of its own where the migration has none.
fn ask<T>(
    client: &mut Client,
    file: &MigrationFile,
    probe: &mut impl FnMut(&mut Client) -> Result<T, Error>,
) -> Result<T, Error> {
    if is_transactional(file) {
        return probe(client);
    }
    let failed = |error: postgres::Error| Error::server("look for the statement", &error);
    client.batch_execute("BEGIN").map_err(failed)?;
    let answer = probe(client)?;
    client.batch_execute("ROLLBACK").map_err(failed)?;
    Ok(answer)
}

/// The first statement after which something is so, on a database that the migration was not yet
/// applied to. `probe` is asked within the transaction, and leaves it as it was.
pub(crate) fn blame(
    client: &mut Client,
    file: &MigrationFile,
    mut probe: impl FnMut(&mut Client) -> Result<bool, Error>,
) -> Result<Option<Range<usize>>, Error> {
    let found = run_watched(client, file, |client, number| {
        Ok(ask(client, file, &mut probe)?.then_some(number))
    })?;
    Ok(match found {
        Ok(Some(number)) => statements(file).nth(number),
        _ => None,
    })
}

/// For each of several things the statement since which it is so to the end, on a database that the migration was not
/// yet applied to. `probe` says of each whether it is so, within the transaction, and leaves that as it was.
pub(crate) fn blame_each(
    client: &mut Client,
    file: &MigrationFile,
    mut probe: impl FnMut(&mut Client) -> Result<Vec<bool>, Error>,
) -> Result<Vec<Option<Range<usize>>>, Error> {
    let mut since: Vec<Option<usize>> = Vec::new();
    let _ = run_watched(client, file, |client, number| {
        let now = ask(client, file, &mut probe)?;
        since.resize(now.len(), None);
        for (since, is_so) in since.iter_mut().zip(now) {
            *since = is_so.then(|| since.unwrap_or(number));
        }
        Ok(None::<()>)
    })?;
    let place = |number: Option<usize>| statements(file).nth(number?);
    Ok(since.into_iter().map(place).collect())
}
