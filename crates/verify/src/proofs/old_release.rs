//! Do the statements of the release before still work?

use jubilee_catalog::{Catalog, Kind, Name, exchanged};

use crate::case::Case;
use crate::error::Error;
use crate::old::{
    Basis, Broken, OldClient, Probe, Way, answer, difference, lost, read_numbers, replay, touched,
};
use crate::proof::{Finding, Verdict};
use crate::queries::{self, Query, QueryAnswer, QueryOutcome};
use crate::schema;

/// Of how many findings the statement that is to blame is looked for.
const MOST: usize = 20;

/// Replays the statements of services.
pub(crate) fn replay_queries(
    case: &Case<'_>,
    queries: &[Query],
) -> Result<Vec<QueryOutcome>, Error> {
    if queries.is_empty() {
        return Ok(Vec::new());
    }
    let old_copy = case.scratch.copy(case.before)?;
    let new_copy = case.scratch.copy(case.after)?;
    let mut before = case.scratch.connect(&old_copy)?;
    let mut after = case.scratch.connect(&new_copy)?;
    let outcomes = queries::replay(
        queries,
        &mut before,
        &mut after,
        case.before_data,
        case.seed,
    );
    drop((before, after));
    case.scratch.drop(&old_copy);
    case.scratch.drop(&new_copy);
    outcomes
}

/// Replays what a client of the schema before sends; what became of the statements of services is known.
pub(crate) fn prove(case: &Case<'_>) -> Result<Verdict, Error> {
    let queries = case.queries;
    let old_copy = case.scratch.copy(case.before)?;
    let new_copy = case.scratch.copy(case.after)?;
    let mut before = case.scratch.connect(&old_copy)?;
    let mut after = case.scratch.connect(&new_copy)?;
    let tables = touched(case.changes, case.before_schema, case.after_schema);
    let client = OldClient::of(
        &mut before,
        Basis {
            data: case.before_data,
            reserved: case.after_data,
            brought: Some(case.brought),
            seed: case.seed,
            tables: tables.as_ref(),
        },
    )?;
    let broken = replay(&client, &mut before, &mut after)?;
    drop((before, after));
    case.scratch.drop(&old_copy);
    case.scratch.drop(&new_copy);
    let broken_queries: Vec<&Broken> = queries.iter().filter_map(|q| q.broken.as_ref()).collect();
    let swapped = swapped(case.before_schema, case.after_schema);
    if broken.is_empty() && broken_queries.is_empty() && swapped.is_empty() {
        let without = match client.without_rows.as_slice() {
            [] => String::new(),
            tables => format!(", no rows for {}", tables.join(", ")),
        };
        return Ok(Verdict::Holds(format!(
            "{} statements{}{without}",
            client.uses.len(),
            of_services(queries)
        )));
    }
    // What fails in the same way for the same table is one break.
    let mut causes: Vec<(Vec<&Broken>, String)> = broken_queries
        .into_iter()
        .map(|one| (vec![one], one.what.clone()))
        .collect();
    for one in &broken {
        let table = one
            .what
            .split('`')
            .nth(1)
            .and_then(|name| name.split('.').next())
            .unwrap_or_default();
        let key = format!(
            "{table} {}",
            match one.probe {
                Probe::Privilege(_) | Probe::Numbers(_) => &one.what,
                Probe::Statement { .. } => &one.how,
            }
        );
        match causes.iter_mut().find(|(_, known)| *known == key) {
            Some((all, _)) => all.push(one),
            None => causes.push((vec![one], key)),
        }
    }
    let mut findings = Vec::new();
    for (number, (all, _)) in causes.iter().enumerate() {
        let Some(one) = all.first() else { continue };
        let more = match all.len() - 1 {
            0 => String::new(),
            1 => ", and 1 more statement".to_owned(),
            more => format!(", and {more} more statements"),
        };
        let (verb, why, instead) = words(one.way);
        findings.push(Finding {
            range: match number < MOST {
                true => blamed(case, one)?,
                false => None,
            },
            what: format!("{} {verb}{more}: {}", one.what, one.how),
            why: why.to_owned(),
            instead: format!(
                "{instead}; or declare the break in the header: `-- Contract: release`"
            ),
        });
    }
    for (column, other) in &swapped {
        findings.push(Finding {
            range: blamed_for_swap(case, column)?,
            what: format!("`{column}` and `{other}` exchange their names"),
            why: "the release before goes on to read and write by name: each column's values in the other".to_owned(),
            instead: "exchange the values instead, or give the columns new names in two releases; or declare \
                      the break in the header: `-- Contract: release`"
                .to_owned(),
        });
    }
    let release = case.file.header().contract.as_ref();
    Ok(Verdict::unless_declared("Contract", release, findings))
}

