//! What a client does with views, types and the like.

use postgres::Client;

use super::basis::Basis;
use super::statement::{Asked, Use};
use crate::error::Error;

/// The statements for everything but tables and functions.
pub(super) fn statements(client: &mut Client, basis: Basis<'_>) -> Result<Vec<Use>, Error> {
    let failed =
        |error: postgres::Error| Error::server("make the old release's statements", &error);
    let mut uses = Vec::new();
    let rows = client.query(include_str!("read_objects.sql"), &[]);
    for row in rows.map_err(failed)? {
        let (what, sql, asked): (String, String, String) = (row.get(0), row.get(1), row.get(2));
        let unless: Option<String> = row.get(3);
        let asked = match asked.as_str() {
            "prepared" => Asked::Prepared,
            "count" => Asked::Count,
            _ => Asked::Accepted,
        };
        // Where rows are gone, a view has fewer of them too.
        if asked == Asked::Count && !basis.keeps_rows() {
            continue;
        }
        let mut one = Use::new(what, sql, asked);
        one.unless = unless;
        uses.push(one);
    }
    Ok(uses)
}
