//! Statements that run in several transactions of their own, and so are over before one could look:
//! a second session makes them wait.

use std::time::{Duration, Instant};

use jubilee_core::{TokenKind, tokens};
use postgres::Client;

use crate::error::Error;

/// How long a statement may take until it waits for the session that holds it.
const LIMIT: Duration = Duration::from_secs(20);

/// How often it is asked whether it waits.
const STEP: Duration = Duration::from_millis(2);

/// Whether a statement has the word `CONCURRENTLY`.
pub(crate) fn is_concurrent(statement: &str) -> bool {
    tokens(statement).map_while(Result::ok).any(|token| {
        token.kind == TokenKind::Word && statement[token.range].eq_ignore_ascii_case("concurrently")
    })
}

/// What a session holds to make others wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hold {
    /// The lock of a schema change, on every table: what begins with such a lock waits at once.
    SchemaChange,
    /// The lock of a writer, on every table: what waits for all writers to go does.
    Write,
    /// The lock of a reader, on partitions alone: what takes one away waits.
    ReadPartitions,
}

/// Takes the locks; they last as long as the transaction of `client`.
pub(crate) fn hold(client: &mut Client, hold: Hold) -> Result<(), Error> {
    let failed = |error: postgres::Error| Error::server("hold the tables", &error);
    let (mode, only_partitions) = match hold {
        Hold::SchemaChange => ("SHARE UPDATE EXCLUSIVE", false),
        Hold::Write => ("ROW EXCLUSIVE", false),
        Hold::ReadPartitions => ("ACCESS SHARE", true),
    };
    let query = include_str!("tables_to_hold.sql");
    let rows = client.query(query, &[&only_partitions]).map_err(failed)?;
    let names: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    client.batch_execute("BEGIN").map_err(failed)?;
    if !names.is_empty() {
        let sql = format!("LOCK TABLE ONLY {} IN {mode} MODE", names.join(", ONLY "));
        client.batch_execute(&sql).map_err(failed)?;
    }
    Ok(())
}

/// Waits until the session of that process waits for another; says whether it does: it may be done
/// before. `is_done` tells.
pub(crate) fn wait_until_it_waits(
    watcher: &mut Client,
    process: i32,
    is_done: impl Fn() -> bool,
) -> Result<bool, Error> {
    let start = Instant::now();
    loop {
        let row = watcher
            .query_one(
                "SELECT EXISTS (SELECT FROM pg_catalog.pg_locks WHERE pid = $1 AND NOT granted)",
                &[&process],
            )
            .map_err(|error| Error::server("watch a statement", &error))?;
        if row.get(0) {
            return Ok(true);
        }
        if is_done() || start.elapsed() > LIMIT {
            return Ok(false);
        }
        std::thread::sleep(STEP);
    }
}
