//! Sends the old client's statements to both schemas, and says what no longer works.

use std::collections::BTreeSet;

use postgres::{Client, SimpleQueryMessage};

use super::client::OldClient;
use super::privileges::{Privilege, lost};
use super::statement::{Asked, Use};
use crate::error::{Error, said};

/// A statement that works on the old schema and not on the new one.
#[derive(Debug, Clone)]
pub(crate) struct Broken {
    /// What it is, in words.
    pub(crate) what: String,
    /// How it fails.
    pub(crate) how: String,
    pub(crate) probe: Probe,
}

/// How one sees that it is broken.
#[derive(Debug, Clone)]
pub(crate) enum Probe {
    /// The statement gives something else than it gave on the old schema.
    Statement {
        sql: String,
        asked: Asked,
        before: Answer,
    },
    /// The privilege is gone.
    Privilege(Privilege),
}

/// What a statement gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Its parameters, and the names and types of its columns.
    Columns {
        parameters: Vec<Parameter>,
        columns: Vec<(String, String)>,
    },
    /// What it wrote.
    Written {
        /// The columns whose value is another than the one that was written.
        altered: Vec<String>,
        /// The columns that got a value although none was written.
        set: Vec<String>,
        rows: Vec<Vec<Option<String>>>,
        affected: u64,
    },
    /// How many rows it gives.
    Count(u64),
    /// How many rows a role sees, and how many there are.
    Visible(u64, u64),
    /// What it gives.
    Same(Vec<Vec<Option<String>>>, &'static str),
    /// Whether something is so.
    Still(bool, &'static str),
    /// It runs.
    Accepted,
    /// The SQLSTATE, the server's words, and where it was.
    Refused {
        code: String,
        message: String,
        context: String,
    },
}

/// A parameter of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Parameter {
    pub(crate) oid: u32,
    /// Its type.
    name: String,
}

/// Sends all statements to both; each is undone.
pub(crate) fn replay(
    old: &OldClient,
    before: &mut Client,
    after: &mut Client,
) -> Result<Vec<Broken>, Error> {
    let failed = |error: postgres::Error| Error::server("replay the old release", &error);
    let mut broken = Vec::new();
    for client in [&mut *before, &mut *after] {
        begin(client)?;
    }
    let mut told: BTreeSet<String> = BTreeSet::new();
    for one in &old.uses {
        if told.contains(&one.what) || one.unless.as_ref().is_some_and(|it| told.contains(it)) {
            continue;
        }
        if let Some(found) = compare(one, before, after)? {
            // A single column says more than all of them.
            let mut narrower = Vec::new();
            for part in &one.parts {
                narrower.extend(compare(part, before, after)?);
            }
            // Unless it is so of all of them: then it is the table.
            let all = narrower.len() > 1
                && narrower.len() == one.parts.len()
                && narrower.iter().all(|n| n.how == found.how);
            told.insert(one.what.clone());
            if narrower.is_empty() || all {
                broken.push(found);
            } else {
                told.extend(narrower.iter().map(|n| n.what.clone()));
                broken.extend(narrower);
            }
        }
    }
    for privilege in lost(after, &old.privileges)? {
        broken.push(Broken {
            what: privilege.what(),
            how: "the privilege is gone".to_owned(),
            probe: Probe::Privilege(privilege.clone()),
        });
    }
    for client in [before, after] {
        client.batch_execute("ROLLBACK").map_err(failed)?;
    }
    Ok(broken)
}

/// Begins the transaction in which statements are tried.
pub(crate) fn begin(client: &mut Client) -> Result<(), Error> {
    client
        .batch_execute(
            "BEGIN; SET LOCAL TimeZone = 'UTC'; SET LOCAL statement_timeout = '5s'; SAVEPOINT replay",
        )
        .map_err(|error| Error::server("replay the old release", &error))
}

fn is_table(client: &mut Client, name: &str) -> Result<bool, Error> {
    let query = "SELECT EXISTS (SELECT FROM pg_catalog.pg_class WHERE oid = pg_catalog.to_regclass($1) AND relkind IN ('r', 'p'))";
    let row = client.query_one(query, &[&name]);
    Ok(row
        .map_err(|error| Error::server("replay the old release", &error))?
        .get(0))
}

