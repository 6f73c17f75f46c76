//! Do the functions run that it makes or replaces, and the triggers that it puts on tables?
//!
//! The server reads the body of a PL/pgSQL function when it runs, not when it is made. So it is run, with
//! arguments that are drawn, and undone. What the values are to blame for is no finding: only names that are not
//! there and types that do not fit.

use std::collections::BTreeSet;
use std::ops::Range;

use jubilee_catalog::{Change, Kind, Name, What};
use postgres::Client;

use crate::case::Case;
use crate::error::Error;
use crate::old::{Answer, Asked, Basis, OldClient, Routine, answer, begin, plain, read_routines};
use crate::place;
use crate::proof::{Finding, Verdict};
use crate::rows::{Drawing, Wish, is_faulty};

/// Runs them, and adds what is found to what is known of whether it applies.
pub(crate) fn add(case: &Case<'_>, verdict: &mut Verdict) {
    let Verdict::Holds(how) = verdict else { return };
    match prove(case) {
        Ok((findings, 0)) if findings.is_empty() => {}
        Ok((findings, run)) if findings.is_empty() => {
            how.push_str(&format!(", with {run} of its functions run"));
        }
        Ok((findings, _)) => *verdict = Verdict::Fails(findings),
        Err(error) => how.push_str(&format!(", its functions not called: {error}")),
    }
}

/// Runs them; and says how many functions and tables with triggers there were.
fn prove(case: &Case<'_>) -> Result<(Vec<Finding>, usize), Error> {
    let tables = tables(case);
    let is_routine = |change: &Change| {
        matches!(change.name.kind, Kind::Function | Kind::Procedure)
            && !matches!(change.what, What::Removed(_))
    };
    if tables.is_empty() && !case.changes.iter().any(is_routine) {
        return Ok((Vec::new(), 0));
    }
    let copy = case.scratch.copy(case.after)?;
    let mut client = case.scratch.connect(&copy)?;
    let old_copy = case.scratch.copy(case.before)?;
    let known = read_routines(&mut case.scratch.connect(&old_copy)?)?;
    case.scratch.drop(&old_copy);
    let mut findings = Vec::new();
    let made: Vec<Routine> = read_routines(&mut client)?
        .into_iter()
        .filter(|routine| !known.iter().any(|old| old.is_like(routine)))
        .collect();
    let wish = Wish {
        rows: 0,
        seed: case.seed,
    };
    let mut drawing = Drawing::begin(&mut client, wish)?;
    begin(&mut client)?;
    for routine in &made {
        findings.extend(call(case, &mut client, routine, &mut drawing)?);
    }
    client
        .batch_execute("ROLLBACK")
        .map_err(|error| Error::server("call the functions", &error))?;
    let triggers = tables.len();
    if triggers > 0 {
        findings.extend(write(case, &mut client, &tables)?);
    }
    drop(client);
    case.scratch.drop(&copy);
    Ok((findings, made.len() + triggers))
}

/// The tables on which it puts a trigger, or whose trigger calls a function that it replaces.
fn tables(case: &Case<'_>) -> BTreeSet<String> {
    let mut functions: Vec<&Name> = Vec::new();
    let mut tables = BTreeSet::new();
    for change in case.changes {
        let parts: &[Name] = match &change.what {
            What::Added(parts) => parts,
            What::Changed(_) => &[],
            What::Removed(_) => continue,
        };
        for name in parts.iter().chain([&change.name]) {
            match name.kind {
                Kind::Function => functions.push(name),
                Kind::Trigger => {
                    let on = case.after_schema.get(name).and_then(|t| t.part_of());
                    tables.extend(on.map(|table| plain(&table.identity)));
                }
                _ => {}
            }
        }
    }
    for (_, trigger) in case.after_schema.of_kind(Kind::Trigger) {
        if trigger.needs().any(|name| functions.contains(&name)) {
            tables.extend(trigger.part_of().map(|table| plain(&table.identity)));
        }
    }
    tables
}

