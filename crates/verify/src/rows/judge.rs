//! Asks the server which checks a row that is not inserted yet would break.

use postgres::Client;
use serde_json::Value;

use super::candidate::Candidate;
use super::mine::{Suggestion, suggestions};
use super::schema::{Check, Column, Table};
use crate::error::{Error, said};
use crate::savepoint::attempt;
use crate::sql::quote;

/// The checks of a table as one query.
#[derive(Debug)]
pub(crate) struct Judge {
    /// The query, with the candidates as its parameter.
    query: String,
    /// By check, the suggestions that come from it: column and place in the answer.
    pub(crate) suggested: Vec<Vec<(usize, usize)>>,
}

impl Judge {
    /// Makes the query; leaves out suggestions that the server cannot read.
    pub(crate) fn new(client: &mut Client, table: &Table, checks: &[Check]) -> Result<Self, Error> {
        let mut all: Vec<(usize, usize, String)> = Vec::new();
        for (number, check) in checks.iter().enumerate() {
            for suggestion in suggestions(&check.expression) {
                let place = table
                    .columns
                    .iter()
                    .position(|c| c.name == suggestion.column);
                if let Some((place, column)) = place.and_then(|p| Some((p, table.columns.get(p)?)))
                {
                    let expressions = expressions(&suggestion, column);
                    all.extend(expressions.into_iter().map(|sql| (number, place, sql)));
                }
            }
        }
        let mut readable = Vec::new();
        if reads(client, table, checks, &all)? {
            readable = all;
        } else {
            for one in all {
                if reads(client, table, checks, std::slice::from_ref(&one))? {
                    readable.push(one);
                }
            }
        }
        let mut suggested = vec![Vec::new(); checks.len()];
        for (place, (check, column, _)) in readable.iter().enumerate() {
            if let Some(of_check) = suggested.get_mut(*check) {
                of_check.push((*column, place));
            }
        }
        Ok(Self {
            query: query(table, checks, &readable),
            suggested,
        })
    }

    /// Says of each candidate which checks it breaks. One whose checks end in an error breaks all.
    pub(crate) fn judge(
        &self,
        client: &mut Client,
        table: &Table,
        candidates: &mut [&mut Candidate],
    ) -> Result<(), Error> {
        if candidates.is_empty() {
            return Ok(());
        }
        let rows = Value::Array(candidates.iter().map(|c| c.to_json(table)).collect());
        let rows = rows.to_string();
        match attempt(client, |client| client.query(&self.query, &[&rows]))? {
            Ok(answers) => {
                for row in answers {
                    let number: i64 = row.get(0);
                    let held: Vec<bool> = row.get(1);
                    let place = usize::try_from(number - 1).unwrap_or(usize::MAX);
                    if let Some(candidate) = candidates.get_mut(place) {
                        candidate.judged(&held, row.get(2));
                    }
                }
                Ok(())
            }
            Err(error) => {
                if let [one] = candidates {
                    one.broken(said(&error));
                    return Ok(());
                }
                let (left, right) = candidates.split_at_mut(candidates.len() / 2);
                self.judge(client, table, left)?;
                self.judge(client, table, right)
            }
        }
    }
}

fn reads(
    client: &mut Client,
    table: &Table,
    checks: &[Check],
    suggestions: &[(usize, usize, String)],
) -> Result<bool, Error> {
    let query = query(table, checks, suggestions);
    Ok(attempt(client, |client| client.prepare(&query))?.is_ok())
}

/// What a column would have to be, as text; near to what it is compared with, and further away.
fn expressions(suggestion: &Suggestion, column: &Column) -> Vec<String> {
    let written = &column.written;
    let of = &suggestion.expression;
    if suggestion.side == 0 {
        return vec![format!("(({of})::{written})::text")];
    }
    let steps: &[&str] = match written.as_str() {
        "date" | "smallint" | "integer" | "bigint" | "real" | "double precision" => &["1", "20"],
        w if w.starts_with("numeric") => &["1", "20"],
        w if w.starts_with("timestamp") => &[
            "'1 minute'::interval",
            "'1 day'::interval",
            "'60 days'::interval",
        ],
        _ => &[],
    };
    let sign = if suggestion.side > 0 { "+" } else { "-" };
    let steps = steps.iter();
    steps
        .map(|step| format!("((({of}) {sign} {step})::{written})::text"))
        .collect()
}

fn query(table: &Table, checks: &[Check], suggestions: &[(usize, usize, String)]) -> String {
    let alias = quote(&table.name);
    let plain: String = table
        .columns
        .iter()
        .filter(|c| c.generated.is_none())
        .map(|c| format!(", r.{0} AS {0}", quote(&c.name)))
        .collect();
    let generated: String = table
        .columns
        .iter()
        .filter_map(|c| {
            let expression = c.generated.as_ref()?;
            Some(format!(
                ", ({expression})::{} AS {}",
                c.written,
                quote(&c.name)
            ))
        })
        .collect();
    let held: Vec<String> = checks
        .iter()
        .map(|check| format!("({}) IS NOT FALSE", check.expression))
        .collect();
    let suggested: Vec<&str> = suggestions.iter().map(|(_, _, sql)| sql.as_str()).collect();
    format!(
        "SELECT \" n\", ARRAY[{}]::boolean[], ARRAY[{}]::text[] FROM (\
           SELECT {alias}.*{generated} FROM (\
             SELECT e.n AS \" n\"{plain} \
             FROM pg_catalog.jsonb_array_elements($1::text::jsonb) WITH ORDINALITY AS e (v, n) \
             CROSS JOIN LATERAL pg_catalog.jsonb_populate_record(NULL::{}, e.v) AS r\
           ) AS {alias}\
         ) AS {alias}",
        held.join(", "),
        suggested.join(", "),
        table.sql_name()
    )
}
