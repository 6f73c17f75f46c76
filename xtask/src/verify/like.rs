//! How large the tables of a live database are, for the forecast: read in one query that writes nothing.

use jubilee_verify::{Like, LiveTable, SIZES};
use tokio_postgres::SimpleQueryMessage;

use crate::exit::Exit;
use crate::output::eprint;
use crate::problem::Problem;
use crate::runtime::block_on;
use crate::target::Target;

/// Nobody is kept waiting for long, and whoever changes a table is not waited for.
const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY; SET LOCAL search_path = pg_catalog; \
    SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '30s'; SET LOCAL jit = off; ";

/// Reads them. `name` is that of the environment.
pub(crate) fn read(target: Target, name: &str) -> Result<Like, Problem> {
    let database = target.entry.database.name;
    let reach = target.reach?;
    let query = format!("{BEGIN}{SIZES}; ROLLBACK");
    let messages = block_on(async {
        let connection = reach.connect().await?;
        let messages = connection.client.simple_query(&query).await;
        connection.close().await;
        messages.map_err(|error| {
            let said = error.as_db_error().map(|error| error.message().to_owned());
            Problem::new(
                Exit::Failed,
                format!("{database}: cannot read the sizes of its tables"),
            )
            .why(said.unwrap_or_else(|| error.to_string()))
            .hint("somebody may be changing a table there: try again later, or leave --like out")
        })
    })??;
    let mut like = Like {
        name: name.to_owned(),
        ..Like::default()
    };
    for message in messages {
        let SimpleQueryMessage::Row(row) = message else {
            continue;
        };
        let number = |at: usize| row.get(at).and_then(|text| text.parse::<f64>().ok());
        let table = LiveTable {
            rows: number(1),
            bytes: number(2).unwrap_or(0.0),
        };
        like.tables
            .insert(row.get(0).unwrap_or_default().to_owned(), table);
    }
    eprint(&format!(
        "{database}: read the sizes of {} tables from {}\n",
        like.tables.len(),
        reach.describe()
    ));
    Ok(like)
}