/// Calls a function until it fails in its own words.
fn call(
    case: &Case<'_>,
    client: &mut Client,
    routine: &Routine,
    drawing: &mut Drawing,
) -> Result<Option<Finding>, Error> {
    for call in routine.calls(drawing, case.after_data) {
        let Some(fault) = fault(answer(client, &call, Asked::Accepted)?) else {
            continue;
        };
        let range = case.blame(|client| {
            let now = read_routines(client)?;
            Ok(now.iter().any(|other| other.is_like(routine)))
        })?;
        let line = fault
            .line
            .and_then(|line| place::line_in_function(case.file.text(), range.as_ref()?, line));
        return Ok(Some(finding(
            line.or(range),
            format!("a call of `{}` fails: {}", routine.shown, fault.message),
        )));
    }
    Ok(None)
}

/// Writes to the tables, so that their triggers run.
fn write(
    case: &Case<'_>,
    client: &mut Client,
    tables: &BTreeSet<String>,
) -> Result<Vec<Finding>, Error> {
    let basis = Basis {
        data: case.after_data,
        reserved: case.after_data,
        brought: Some(case.brought),
        seed: case.seed,
        tables: Some(tables),
    };
    let own = OldClient::of(client, basis)?;
    let mut faults: Vec<(String, String)> = Vec::new();
    for (table, message) in &own.refused {
        let what = format!("an INSERT into `{table}` fails: {message}");
        faults.push((what, table.clone()));
    }
    begin(client)?;
    for one in own.uses.iter().filter(|one| one.asked == Asked::Run) {
        let Some(fault) = fault(answer(client, &one.sql, Asked::Run)?) else {
            continue;
        };
        let table = one.what.split('`').nth(1).unwrap_or_default().to_owned();
        // One failure of a table tells of its others.
        let words = &fault.message;
        if !faults
            .iter()
            .any(|(what, of)| *of == table && what.ends_with(words.as_str()))
        {
            let verb = one.what.split(' ').next().unwrap_or_default();
            faults.push((
                format!("{verb} of a row of `{table}` fails: {words}"),
                table,
            ));
        }
    }
    client
        .batch_execute("ROLLBACK")
        .map_err(|error| Error::server("write to the tables", &error))?;
    let mut findings = Vec::new();
    for (what, table) in faults {
        let range = case.blame(|client| {
            let row = client.query_one(
                "SELECT EXISTS (SELECT FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid \
                 WHERE t.tgrelid = pg_catalog.to_regclass($1) AND NOT t.tgisinternal \
                   AND (t.xmin = pg_catalog.pg_current_xact_id()::xid OR p.xmin = pg_catalog.pg_current_xact_id()::xid))",
                &[&table],
            );
            let row = row.map_err(|error| Error::server("look for the trigger", &error))?;
            Ok(row.get(0))
        })?;
        findings.push(finding(range, what));
    }
    Ok(findings)
}

/// What is wrong with code, in the server's words.
struct Fault {
    message: String,
    /// The line of the function's body.
    line: Option<usize>,
}

/// What is wrong, unless the values are to blame, or a statement that was made of them.
fn fault(answer: Answer) -> Option<Fault> {
    let Answer::Refused {
        code,
        message,
        context,
    } = answer
    else {
        return None;
    };
    // What is put into words at run time may name what a value says; and a client may not number what the server
    // numbers.
    if !is_faulty(&code) || code == "428C9" || context.contains("EXECUTE") {
        return None;
    }
    let line = context
        .split_once(" line ")
        .filter(|_| context.matches("PL/pgSQL function").count() == 1)
        .and_then(|(_, rest)| {
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            digits.parse().ok()
        });
    Some(Fault { message, line })
}

fn finding(range: Option<Range<usize>>, what: String) -> Finding {
    Finding {
        range,
        what,
        why: "the server reads a function's body when it runs, so it is made without an error and fails whoever calls it"
            .to_owned(),
        instead: "correct the body".to_owned(),
    }
}
