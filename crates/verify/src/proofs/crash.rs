//! Does a run after a crash come to the same end?

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use jubilee_core::MigrationFile;
use postgres::Client;

use crate::apply;
use crate::case::Case;
use crate::data;
use crate::error::Error;
use crate::observe::{Hold, hold, is_concurrent, wait_until_it_waits};
use crate::place;
use crate::proof::{Finding, Verdict};
use crate::schema;
use crate::steps::{BEGIN, is_transactional, run_one, statements};

/// Ends the session at each place where the migration is in pieces, and runs it again.
pub(crate) fn prove(case: &Case<'_>) -> Result<Verdict, Error> {
    let file = case.file;
    let all: Vec<Range<usize>> = statements(file).collect();
    if is_transactional(file) {
        // In a transaction, nothing is in pieces but before its end: all of it is undone.
        let findings = after_crash(case, all.len(), false)?;
        return Ok(verdict(findings, 1));
    }
    let mut findings = Vec::new();
    let mut crashes = 0;
    for (number, statement) in all.iter().enumerate() {
        if is_concurrent(&file.text()[statement.clone()]) {
            crashes += 1;
            findings.extend(after_crash(case, number, true)?);
        }
        crashes += 1;
        findings.extend(after_crash(case, number + 1, false)?);
    }
    // The same place fails in the same way after each crash behind it.
    let mut told = BTreeSet::new();
    findings.retain(|finding| {
        let said = finding
            .what
            .split_once(": ")
            .map(|(_, said)| said.to_owned());
        told.insert((finding.range.as_ref().map(|r| r.start), said))
    });
    Ok(verdict(findings, crashes))
}

fn verdict(findings: Vec<Finding>, crashes: usize) -> Verdict {
    if findings.is_empty() {
        let times = if crashes == 1 { "crash" } else { "crashes" };
        Verdict::Holds(format!("{crashes} {times}"))
    } else {
        Verdict::Fails(findings)
    }
}

/// Ends the session after so many statements, or within the next one, and has the runner begin anew.
fn after_crash(case: &Case<'_>, done: usize, within: bool) -> Result<Vec<Finding>, Error> {
    let file = case.file;
    let failed = |error: postgres::Error| Error::server("crash a run", &error);
    let copy = case.scratch.copy(case.before)?;
    let mut client = case.scratch.connect(&copy)?;
    let mut other = case.scratch.connect(&copy)?;
    let process: i32 = client
        .query_one("SELECT pg_catalog.pg_backend_pid()", &[])
        .map_err(failed)?
        .get(0);
    let all: Vec<Range<usize>> = statements(file).collect();
    if is_transactional(file) {
        client.batch_execute(BEGIN).map_err(failed)?;
    }
    for statement in all.iter().take(done) {
        if let Err(refused) = run_one(&mut client, file, statement)? {
            return Ok(vec![Finding {
                range: Some(place::of(file.text(), &refused.statement, &refused.error)),
                what: format!("it fails: {}", refused.error.message()),
                why: "it worked a moment before on the same rows".to_owned(),
                instead: "do not let it depend on the time or on chance".to_owned(),
            }]);
        }
    }
    if within && let Some(statement) = all.get(done) {
        end_within(
            case,
            &copy,
            &mut client,
            &mut other,
            process,
            file,
            statement,
        )?;
    } else {
        other
            .query(
                "SELECT pg_catalog.pg_terminate_backend($1, 10000)",
                &[&process],
            )
            .map_err(failed)?;
    }
    drop(client);
    let place = if within {
        all.get(done)
    } else {
        all.get(done.wrapping_sub(1))
    }
    .cloned();
    let moment = if within { "during" } else { "after" };
    let mut findings = Vec::new();
    let mut add = |range: Option<Range<usize>>, what: String, instead: &str| {
        findings.push(Finding {
            range,
            what,
            why: "a deployment may be stopped at any moment, and is then begun again".to_owned(),
            instead: instead.to_owned(),
        });
    };
    drop(other);
    let mut runner = case.scratch.connect(&copy)?;
    match apply::up_to(
        &mut runner,
        case.database,
        case.files,
        file.name().version(),
    )? {
        Err(error) => {
            let finding = super::applies::finding(file, &error, super::applies::On::Full);
            let said = finding
                .what
                .split_once(": ")
                .map_or(finding.what.as_str(), |(_, said)| said)
                .to_owned();
            let line = place
                .as_ref()
                .map(|p| jubilee_core::Position::of(file.text(), p.start).line);
            let line = line.map_or(String::new(), |line| {
                format!(" the statement on line {line}")
            });
            add(
                finding.range,
                format!("after a crash {moment}{line}, it cannot be run again: {said}"),
                "guard the statement, so that it does nothing where its work is done",
            );
        }
        Ok(()) => {
            let objects = schema::differences(case.after_schema, &schema::read(&mut runner)?);
            let rows = data::differences(case.after_data, &data::read(&mut runner)?, case.masked);
            for line in objects.into_iter().chain(rows) {
                add(
                    place.clone(),
                    format!(
                        "after a crash {moment} this statement, a second run comes to another end: {line}"
                    ),
                    "make the statement find out whether its work is done, not whether something of that name is there",
                );
            }
        }
    }
    drop(runner);
    case.scratch.drop(&copy);
    Ok(findings)
}

/// Ends the session while a statement waits for a writer: between two of its transactions.
fn end_within(
    case: &Case<'_>,
    copy: &str,
    client: &mut Client,
    watcher: &mut Client,
    process: i32,
    file: &MigrationFile,
    statement: &Range<usize>,
) -> Result<(), Error> {
    let mut holder = case.scratch.connect(copy)?;
    hold(&mut holder, Hold::Write)?;
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let run = scope.spawn(|| {
            // That it is ended is no news.
            let result = run_one(client, file, statement);
            done.store(true, Ordering::SeqCst);
            drop(result);
        });
        let waits = wait_until_it_waits(watcher, process, || done.load(Ordering::SeqCst));
        let ended = watcher
            .query(
                "SELECT pg_catalog.pg_terminate_backend($1, 10000)",
                &[&process],
            )
            .map_err(|error| Error::server("crash a run", &error));
        drop(holder.batch_execute("ROLLBACK"));
        drop(run.join());
        waits.and(ended).map(drop)
    })
}
