//! Sends the old client's statements to both schemas, and says what no longer works.

use std::collections::BTreeSet;

use postgres::{Client, SimpleQueryMessage};

use super::client::{Asked, OldClient, Use, held};
use crate::error::{Error, said};

/// A statement that works on the old schema and not on the new one.
#[derive(Debug, Clone)]
pub(crate) struct Broken {
    /// What it is, in words.
    pub(crate) what: String,
    /// How it fails.
    pub(crate) how: String,
    /// The statement itself; empty where a privilege is gone.
    pub(crate) sql: String,
    pub(crate) asked: Asked,
    /// What the statement gives on the old schema.
    pub(crate) before: Answer,
}

/// What a statement gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    /// The types of its columns.
    Types(Vec<(String, String)>),
    /// Its rows, and how many it affected.
    Rows(Vec<Vec<Option<String>>>, u64),
    /// How many rows there are.
    Count(u64),
    /// The server's words.
    Refused(String),
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
        client
            .batch_execute("BEGIN; SET LOCAL TimeZone = 'UTC'; SAVEPOINT replay")
            .map_err(failed)?;
    }
    let mut told: BTreeSet<String> = BTreeSet::new();
    for one in &old.uses {
        if told.contains(&one.what) {
            continue;
        }
        if let Some(mut found) = compare(one, before, after)? {
            // A single column says more than all of them.
            let mut narrower = Vec::new();
            for part in &one.parts {
                narrower.extend(compare(part, before, after)?);
            }
            // Unless it is so of all of them: then it is the table.
            let all = narrower.len() > 1
                && narrower.len() == one.parts.len()
                && narrower.iter().all(|n| n.how == found.how);
            if !narrower.is_empty() && !all {
                told.extend(narrower.iter().map(|n| n.what.clone()));
                broken.extend(narrower);
                found.how.clear();
            }
            told.insert(one.what.clone());
            if !found.how.is_empty() {
                broken.push(found);
            }
        }
    }
    let now = held(after)?;
    for (role, privilege, on) in &old.privileges {
        let has = now
            .by_role
            .contains(&(role.clone(), privilege.clone(), on.clone()));
        // What is no longer there was told of already.
        if !has && now.objects.contains(on) {
            broken.push(Broken {
                what: lost_privilege(role, privilege, on),
                how: "the privilege is gone".to_owned(),
                sql: String::new(),
                asked: Asked::Prepared,
                before: Answer::Types(Vec::new()),
            });
        }
    }
    for client in [before, after] {
        client.batch_execute("ROLLBACK").map_err(failed)?;
    }
    Ok(broken)
}

fn is_table(client: &mut Client, name: &str) -> Result<bool, Error> {
    let query = "SELECT EXISTS (SELECT FROM pg_catalog.pg_class WHERE oid = pg_catalog.to_regclass($1) AND relkind IN ('r', 'p'))";
    let row = client.query_one(query, &[&name]);
    Ok(row
        .map_err(|error| Error::server("replay the old release", &error))?
        .get(0))
}

/// A privilege that was lost, in words.
pub(crate) fn lost_privilege(role: &str, privilege: &str, on: &str) -> String {
    let (kind, name) = on.split_once(' ').unwrap_or(("", on));
    format!("{privilege} on {kind} `{name}` by the role `{role}`")
}

fn compare(one: &Use, before: &mut Client, after: &mut Client) -> Result<Option<Broken>, Error> {
    let old = answer(before, &one.sql, one.asked)?;
    if let Answer::Refused(_) = old {
        return Ok(None);
    }
    let new = answer(after, &one.sql, one.asked)?;
    if let (Some(table), Answer::Refused(_)) = (&one.of_constraint, &new)
        && !is_table(after, table)?
    {
        // A view that stands for the table has no constraints, and takes every other form.
        return Ok(None);
    }
    let how = match difference(&old, &new) {
        // What a clock or chance gave differs in any case.
        Some(how) if matches!(new, Answer::Rows(..)) => {
            let twice = answer(before, &one.sql, one.asked)?;
            steady_difference(&old, &twice, &new).then_some(how)
        }
        how => how,
    };
    Ok(how.map(|how| Broken {
        what: one.what.clone(),
        how,
        sql: one.sql.clone(),
        asked: one.asked,
        before: old,
    }))
}