fn compare(one: &Use, before: &mut Client, after: &mut Client) -> Result<Option<Broken>, Error> {
    let old = answer(before, &one.sql, one.asked)?;
    if let Answer::Refused { .. } = old {
        return Ok(None);
    }
    let new = answer(after, &one.sql, one.asked)?;
    if let (Some(table), Answer::Refused { .. }) = (&one.of_constraint, &new)
        && !is_table(after, table)?
    {
        // A view that stands for the table has no constraints, and takes every other form.
        return Ok(None);
    }
    let how = match difference(&old, &new) {
        // What a clock or chance gave differs in any case.
        Some(how) if matches!(new, Answer::Written { .. }) => {
            let twice = answer(before, &one.sql, one.asked)?;
            is_steady(&old, &twice, &new).then_some(how)
        }
        how => how,
    };
    Ok(how.map(|how| Broken {
        what: one.what.clone(),
        how,
        probe: Probe::Statement {
            sql: one.sql.clone(),
            asked: one.asked,
            before: old,
        },
    }))
}

/// What a statement gives. It is undone up to the savepoint `replay`, which the caller has set.
pub(crate) fn answer(client: &mut Client, sql: &str, asked: Asked) -> Result<Answer, Error> {
    let answer = if asked == Asked::Prepared {
        client.prepare(sql).map(|statement| {
            let parameters = statement.params().iter().map(|of| Parameter {
                oid: of.oid(),
                name: family(of.name()),
            });
            let columns = statement.columns().iter();
            Answer::Columns {
                parameters: parameters.collect(),
                columns: columns
                    .map(|c| (c.name().to_owned(), family(c.type_().name())))
                    .collect(),
            }
        })
    } else {
        // In one message, since there are thousands.
        // What is checked at the end is checked here.
        let end = match asked {
            Asked::Run => "SET CONSTRAINTS ALL IMMEDIATE; ROLLBACK TO SAVEPOINT replay",
            _ => "ROLLBACK TO SAVEPOINT replay",
        };
        let message = format!("{sql}; {end}");
        client
            .simple_query(&message)
            .map(|said| given(&said, asked))
    };
    answer.or_else(|error| {
        client
            .batch_execute("ROLLBACK TO SAVEPOINT replay")
            .map_err(|lost| Error::server("replay the old release", &lost))?;
        let server = error.as_db_error();
        Ok(Answer::Refused {
            code: server.map_or("", |e| e.code().code()).to_owned(),
            // Without the detail: it shows rows.
            message: server.map_or_else(|| said(&error), |e| e.message().to_owned()),
            context: server
                .and_then(|e| e.where_())
                .unwrap_or_default()
                .to_owned(),
        })
    })
}

/// What the messages say; the last statements are the ones that check and undo.
fn given(messages: &[SimpleQueryMessage], asked: Asked) -> Answer {
    let marks = messages.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.columns().first().map(|c| c.name().to_owned()),
        _ => None,
    });
    let is_marked = marks.as_deref().is_some_and(|name| name.starts_with(' '));
    let rows = messages.iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some(
            (0..row.len())
                .map(|at| row.get(at).map(ToOwned::to_owned))
                .collect(),
        ),
        _ => None,
    });
    let mut rows: Vec<Vec<Option<String>>> = rows.collect();
    let number = |at: usize| -> u64 {
        let first = rows
            .get(at)
            .and_then(|row| row.first()?.as_ref()?.parse().ok());
        first.unwrap_or(0)
    };
    match asked {
        Asked::Accepted => Answer::Accepted,
        Asked::Count => Answer::Count(number(0)),
        Asked::Visible => Answer::Visible(number(1), number(0)),
        Asked::Same(otherwise) => Answer::Same(rows, otherwise),
        Asked::Still(otherwise) => {
            let first = rows.first().and_then(|row| row.first()?.as_deref());
            Answer::Still(first == Some("t"), otherwise)
        }
        Asked::Run | Asked::Prepared => {
            let mut counts = messages.iter().rev().filter_map(|message| match message {
                SimpleQueryMessage::CommandComplete(count) => Some(*count),
                _ => None,
            });
            let affected = counts.nth(2).unwrap_or(0);
            let mut names: Vec<String> = Vec::new();
            if is_marked {
                for row in &mut rows {
                    let of_row = row.remove(0).unwrap_or_default();
                    let of_row = of_row.split(", ").filter(|name| !name.is_empty());
                    names.extend(of_row.map(ToOwned::to_owned));
                }
            }
            let (altered, set) = match marks.as_deref() {
                Some(" set") => (Vec::new(), names),
                _ => (names, Vec::new()),
            };
            Answer::Written {
                altered,
                set,
                rows,
                affected,
            }
        }
    }
}

