//! Do the statements of the release before still work?

use crate::case::Case;
use crate::error::Error;
use crate::old::{Broken, OldClient, answer, difference, held, lost_privilege, replay, touched};
use crate::proof::{Finding, Verdict};
use crate::steps::blame;

/// The most findings that are shown.
const MOST: usize = 20;

/// Replays what a client of the schema before sends.
pub(crate) fn prove(case: &Case<'_>) -> Result<Verdict, Error> {
    let old_copy = case.scratch.copy(case.before)?;
    let new_copy = case.scratch.copy(case.after)?;
    let mut before = case.scratch.connect(&old_copy)?;
    let mut after = case.scratch.connect(&new_copy)?;
    let tables = touched(case.changes, case.before_schema, case.after_schema);
    let client = OldClient::of(
        &mut before,
        case.before_data,
        case.after_data,
        case.seed,
        tables.as_ref(),
    )?;
    let broken = replay(&client, &mut before, &mut after)?;
    drop((before, after));
    case.scratch.drop(&old_copy);
    case.scratch.drop(&new_copy);
    if broken.is_empty() {
        let without = match client.without_rows.as_slice() {
            [] => String::new(),
            tables => format!(", no rows for {}", tables.join(", ")),
        };
        return Ok(Verdict::Holds(format!(
            "{} statements{without}",
            client.uses.len()
        )));
    }
    // What fails in the same way for the same table is one break.
    let mut causes: Vec<(Vec<&Broken>, String)> = Vec::new();
    for one in &broken {
        let table = one
            .what
            .split('`')
            .nth(1)
            .and_then(|name| name.split('.').next())
            .unwrap_or_default();
        let key = format!(
            "{table} {}",
            if one.sql.is_empty() {
                &one.what
            } else {
                &one.how
            }
        );
        match causes.iter_mut().find(|(_, known)| *known == key) {
            Some((all, _)) => all.push(one),
            None => causes.push((vec![one], key)),
        }
    }
    let mut findings = Vec::new();
    for (all, _) in causes.iter().take(MOST) {
        let Some(one) = all.first() else { continue };
        let more = match all.len() - 1 {
            0 => String::new(),
            1 => ", and 1 more statement".to_owned(),
            more => format!(", and {more} more statements"),
        };
        findings.push(Finding {
            range: blamed(case, one)?,
            what: format!("{} no longer works{more}: {}", one.what, one.how),
            why: "while a release is rolled out, the one before still runs".to_owned(),
            instead: "change it in two releases: add the new form first, and remove the old one when nobody uses it; \
                      or declare the break in the header: `-- Contract: release`"
                .to_owned(),
        });
    }
    Ok(match &case.file.header().contract {
        Some(release) => Verdict::Declared(format!("Contract: {release}"), findings),
        None => Verdict::Fails(findings),
    })
}

/// The statement of the migration after which it no longer works.
fn blamed(case: &Case<'_>, broken: &Broken) -> Result<Option<std::ops::Range<usize>>, Error> {
    let copy = case.scratch.copy(case.before)?;
    let mut client = case.scratch.connect(&copy)?;
    let range = blame(&mut client, case.file, |client| {
        if broken.sql.is_empty() {
            let now = held(client)?;
            let still = now
                .by_role
                .iter()
                .any(|(role, privilege, on)| broken.what == lost_privilege(role, privilege, on));
            return Ok(!still);
        }
        client
            .batch_execute("SAVEPOINT replay")
            .map_err(|error| Error::server("look for the statement", &error))?;
        let now = answer(client, &broken.sql, broken.asked)?;
        Ok(difference(&broken.before, &now).is_some())
    })?;
    drop(client);
    case.scratch.drop(&copy);
    Ok(range)
}
