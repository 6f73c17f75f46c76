//! Sends them to both schemas.

use std::collections::BTreeMap;

use jubilee_core::tokens;
use postgres::Client;

use super::parameters::{names, number};
use super::query::{Query, QueryAnswer, QueryOutcome};
use crate::data::Data;
use crate::error::Error;
use crate::old::{Answer, Asked, Broken, Probe, Way, answer, begin, difference, value_of};
use crate::rows::{Drawing, Wish};
use crate::sql::literal;

/// With how many lists of values a query is run.
const LISTS: usize = 3;

/// Prepares each on both, and runs it on both with values that are drawn, or that rows have; all is undone.
pub(crate) fn replay(
    queries: &[Query],
    before: &mut Client,
    after: &mut Client,
    data: &Data,
    seed: u64,
) -> Result<Vec<QueryOutcome>, Error> {
    let failed = |error: postgres::Error| Error::server("replay the queries", &error);
    if queries.is_empty() {
        return Ok(Vec::new());
    }
    let mut drawing = Drawing::begin(before, Wish { rows: 0, seed })?;
    for client in [&mut *before, &mut *after] {
        begin(client)?;
    }
    let mut outcomes = Vec::new();
    for query in queries {
        let (answer, broken) = try_one(query, before, after, data, &mut drawing)?;
        outcomes.push(QueryOutcome {
            query: query.clone(),
            answer,
            broken,
        });
    }
    for client in [before, after] {
        client.batch_execute("ROLLBACK").map_err(failed)?;
    }
    Ok(outcomes)
}

fn try_one(
    query: &Query,
    before: &mut Client,
    after: &mut Client,
    data: &Data,
    drawing: &mut Drawing,
) -> Result<(QueryAnswer, Option<Broken>), Error> {
    let breaks = |how: String, sql: &str, asked: Asked, before: Answer| {
        let broken = Broken {
            what: query.shown(),
            way: Way::Fails,
            how: how.clone(),
            probe: Probe::Statement {
                sql: sql.to_owned(),
                asked,
                before,
            },
        };
        Ok((QueryAnswer::Breaks(how), Some(broken)))
    };
    let old = answer(before, &query.sql, Asked::Prepared)?;
    let parameters = match &old {
        Answer::Refused { message, .. } => {
            return Ok((QueryAnswer::FailsBefore(message.clone()), None));
        }
        Answer::Columns { parameters, .. } => parameters.clone(),
        _ => Vec::new(),
    };
    let new = answer(after, &query.sql, Asked::Prepared)?;
    if let Some(how) = difference(&old, &new) {
        return breaks(how, &query.sql, Asked::Prepared, old);
    }
    let names = names(&query.sql);
    let written = written(before, &parameters)?;
    let mut refused = None;
    let mut ran = false;
    for list in 0..LISTS {
        let values =
            parameters
                .iter()
                .zip(&written)
                .enumerate()
                .map(|(at, (parameter, written))| {
                    let name = names.get(&(at + 1)).map_or("", String::as_str);
                    let found = (list == 0).then(|| value_of(data, name, written)).flatten();
                    let value =
                        found.unwrap_or_else(|| drawing.text(i64::from(parameter.oid), name));
                    (at + 1, format!("{}::{written}", literal(&value)))
                });
        let sql = with_values(&query.sql, &values.collect());
        let old = answer(before, &sql, Asked::Accepted)?;
        if let Answer::Refused { message, .. } = old {
            refused = Some(message);
            continue;
        }
        ran = true;
        let new = answer(after, &sql, Asked::Accepted)?;
        if let Some(how) = difference(&old, &new) {
            return breaks(how, &sql, Asked::Accepted, old);
        }
        if parameters.is_empty() {
            break;
        }
    }
    // Values that do not fit each other are refused; a statement without values always is.
    Ok(match refused {
        Some(message) if parameters.is_empty() && !ran => (QueryAnswer::FailsBefore(message), None),
        _ => (QueryAnswer::Works, None),
    })
}

/// The types of parameters, as SQL writes them.
fn written(
    client: &mut Client,
    parameters: &[crate::old::Parameter],
) -> Result<Vec<String>, Error> {
    let oids: Vec<u32> = parameters.iter().map(|parameter| parameter.oid).collect();
    let rows = client.query(
        "SELECT pg_catalog.format_type(u.oid, NULL) FROM pg_catalog.unnest($1::oid[]) WITH ORDINALITY AS u (oid, n) ORDER BY u.n",
        &[&oids],
    );
    let rows = rows.map_err(|error| Error::server("read the types of parameters", &error))?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// The statement with values in the place of its parameters.
fn with_values(sql: &str, values: &BTreeMap<usize, String>) -> String {
    let mut text = String::new();
    for token in tokens(sql).map_while(Result::ok) {
        match number(sql, &token).and_then(|number| values.get(&number)) {
            Some(value) => text.push_str(&format!("({value})")),
            None => text.push_str(&sql[token.range]),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_where_parameters_stood() {
        let values = BTreeMap::from([(1, "'a'::text".to_owned()), (12, "'5'::int".to_owned())]);
        assert_eq!(
            with_values("SELECT '$1', $1||$12 -- $1", &values),
            "SELECT '$1', ('a'::text)||('5'::int) -- $1"
        );
    }
}
