//! Are all rows and values still there?

use std::collections::{BTreeMap, BTreeSet};

use postgres::Client;

use crate::case::Case;
use crate::data::{self, ColumnData, Data, TableData, rows, short};
use crate::error::Error;
use crate::proof::{Finding, Verdict};
use crate::sql::literal;

/// What is lost.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Loss {
    /// The table that it was lost from, or the column.
    of: String,
    /// What it is, in words.
    what: String,
}

/// What is no longer there: rows, and values of columns. A NULL that got a value is no loss, nor is a
/// value that is the same in another type; nor is a time that a trigger set while the migration ran.
fn losses(
    client: &mut Client,
    before: &Data,
    after: &Data,
    since: &str,
) -> Result<Vec<Loss>, Error> {
    let mut losses = Vec::new();
    for table in &before.tables {
        let same = after.tables.iter().find(|t| t.oid == table.oid);
        let renewed = after.table(&table.name);
        // A table that took another's place and name is that table, if it has its rows; the old one
        // may be kept too.
        let of_oid = match same {
            Some(twin) => Some(of_table(client, table, twin, true, since)?),
            None => None,
        };
        let of_name = match renewed.filter(|t| t.oid != table.oid) {
            Some(twin) => Some(of_table(client, table, twin, false, since)?),
            None => None,
        };
        match (of_oid, of_name) {
            (Some(one), Some(other)) => losses.extend(if other.is_empty() { other } else { one }),
            (Some(one), None) | (None, Some(one)) => losses.extend(one),
            (None, None) => {
                let lost = match table.rows.len() {
                    0 => "the rows that it has in production".to_owned(),
                    number => format!("its {}", rows(number)),
                };
                losses.push(Loss {
                    of: table.name.clone(),
                    what: format!("the table `{}` and {lost} are gone", table.name),
                });
            }
        }
    }
    Ok(losses)
}

fn of_table(
    client: &mut Client,
    before: &TableData,
    after: &TableData,
    same: bool,
    since: &str,
) -> Result<Vec<Loss>, Error> {
    let mut losses = Vec::new();
    let name = &before.name;
    let mut kept: Vec<(usize, usize)> = Vec::new();
    for (at, column) in before.columns.iter().enumerate() {
        let twin = after.columns.iter().position(|c| {
            if same {
                c.number == column.number
            } else {
                c.name == column.name
            }
        });
        match twin {
            Some(twin) => kept.push((at, twin)),
            None => {
                let values = before.rows.iter().filter(|row| row[at].is_some()).count();
                let again = after.columns.iter().any(|c| c.name == column.name);
                let lost = match values {
                    // Such as one that an earlier migration added, without a default.
                    0 => "the values that it has in production".to_owned(),
                    1 => "its value".to_owned(),
                    values => format!("its {values} values"),
                };
                let column = format!("{name}.{}", column.name);
                losses.push(Loss {
                    what: match again {
                        true => {
                            format!(
                                "the column `{column}` is dropped and added again, without {lost}"
                            )
                        }
                        false => format!("the column `{column}` and {lost} are gone"),
                    },
                    of: column,
                });
            }
        }
    }
    let equal = Equal::ask(client, before, after, &kept)?;
    let key_is_kept = !before.key.is_empty()
        && before
            .key
            .iter()
            .all(|at| kept.iter().any(|(b, _)| b == at));
    let mut gone = Vec::new();
    let mut changed: BTreeMap<usize, (usize, String)> = BTreeMap::new();
    let mut changed_row = |row: &[Option<String>], twin: &[Option<String>]| {
        for (at, twin_at) in &kept {
            let (Some(was), is) = (&row[*at], &twin[*twin_at]) else {
                continue;
            };
            let column = &before.columns[*at];
            let is_stamp = before.stamped
                && column.written.starts_with("timestamp")
                && is.as_deref().is_some_and(|is| is >= since);
            if is_stamp || is.as_ref().is_some_and(|is| equal.are(*at, was, is)) {
                continue;
            }
            let example = format!(
                "{} became {}",
                short(was),
                is.as_deref().map_or("NULL".to_owned(), short)
            );
            changed.entry(*at).or_insert((0, example)).0 += 1;
        }
    };
    if key_is_kept {
        let key_of = |row: &Vec<Option<String>>, places: &[usize]| -> Vec<Option<String>> {
            places.iter().map(|at| row[*at].clone()).collect()
        };
        let after_places: Vec<usize> = before
            .key
            .iter()
            .filter_map(|at| kept.iter().find(|(b, _)| b == at).map(|(_, a)| *a))
            .collect();
        let index: BTreeMap<Vec<Option<String>>, &Vec<Option<String>>> = after
            .rows
            .iter()
            .map(|row| (key_of(row, &after_places), row))
            .collect();
        for row in &before.rows {
            let key = key_of(row, &before.key);
            let twin = index.get(&key).copied().or_else(|| {
                // The key may be written otherwise in another type.
                after.rows.iter().find(|twin| {
                    before.key.iter().zip(&after_places).all(|(at, twin_at)| {
                        match (&row[*at], &twin[*twin_at]) {
                            (Some(was), Some(is)) => equal.are(*at, was, is),
                            _ => false,
                        }
                    })
                })
            });
            match twin {
                Some(twin) => changed_row(row, twin),
                None => gone.push(row),
            }
        }
    } else {
        // Without a key, a row is one that has all the values, and perhaps more.
        let mut free: BTreeSet<usize> = (0..after.rows.len()).collect();
        for row in &before.rows {
            let twin = free.iter().copied().find(|place| {
                kept.iter().all(
                    |(at, twin_at)| match (&row[*at], &after.rows[*place][*twin_at]) {
                        (Some(was), Some(is)) => equal.are(*at, was, is),
                        (Some(_), None) => false,
                        (None, _) => true,
                    },
                )
            });
            match twin {
                Some(place) => {
                    free.remove(&place);
                }
                None => gone.push(row),
            }
        }
    }
    if let Some(first) = gone.first() {
        losses.push(Loss {
            of: name.clone(),
            what: format!(
                "{} of `{name}` {} gone or changed, such as {}",
                rows(gone.len()),
                if gone.len() == 1 { "is" } else { "are" },
                before.name_row(first)
            ),
        });
    }
    for (at, (count, example)) in changed {
        let column = format!("{name}.{}", before.columns[at].name);
        losses.push(Loss {
            what: format!("`{column}` changed in {}: {example}", rows(count)),
            of: column,
        });
    }
    Ok(losses)
}

