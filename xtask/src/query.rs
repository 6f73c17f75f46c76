//! What queries of the simple protocol answer.

use tokio_postgres::{Client, Error, SimpleQueryMessage, SimpleQueryRow};

/// The rows of a query's answer.
pub(crate) async fn rows(client: &Client, sql: &str) -> Result<Vec<SimpleQueryRow>, Error> {
    let answer = client.simple_query(sql).await?;
    let rows = answer.into_iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some(row),
        _ => None,
    });
    Ok(rows.collect())
}

/// The text in a column; none where the value is NULL.
pub(crate) fn text(row: &SimpleQueryRow, column: usize) -> Option<&str> {
    row.try_get(column).ok().flatten()
}

/// An error in the server's words, else in the driver's.
pub(crate) fn said(error: &Error) -> String {
    let said = error.as_db_error().map(|error| error.message().to_owned());
    said.unwrap_or_else(|| error.to_string())
}
