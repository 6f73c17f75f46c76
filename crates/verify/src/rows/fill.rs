//! Fills the tables of a database.

use postgres::Client;
use serde_json::Value;

use super::insert::{counts, insert};
use super::order::order;
use super::schema::{self, Table};
use super::wish::{Filled, Wish};
use super::work::Work;
use crate::data::Data;
use crate::error::Error;
use crate::savepoint::rehearse;

/// Rows that a table of the old schema would take, each by column.
#[derive(Debug, Clone)]
pub(crate) struct Made {
    pub(crate) table: Table,
    pub(crate) rows: Vec<Value>,
    /// Rows that no constraint refuses, and code does.
    pub(crate) kept_out: Vec<Value>,
    /// What was said against one in words that are no constraint's: something is called that is not there.
    pub(crate) refused: Option<String>,
}

/// Fills every table that has fewer rows than are wanted, and commits.
///
/// # Errors
///
/// When the catalog cannot be read. A table that cannot be filled is no error.
pub fn fill(client: &mut Client, wish: Wish) -> Result<Vec<Filled>, Error> {
    fill_beside(client, wish, &Data::default())
}

/// Connects to a database, and fills its tables.
///
/// # Errors
///
/// As [`fill`], and when it cannot be reached.
pub fn fill_at(url: &str, wish: Wish) -> Result<Vec<Filled>, Error> {
    let client = Client::connect(url, postgres::NoTls);
    let mut client = client.map_err(|error| Error::server("connect", &error))?;
    fill(&mut client, wish)
}

/// The same with rows whose keys differ from those of rows that are yet to come.
pub(crate) fn fill_beside(
    client: &mut Client,
    wish: Wish,
    reserved: &Data,
) -> Result<Vec<Filled>, Error> {
    let fatal = |error: postgres::Error| Error::server("fill the tables", &error);
    let mut excluded: Vec<String> = Vec::new();
    loop {
        begin(client)?;
        let filled = fill_all(client, wish, reserved, &excluded)?;
        // What is checked at the end is checked here: COMMIT would lose all rows.
        let Err(error) = client.batch_execute("SET CONSTRAINTS ALL IMMEDIATE; COMMIT") else {
            return Ok(filled);
        };
        client.batch_execute("ROLLBACK").map_err(fatal)?;
        let table = error
            .as_db_error()
            .and_then(|e| e.table())
            .map(ToOwned::to_owned);
        match table.filter(|table| !excluded.contains(table)) {
            Some(table) => excluded.push(table),
            None => return Err(fatal(error)),
        }
    }
}

fn begin(client: &mut Client) -> Result<(), Error> {
    client
        .batch_execute(concat!("BEGIN; ", include_str!("settings.sql")))
        .map_err(|error| Error::server("begin to fill the tables", &error))
}

/// What is to be done. From here on, names are looked up as the database's own functions expect it: checks,
/// defaults and triggers call them.
fn work(
    client: &mut Client,
    wish: Wish,
    tables: Vec<Table>,
    reserved: &Data,
) -> Result<Work, Error> {
    let mut work = Work::read(client, wish, tables)?;
    work.reserved = reserved.clone();
    client
        .batch_execute("SET LOCAL search_path = DEFAULT")
        .map_err(|error| Error::server("begin to fill the tables", &error))?;
    Ok(work)
}

fn fill_all(
    client: &mut Client,
    wish: Wish,
    reserved: &Data,
    excluded: &[String],
) -> Result<Vec<Filled>, Error> {
    let tables = schema::tables(client)?;
    let counts = counts(client, &tables)?;
    if counts.iter().all(|count| *count >= wish.rows as u64) {
        return Ok(tables
            .iter()
            .zip(counts)
            .map(|(table, before)| Filled {
                table: table.shown(),
                before,
                added: 0,
                obstacle: None,
            })
            .collect());
    }
    let mut work = work(client, wish, tables, reserved)?;
    let mut filled = Vec::new();
    for place in order(&work.tables) {
        let table = work.tables[place].clone();
        if excluded.contains(&table.name) {
            filled.push(Filled {
                table: table.shown(),
                before: 0,
                added: 0,
                obstacle: Some("a deferred constraint refuses its rows at the end".to_owned()),
            });
            continue;
        }
        filled.push(work.fill(client, &table)?);
    }
    filled.sort_by(|a, b| a.table.cmp(&b.table));
    Ok(filled)
}

/// Makes a few rows for each table that is wanted, none of which is left in it.
pub(crate) fn make(
    client: &mut Client,
    wish: Wish,
    reserved: &Data,
    wanted: impl Fn(&Table) -> bool,
) -> Result<Vec<Made>, Error> {
    begin(client)?;
    let tables = schema::tables(client)?;
    let mut work = work(client, wish, tables, reserved)?;
    let mut made = Vec::new();
    for table in work.tables.clone().into_iter().filter(wanted) {
        let mut rows = Vec::new();
        let mut kept_out = Vec::new();
        let mut refused = None;
        let found = work.candidates(client, &table, wish.rows * 2, 0, &[])?;
        if let Ok((mut found, _)) = found {
            found.retain(|candidate| !work.is_reserved(&table, candidate));
            for candidate in found {
                let row = candidate.to_json(&table);
                let insert = insert(&table, false);
                let text = Value::Array(vec![row.clone()]).to_string();
                let taken = rehearse(client, |client| {
                    client.execute(&insert, &[&text])?;
                    client.batch_execute("SET CONSTRAINTS ALL IMMEDIATE")
                })?;
                match taken {
                    Ok(()) if rows.len() < wish.rows => rows.push(row),
                    Ok(()) => {}
                    Err(error) => {
                        let server = error.as_db_error();
                        if server.is_some_and(|e| is_raised(e.where_().unwrap_or_default())) {
                            kept_out.push(row);
                            continue;
                        }
                        let server = server.filter(|e| is_faulty(e.code().code()));
                        refused = refused.or(server.map(|e| e.message().to_owned()));
                    }
                }
            }
        }
        made.push(Made {
            table,
            rows,
            kept_out,
            refused,
        });
    }
    client
        .batch_execute("ROLLBACK")
        .map_err(|error| Error::server("make rows", &error))?;
    Ok(made)
}

/// Whether an error is one of the code that runs, not of the values: a name that is not there, a type that does
/// not fit. Who may do what is not meant.
pub(crate) fn is_faulty(code: &str) -> bool {
    code.starts_with("42") && code != "42501"
}

/// Whether code says so itself that it refuses something, by where the server says that it was.
pub(crate) fn is_raised(context: &str) -> bool {
    let innermost = context.lines().find(|line| line.contains("function "));
    innermost.is_some_and(|line| line.ends_with(" at RAISE") || line.ends_with(" at ASSERT"))
}