/// What a statement gives. It is undone up to the savepoint `replay`, which the caller has set.
pub(crate) fn answer(client: &mut Client, sql: &str, asked: Asked) -> Result<Answer, Error> {
    let answer = if asked == Asked::Prepared {
        client.prepare(sql).map(|statement| {
            let columns = statement.columns().iter();
            Answer::Types(
                columns
                    .map(|c| (c.name().to_owned(), family(c.type_().name())))
                    .collect(),
            )
        })
    } else {
        // In one message, since there are thousands.
        let message = format!("{sql}; ROLLBACK TO SAVEPOINT replay");
        client.simple_query(&message).map(|messages| {
            let rows = messages.iter().filter_map(|message| match message {
                SimpleQueryMessage::Row(row) => Some(
                    (0..row.len())
                        .map(|at| row.get(at).map(ToOwned::to_owned))
                        .collect(),
                ),
                _ => None,
            });
            let affected = messages.iter().find_map(|message| match message {
                SimpleQueryMessage::CommandComplete(count) => Some(*count),
                _ => None,
            });
            let rows: Vec<Vec<Option<String>>> = rows.collect();
            let count = rows
                .first()
                .and_then(|row| row.first()?.as_ref()?.parse().ok());
            match (asked, count) {
                (Asked::Count, Some(count)) => Answer::Count(count),
                _ => Answer::Rows(rows, affected.unwrap_or(0)),
            }
        })
    };
    answer.or_else(|error| {
        client
            .batch_execute("ROLLBACK TO SAVEPOINT replay")
            .map_err(|lost| Error::server("replay the old release", &lost))?;
        // Without the detail: it shows rows.
        let message = error.as_db_error().map(|e| e.message().to_owned());
        Ok(Answer::Refused(message.unwrap_or_else(|| said(&error))))
    })
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
        (_, Answer::Refused(error)) => Some(error.clone()),
        (Answer::Types(old), Answer::Types(new)) => {
            let pairs = old.iter().zip(new);
            let changed: Vec<String> = pairs
                .filter(|(old, new)| old != new)
                .map(|((name, was), (_, is))| format!("`{name}` is {is}, was {was}"))
                .collect();
            (!changed.is_empty()).then(|| format!("it gets other types: {}", changed.join(", ")))
        }
        (Answer::Rows(_, old), Answer::Rows(_, new)) if old != new => {
            Some(format!("it affects {new} rows, was {old}"))
        }
        // Row-level security hides rows.
        (Answer::Count(old), Answer::Count(new)) if new < old => {
            Some(format!("it sees {new} rows, was {old}"))
        }
        (Answer::Rows(old, _), Answer::Rows(new, _)) => {
            // Another default is a change, and no break; none at all is one.
            let pairs = old.iter().flatten().zip(new.iter().flatten());
            let lost = pairs
                .filter(|(old, new)| old.is_some() && new.is_none())
                .count();
            (lost > 0).then(|| "NULL is stored where a value was".to_owned())
        }
        _ => None,
    }
}

/// Whether there is a value that two runs on the old schema agree about, and the new one does not.
fn steady_difference(one: &Answer, twice: &Answer, new: &Answer) -> bool {
    let (Answer::Rows(one, was), Answer::Rows(twice, _), Answer::Rows(new, is)) = (one, twice, new)
    else {
        return true;
    };
    let mut all = one
        .iter()
        .flatten()
        .zip(twice.iter().flatten())
        .zip(new.iter().flatten());
    was != is || all.any(|((one, twice), new)| one == twice && one.is_some() && new.is_none())
}
