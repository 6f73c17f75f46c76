//! Does a run after a crash come to the same end?

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use jubilee_core::MigrationFile;
use postgres::Client;

use crate::apply::{self, Failure};
use crate::case::Case;
use crate::data::{self, Difference};
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
        return in_transaction(case, &all);
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
    findings.retain(|(end, finding)| {
        told.insert((finding.range.as_ref().map(|r| r.start), end.clone()))
    });
    let findings = findings.into_iter().map(|(_, finding)| finding);
    Ok(verdict(findings.collect(), crashes))
}

/// Crashes the same database after each statement, and runs the migration then: nothing of a transaction
/// is left but what sequences have counted. If it comes to another end, each crash is looked at alone.
fn in_transaction(case: &Case<'_>, all: &[Range<usize>]) -> Result<Verdict, Error> {
    let failed = |error: postgres::Error| Error::server("crash a run", &error);
    let places = places(all.len());
    let copy = case.scratch.copy(case.before)?;
    let mut other = case.scratch.connect(&copy)?;
    let mut refused = false;
    for done in &places {
        let mut client = case.scratch.connect(&copy)?;
        let process = process(&mut client)?;
        let (first, last) = (&all[0], &all[done - 1]);
        let sql = format!("{BEGIN}; {}", &case.file.text()[first.start..last.end]);
        refused |= client.batch_execute(&sql).is_err();
        end(&mut other, process)?;
    }
    drop(other);
    let mut runner = case.scratch.connect(&copy)?;
    let version = case.file.name().version();
    let applied = apply::up_to(&mut runner, case.database, case.files, version)?;
    let same = !refused && applied.is_ok() && {
        runner.batch_execute("BEGIN").map_err(failed)?;
        let objects = schema::differences(case.after_schema, &schema::read_within(&mut runner)?);
        let rows = rows_differ(case, &mut runner)?;
        objects.is_empty() && rows.is_empty()
    };
    drop(runner);
    case.scratch.drop(&copy);
    if !same {
        for done in &places {
            let findings = after_crash(case, *done, false)?;
            if !findings.is_empty() {
                let findings = findings.into_iter().map(|(_, finding)| finding);
                return Ok(Verdict::Fails(findings.collect()));
            }
        }
    }
    Ok(verdict(Vec::new(), places.len()))
}

/// What differs in the rows, within a transaction, but for what clocks, chance and sequences give.
fn rows_differ(case: &Case<'_>, client: &mut Client) -> Result<Vec<Difference>, Error> {
    let mut masked = case.masked.clone();
    masked.extend(data::counted(client)?);
    let rows = data::read_within(client)?;
    Ok(data::differences(case.after_data, &rows, &masked))
}

/// How many statements are run in all, to crash at each of them.
const STATEMENTS: usize = 1500;

/// After how many of the statements it is crashed: after each, or, where they are very many, after some as
/// far apart as the next, the last of all among them.
fn places(statements: usize) -> Vec<usize> {
    let step = (statements * statements / 2).div_ceil(STATEMENTS).max(1);
    let mut places: Vec<usize> = (1..=statements).rev().step_by(step).collect();
    places.reverse();
    places
}

/// The process of a session.
fn process(client: &mut Client) -> Result<i32, Error> {
    let row = client.query_one("SELECT pg_catalog.pg_backend_pid()", &[]);
    Ok(row
        .map_err(|error| Error::server("crash a run", &error))?
        .get(0))
}

/// Ends a session, and waits until it is gone.
fn end(other: &mut Client, process: i32) -> Result<(), Error> {
    let failed = |error: postgres::Error| Error::server("crash a run", &error);
    other
        .execute("SELECT pg_catalog.pg_terminate_backend($1)", &[&process])
        .map_err(failed)?;
    // The server's own wait looks ten times a second.
    let start = Instant::now();
    while start.elapsed() < LIMIT {
        let there = "SELECT FROM pg_catalog.pg_stat_activity WHERE pid = $1";
        if other.execute(there, &[&process]).map_err(failed)? == 0 {
            break;
        }
        std::thread::sleep(STEP);
    }
    Ok(())
}

/// How long an ended session is waited for.
const LIMIT: Duration = Duration::from_secs(10);

/// How often it is asked whether it is gone.
const STEP: Duration = Duration::from_millis(1);

fn verdict(findings: Vec<Finding>, crashes: usize) -> Verdict {
    if findings.is_empty() {
        let times = if crashes == 1 { "crash" } else { "crashes" };
        Verdict::Holds(format!("{crashes} {times}"))
    } else {
        Verdict::Fails(findings)
    }
}

/// Ends the session after so many statements, or within the next one, and has the runner begin anew. Each
/// finding comes with the end that the run comes to.
fn after_crash(
    case: &Case<'_>,
    done: usize,
    within: bool,
) -> Result<Vec<(String, Finding)>, Error> {
    let file = case.file;
    let failed = |error: postgres::Error| Error::server("crash a run", &error);
    let copy = case.scratch.copy(case.before)?;
    let mut client = case.scratch.connect(&copy)?;
    let mut other = case.scratch.connect(&copy)?;
    let process = process(&mut client)?;
    let all: Vec<Range<usize>> = statements(file).collect();
    if is_transactional(file) {
        client.batch_execute(BEGIN).map_err(failed)?;
    }
    for statement in all.iter().take(done) {
        if let Err(refused) = run_one(&mut client, file, statement)? {
            let said = refused.error.message();
            let finding = Finding {
                range: Some(place::of(file.text(), &refused.statement, &refused.error)),
                what: format!("it fails: {said}"),
                why: "it worked a moment before on the same rows".to_owned(),
                instead: "do not let it depend on the time or on chance".to_owned(),
            };
            return Ok(vec![(said.to_owned(), finding)]);
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
        end(&mut other, process)?;
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
    let mut add = |range: Option<Range<usize>>, what: String, end: String, instead: &str| {
        let finding = Finding {
            range,
            what: format!("{what}: {end}"),
            why: "a deployment may be stopped at any moment, and is then begun again".to_owned(),
            instead: instead.to_owned(),
        };
        findings.push((end, finding));
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
            let Failure { range, said, .. } = Failure::of(file, &error);
            let line = place
                .as_ref()
                .map(|p| jubilee_core::Position::of(file.text(), p.start).line);
            let line = line.map_or(String::new(), |line| {
                format!(" the statement on line {line}")
            });
            add(
                range,
                format!("after a crash {moment}{line}, it cannot be run again"),
                said,
                "guard the statement, so that it does nothing where its work is done",
            );
        }
        Ok(()) => {
            let objects = schema::differences(case.after_schema, &schema::read(&mut runner)?);
            runner.batch_execute("BEGIN").map_err(failed)?;
            let rows = rows_differ(case, &mut runner)?;
            for line in objects
                .into_iter()
                .chain(rows.iter().map(ToString::to_string))
            {
                add(
                    place.clone(),
                    format!(
                        "after a crash {moment} this statement, a second run comes to another end"
                    ),
                    line,
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
        let ended = end(watcher, process);
        drop(holder.batch_execute("ROLLBACK"));
        drop(run.join());
        waits.and(ended)
    })
}

#[cfg(test)]
mod tests {
    use super::places;

    #[test]
    fn after_each_statement_unless_they_are_very_many() {
        assert_eq!(places(0), [0; 0]);
        assert_eq!(places(1), [1]);
        assert_eq!(places(50), (1..=50).collect::<Vec<_>>());
        let many = places(200);
        assert_eq!(many.last(), Some(&200));
        assert!(many.iter().sum::<usize>() <= 1700, "{many:?}");
    }
}
