//! What a client writes through a view of one table.

use postgres::Client;

use super::statement::{Asked, Use};
use super::tables::insert;
use crate::error::Error;
use crate::rows::{Column, Made};
use crate::sql::quote;

/// INSERTs of rows that are made for the table, as far as the view has its columns.
pub(super) fn statements(client: &mut Client, made: &[Made]) -> Result<Vec<Use>, Error> {
    let rows = client.query(include_str!("read_writable_views.sql"), &[]);
    let rows = rows.map_err(|error| Error::server("read the views", &error))?;
    let mut uses = Vec::new();
    for row in rows {
        let (name, shown): (String, String) = (row.get(0), row.get(1));
        let (schema, table): (String, String) = (row.get(2), row.get(3));
        let settable: Vec<String> = row.get(4);
        let of_table = format!("{}.{}", quote(&schema), quote(&table));
        let Some(made) = made.iter().find(|made| made.table.sql_name() == of_table) else {
            continue;
        };
        let columns: Vec<&Column> = made
            .table
            .columns
            .iter()
            .filter(|column| settable.contains(&column.name) && column.generated.is_none())
            .collect();
        for row in &made.rows {
            uses.push(
                Use::new(
                    format!("INSERT of a row into the view `{shown}`"),
                    insert(&name, &columns, row),
                    Asked::Run,
                )
                .unless(format!("INSERT into the view `{shown}`")),
            );
        }
    }
    Ok(uses)
}
