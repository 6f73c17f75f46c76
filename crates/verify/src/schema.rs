//! The schema of a scratch database.

use jubilee_catalog::{BEGIN, Catalog, Change, Kind, QUERY, diff};
use postgres::{Client, SimpleQueryMessage};

use crate::error::Error;

/// Reads the schema, outside of a transaction.
pub(crate) fn read(client: &mut Client) -> Result<Catalog, Error> {
    client.batch_execute(BEGIN).map_err(failed)?;
    let catalog = rows(client);
    client.batch_execute("ROLLBACK").map_err(failed)?;
    catalog
}

/// Reads the schema as the transaction that is under way sees it.
pub(crate) fn read_within(client: &mut Client) -> Result<Catalog, Error> {
    // The settings that the text depends on, without the transaction that sets them.
    let settings: String = BEGIN
        .split_inclusive(';')
        .filter(|statement| !statement.contains("BEGIN ISOLATION"))
        .collect();
    client
        .batch_execute(&format!("SAVEPOINT schema; {settings}"))
        .map_err(failed)?;
    let catalog = rows(client);
    client
        .batch_execute("ROLLBACK TO SAVEPOINT schema; RELEASE SAVEPOINT schema")
        .map_err(failed)?;
    catalog
}

fn rows(client: &mut Client) -> Result<Catalog, Error> {
    let messages = client.simple_query(QUERY).map_err(failed)?;
    let rows = messages.iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => {
            Some([0, 1, 2, 3].map(|column| row.get(column).unwrap_or_default().to_owned()))
        }
        _ => None,
    });
    let catalog = Catalog::from_rows(rows);
    let mut catalog = catalog.map_err(|error| Error::Catalog {
        reason: error.to_string(),
    })?;
    // The runner's own table is no migration's.
    catalog.retain(|name, _| {
        !(name.kind == Kind::Table && name.identity == "public.schema_migrations")
    });
    Ok(catalog)
}

/// What differs, each in a line.
pub(crate) fn differences(from: &Catalog, to: &Catalog) -> Vec<String> {
    diff(from, to).iter().map(Change::to_string).collect()
}

fn failed(error: postgres::Error) -> Error {
    Error::server("read the schema", &error)
}