/// What is said of a break, why it is one, and what to do instead.
fn words(way: Way) -> (&'static str, &'static str, &'static str) {
    let runs = "while a release is rolled out, the one before still runs";
    match way {
        Way::Fails => (
            "no longer works",
            runs,
            "change it in two releases: add the new form first, and remove the old one when nobody uses it",
        ),
        Way::DoesOtherwise => (
            "does something else",
            runs,
            "keep what it does until no release that runs relies on it",
        ),
        Way::Repeats => (
            "come again",
            "an INSERT fails with a duplicate key then, or two rows get one number",
            "let the sequence go on behind the last number: `SELECT setval(sequence, (SELECT max(column) FROM table))`",
        ),
    }
}

/// Columns that have the name that another had, each with its name now: by their numbers.
fn swapped(before: &Catalog, after: &Catalog) -> Vec<(String, String)> {
    let is_column = |name: &Name| name.kind == Kind::Column && before.get(name).is_some();
    exchanged(before, after)
        .into_iter()
        .filter(|it| is_column(&it.was) && is_column(&it.is))
        // Said once of two.
        .filter(|it| it.was < it.is)
        .map(|it| (it.was.identity, it.is.identity))
        .collect()
}

fn blamed_for_swap(case: &Case<'_>, column: &str) -> Result<Option<std::ops::Range<usize>>, Error> {
    case.blame(|client| {
        let now = schema::read_within(client)?;
        let swapped = swapped(case.before_schema, &now);
        Ok(swapped.iter().any(|(swapped, _)| swapped == column))
    })
}

/// How many statements of services there were, and how many of them fail without the migration too.
fn of_services(queries: &[QueryOutcome]) -> String {
    let failing = queries
        .iter()
        .filter(|q| matches!(q.answer, QueryAnswer::FailsBefore(_)))
        .count();
    match (queries.len(), failing) {
        (0, _) => String::new(),
        (all, 0) => format!(", {all} of services"),
        (all, 1) => format!(", {all} of services, of which 1 fails without the migration too"),
        (all, failing) => {
            format!(", {all} of services, of which {failing} fail without the migration too")
        }
    }
}

/// The statement of the migration after which it fails as it does in the end; of several ways to fail, the last
/// one counts.
fn blamed(case: &Case<'_>, broken: &Broken) -> Result<Option<std::ops::Range<usize>>, Error> {
    for exactly in [true, false] {
        let range = case.blame(|client| match &broken.probe {
            Probe::Privilege(privilege) => {
                Ok(!lost(client, std::slice::from_ref(privilege))?.is_empty())
            }
            Probe::Numbers(numbers) => Ok(numbers.given_again(&read_numbers(client)?).is_some()),
            Probe::Statement { sql, asked, before } => {
                client
                    .batch_execute("SAVEPOINT replay")
                    .map_err(|error| Error::server("look for the statement", &error))?;
                let now = answer(client, sql, *asked)?;
                let how = difference(before, &now);
                Ok(how.is_some_and(|how| !exactly || how == broken.how))
            }
        })?;
        if range.is_some() {
            return Ok(range);
        }
    }
    Ok(None)
}
