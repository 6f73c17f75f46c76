//! Inserts rows, and counts them.

use postgres::Client;
use serde_json::Value;

use super::candidate::Candidate;
use super::schema::Table;
use crate::error::{Error, said};
use crate::savepoint::attempt;
use crate::sql::quote;

/// How many rows each table has.
pub(super) fn counts(client: &mut Client, tables: &[Table]) -> Result<Vec<u64>, Error> {
    if tables.is_empty() {
        return Ok(Vec::new());
    }
    let each = tables.iter().enumerate();
    let each =
        each.map(|(n, t)| format!("SELECT {n} AS n, pg_catalog.count(*) FROM {}", t.sql_name()));
    let query = each.collect::<Vec<_>>().join(" UNION ALL ") + " ORDER BY n";
    let rows = client.query(&query, &[]);
    let rows = rows.map_err(|error| Error::server("count the rows", &error))?;
    Ok(rows
        .iter()
        .map(|row| u64::try_from(row.get::<_, i64>(1)).unwrap_or(0))
        .collect())
}

pub(super) fn insert(table: &Table, skip_conflicts: bool) -> String {
    let columns: Vec<String> = table
        .columns
        .iter()
        .filter(|c| c.generated.is_none())
        .map(|c| quote(&c.name))
        .collect();
    let columns = columns.join(", ");
    format!(
        "INSERT INTO {name} ({columns}) OVERRIDING SYSTEM VALUE \
         SELECT {columns} FROM pg_catalog.jsonb_populate_recordset(NULL::{name}, $1::text::jsonb){}",
        if skip_conflicts {
            " ON CONFLICT DO NOTHING"
        } else {
            ""
        },
        name = table.sql_name()
    )
}

/// What became of rows that were to be inserted.
#[derive(Default)]
pub(super) struct Inserted {
    pub(super) count: u64,
    /// Those that were taken while others were not.
    pub(super) accepted: Vec<Candidate>,
    /// What was said against one that was not.
    pub(super) refused: Option<String>,
}

/// Inserts what the server takes: all at once, else one by one.
pub(super) fn insert_all(
    client: &mut Client,
    table: &Table,
    rows: &[Candidate],
) -> Result<Inserted, Error> {
    if rows.is_empty() {
        return Ok(Inserted::default());
    }
    let all = Value::Array(rows.iter().map(|row| row.to_json(table)).collect()).to_string();
    let together = insert(table, true);
    let before = count(client, table)?;
    let mut inserted = Inserted::default();
    if attempt(client, |client| client.execute(&together, &[&all]))?.is_ok() {
        inserted.count = count(client, table)?.saturating_sub(before);
        return Ok(inserted);
    }
    let alone = insert(table, false);
    for row in rows {
        let text = Value::Array(vec![row.to_json(table)]).to_string();
        if let Err(error) = attempt(client, |client| client.execute(&alone, &[&text]))? {
            let constraint = error.as_db_error().and_then(|e| e.constraint());
            inserted.refused = Some(match constraint {
                Some(constraint) => format!("`{constraint}`: {}", said(&error)),
                None => said(&error),
            });
        } else {
            inserted.accepted.push(row.clone());
        }
    }
    inserted.count = count(client, table)?.saturating_sub(before);
    Ok(inserted)
}

pub(super) fn count(client: &mut Client, table: &Table) -> Result<u64, Error> {
    let query = format!("SELECT pg_catalog.count(*) FROM {}", table.sql_name());
    let row = client.query_one(&query, &[]);
    let row =
        row.map_err(|error| Error::server(format!("count the rows of {}", table.shown()), &error))?;
    Ok(u64::try_from(row.get::<_, i64>(0)).unwrap_or(0))
}