/// Which values are the same though they are written otherwise, since their type is another.
struct Equal {
    same: BTreeMap<(usize, String), String>,
}

impl Equal {
    /// Asks the server for the values of columns whose type changed: as the new type, and back again.
    fn ask(
        client: &mut Client,
        before: &TableData,
        after: &TableData,
        kept: &[(usize, usize)],
    ) -> Result<Self, Error> {
        let mut same = BTreeMap::new();
        for (at, twin_at) in kept {
            let (was, is): (&ColumnData, &ColumnData) =
                (&before.columns[*at], &after.columns[*twin_at]);
            if was.written == is.written {
                continue;
            }
            let values: BTreeSet<&String> = before
                .rows
                .iter()
                .filter_map(|row| row[*at].as_ref())
                .collect();
            for value in values {
                // Not a prepared statement: a constant is read as the type's own input is.
                let query = format!(
                    "SELECT v.n::text FROM (SELECT {}::{}::{} AS n) v WHERE v.n::{}::text = {}::{}::text",
                    literal(value),
                    was.written,
                    is.written,
                    was.written,
                    literal(value),
                    was.written
                );
                let answer =
                    crate::savepoint::attempt(client, |client| client.simple_query(&query))?;
                for message in answer.into_iter().flatten() {
                    if let postgres::SimpleQueryMessage::Row(row) = message
                        && let Some(text) = row.get(0)
                    {
                        same.insert((*at, value.clone()), text.to_owned());
                    }
                }
            }
        }
        Ok(Self { same })
    }

    fn are(&self, column: usize, was: &str, is: &str) -> bool {
        was == is
            || self
                .same
                .get(&(column, was.to_owned()))
                .is_some_and(|same| same == is)
    }
}

/// Compares the rows before and after, and finds the statements that lose something.
pub(crate) fn prove(case: &Case<'_>) -> Result<Verdict, Error> {
    let failed = |error: postgres::Error| Error::server("compare the rows", &error);
    let mut client = case.scratch.connect(case.after)?;
    client.batch_execute("BEGIN").map_err(failed)?;
    let losses = losses(&mut client, case.before_data, case.after_data, case.since)?;
    drop(client);
    if losses.is_empty() {
        return Ok(Verdict::Holds(format!(
            "{} rows compared",
            case.before_data.rows()
        )));
    }
    let mut findings = Vec::new();
    let mut places: BTreeMap<String, Option<std::ops::Range<usize>>> = BTreeMap::new();
    for loss in losses {
        if !places.contains_key(&loss.of) {
            let range = case.blame(|client| {
                let now = data::read_within(client)?;
                let lost = self::losses(client, case.before_data, &now, case.since)?;
                Ok(lost.iter().any(|l| l.of == loss.of))
            })?;
            places.insert(loss.of.clone(), range);
        }
        findings.push(Finding {
            range: places.get(&loss.of).cloned().flatten(),
            what: loss.what,
            why: "what is lost in production cannot be brought back by a new migration".to_owned(),
            instead: "keep it; or say in the header why it may be lost: `-- Destructive: …`"
                .to_owned(),
        });
    }
    let reason = case.file.header().destructive.as_ref();
    Ok(Verdict::unless_declared("Destructive", reason, findings))
}