/// Types that clients read in the same way have one name.
fn family(name: &str) -> String {
    match name {
        "varchar" | "bpchar" | "name" | "citext" => "text",
        "jsonb" => "json",
        other => other,
    }
    .to_owned()
}

/// Why the second answer is worse than the first.
pub(crate) fn difference(old: &Answer, new: &Answer) -> Option<String> {
    match (old, new) {
        (_, Answer::Refused { message, .. }) => Some(message.clone()),
        (
            Answer::Columns {
                parameters: takes,
                columns: old,
            },
            Answer::Columns {
                parameters,
                columns: new,
            },
        ) => {
            let mut pairs = takes.iter().zip(parameters).enumerate();
            let other = pairs.find(|(_, (was, is))| was.name != is.name);
            match other {
                Some((at, (was, is))) => Some(format!(
                    "its parameter ${} is {}, was {}",
                    at + 1,
                    is.name,
                    was.name
                )),
                None => other_columns(old, new),
            }
        }
        (
            Answer::Written {
                altered: was_altered,
                set: was_set,
                rows: old,
                affected: was,
            },
            Answer::Written {
                altered,
                set,
                rows: new,
                affected: is,
            },
        ) => {
            if was != is {
                return Some(format!("it affects {is} rows, was {was}"));
            }
            // Another default is a change, and no break; none at all is one.
            let mut pairs = old.iter().flatten().zip(new.iter().flatten());
            if pairs.any(|(old, new)| old.is_some() && new.is_none()) {
                return Some("NULL is stored where a value was".to_owned());
            }
            if let Some(name) = was_set.iter().find(|name| !set.contains(name)) {
                return Some(format!("`{name}` is no longer set"));
            }
            let columns: Vec<String> = altered
                .iter()
                .filter(|name| !was_altered.contains(name))
                .map(|name| format!("`{name}`"))
                .collect();
            (!columns.is_empty()).then(|| {
                format!(
                    "another value is stored than was written in {}",
                    columns.join(", ")
                )
            })
        }
        (Answer::Count(old), Answer::Count(new)) if new < old => {
            Some(format!("it has {new} rows, was {old}"))
        }
        // Row-level security hides rows.
        (Answer::Visible(saw, of), Answer::Visible(sees, all))
            if all.saturating_sub(*sees) > of.saturating_sub(*saw) =>
        {
            Some(format!("it sees {sees} of {all} rows, was {saw} of {of}"))
        }
        (Answer::Same(old, otherwise), Answer::Same(new, _)) if old != new => {
            Some((*otherwise).to_owned())
        }
        (Answer::Still(true, otherwise), Answer::Still(false, _)) => Some((*otherwise).to_owned()),
        _ => None,
    }
}

/// Why columns are not what a client reads: by name, then by place.
fn other_columns(old: &[(String, String)], new: &[(String, String)]) -> Option<String> {
    let changed: Vec<String> = old
        .iter()
        .enumerate()
        .filter_map(|(at, (name, was))| {
            // Of several columns of one name, the one in the same place is meant.
            let same = new.get(at).filter(|(other, _)| other == name);
            match same.or_else(|| new.iter().find(|(other, _)| other == name)) {
                None => Some(format!("`{name}` is gone")),
                Some((_, is)) if is != was => Some(format!("`{name}` is {is}, was {was}")),
                Some(_) => None,
            }
        })
        .collect();
    if !changed.is_empty() {
        return Some(format!("it gets other columns: {}", changed.join(", ")));
    }
    let in_place = old.iter().zip(new).all(|((old, _), (new, _))| old == new);
    (!in_place).then(|| "its columns come in another order".to_owned())
}

/// Whether two runs on the old schema agree about what the new one does not do.
fn is_steady(one: &Answer, twice: &Answer, new: &Answer) -> bool {
    let (
        Answer::Written {
            rows: one,
            altered: first,
            set: was_set,
            affected: was,
        },
        Answer::Written {
            rows: twice,
            altered: second,
            set: set_again,
            ..
        },
        Answer::Written {
            rows: new,
            altered,
            set,
            affected: is,
        },
    ) = (one, twice, new)
    else {
        return true;
    };
    let mut all = one
        .iter()
        .flatten()
        .zip(twice.iter().flatten())
        .zip(new.iter().flatten());
    was != is
        || was_set == set_again && was_set.iter().any(|name| !set.contains(name))
        || first == second && altered.iter().any(|name| !first.contains(name))
        || all.any(|((one, twice), new)| one == twice && one.is_some() && new.is_none())
}
