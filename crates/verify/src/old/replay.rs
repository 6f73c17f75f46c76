//! Sends the old client's statements to both schemas, and says what no longer works.

use std::collections::BTreeSet;

use postgres::Client;

use super::answer::{Answer, answer, difference, steady_defaults};
use super::client::OldClient;
use super::numbers::{self, Numbers};
use super::privileges::{Privilege, lost};
use super::statement::{Asked, Use};
use crate::error::Error;

/// A statement that works on the old schema and not on the new one.
#[derive(Debug, Clone)]
pub(crate) struct Broken {
    /// What it is, in words.
    pub(crate) what: String,
    pub(crate) way: Way,
    /// How it fails, or what it does.
    pub(crate) how: String,
    pub(crate) probe: Probe,
}

/// In which way something is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// It is refused, or gives what the client cannot read.
    Fails,
    /// It leaves other rows behind.
    DoesOtherwise,
    /// It gives what was given before.
    Repeats,
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
    /// Numbers are given again.
    Numbers(Numbers),
}

/// Sends all statements to both; each is undone.
pub(crate) fn replay(
    old: &OldClient,
    before: &mut Client,
    after: &mut Client,
) -> Result<Vec<Broken>, Error> {
    let failed = |error: postgres::Error| Error::server("replay the old release", &error);
    let mut broken = Vec::new();
    // First of all: what is inserted takes numbers, and they are never given back.
    let numbers = numbers::read(after)?;
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
            way: Way::Fails,
            how: "the privilege is gone".to_owned(),
            probe: Probe::Privilege(privilege.clone()),
        });
    }
    for old in &old.numbers {
        broken.extend(old.given_again(&numbers).map(|how| Broken {
            what: old.what(),
            way: Way::Repeats,
            how,
            probe: Probe::Numbers(old.clone()),
        }));
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
    let mut old = answer(before, &one.sql, one.asked)?;
    if old.is_refused() && !(one.asked == Asked::Referrers && old.is_refused_for_a_key()) {
        return Ok(None);
    }
    let mut new = answer(after, &one.sql, one.asked)?;
    if let (Some(table), Answer::Refused { .. }) = (&one.of_constraint, &new)
        && !is_table(after, table)?
    {
        // A view that stands for the table has no constraints, and takes every other form.
        return Ok(None);
    }
    let mut how = difference(&old, &new);
    if how.is_some() && matches!(new, Answer::Written { .. }) {
        // What a clock or chance gives differs in any case. Clocks stand still within a transaction.
        for client in [&mut *before, &mut *after] {
            client
                .batch_execute("ROLLBACK")
                .map_err(|error| Error::server("replay the old release", &error))?;
            begin(client)?;
        }
        let mut old_again = answer(before, &one.sql, one.asked)?;
        let mut new_again = answer(after, &one.sql, one.asked)?;
        let steady = steady_defaults([&old, &old_again], [&new, &new_again]);
        for answer in [&mut old, &mut old_again, &mut new, &mut new_again] {
            if let Answer::Written { defaults, .. } = answer {
                defaults.retain(|(at, _)| steady.contains(at));
            }
        }
        let again = difference(&old_again, &new_again);
        how = difference(&old, &new).filter(|_| again.is_some());
    }
    Ok(how.map(|how| Broken {
        what: one.what.clone(),
        way: match new {
            Answer::Written { .. } | Answer::Referrers(_) => Way::DoesOtherwise,
            _ => Way::Fails,
        },
        how,
        probe: Probe::Statement {
            sql: one.sql.clone(),
            asked: one.asked,
            before: old,
        },
    }))
}
