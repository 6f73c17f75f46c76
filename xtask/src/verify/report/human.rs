//! The report for people.

use jubilee_verify::{Filled, Proved, QueryAnswer, QueryOutcome, Verdict};

use super::{Verified, VerifiedDatabase, answer, forecast, locks, notes, position};
use crate::exit::Exit;
use crate::output::{count, duration};
use crate::problem::Problem;
use jubilee_core::MigrationFile;
use miette::Severity;

/// How many findings of one proof of a migration are shown.
const SHOWN: usize = 5;

/// The report for people: for each migration a line for each proof and the locks that were seen, then
/// what failed, with its place. Brief, a migration of which everything holds is one line.
pub(super) fn write(verified: &Verified, color: bool, brief: bool) -> String {
    let mut text = String::new();
    let mut problems = String::new();
    for database in &verified.databases {
        if database.proved.is_empty() {
            text.push_str(&format!(
                "{}: no new migration\n",
                database.migrations.database
            ));
        }
        for (proved, file, path) in database.each() {
            let is_whole = |v: &Verdict| matches!(v, Verdict::Holds(_) | Verdict::NotAsked);
            if brief && proved.outcomes.iter().all(|o| is_whole(&o.verdict)) {
                text.push_str(&format!("{path}  all proofs hold\n"));
                text.push_str(&without_rows(proved));
                text.push_str(&failing_queries(proved));
                text.push_str(&notes_of(database, proved, file));
                text.push_str(&forecast_of(proved, file));
                continue;
            }
            text.push_str(&format!("{path}\n"));
            text.push_str(&lines(proved));
            text.push_str(&locks_seen(proved, file));
            text.push_str(&declared(proved, file));
            text.push_str(&notes_of(database, proved, file));
            text.push_str(&forecast_of(proved, file));
            for outcome in &proved.outcomes {
                let findings = outcome.verdict.failures();
                let more = findings.len().saturating_sub(SHOWN);
                for finding in findings.iter().take(SHOWN) {
                    let label = format!("error[{}]", outcome.proof);
                    let mut problem = Problem::new(Exit::Failed, &finding.what)
                        .called(label, Severity::Error)
                        .why(&finding.why)
                        .hint(&finding.instead);
                    if let Some(range) = &finding.range {
                        let shown = &file.text()[range.clone()];
                        let length = shown.lines().next().unwrap_or_default().len().max(1);
                        problem = problem.at(path.clone(), file.text(), range.start, length, None);
                    } else {
                        problem = Problem::new(Exit::Failed, format!("{path}: {}", finding.what))
                            .called(format!("error[{}]", outcome.proof), Severity::Error)
                            .why(&finding.why)
                            .hint(&finding.instead);
                    }
                    problems.push_str(&format!("\n{}", problem.render(color)));
                }
                if more > 0 {
                    problems.push_str(&format!(
                        "\n  … and {more} more of {}: --format json and --report FILE have all\n",
                        outcome.proof
                    ));
                }
            }
        }
        if let Some(left_out) = database.left_out() {
            text.push_str(&format!("{}: {left_out}\n", database.migrations.database));
        }
    }
    text.push_str(&problems);
    if let Some(version) = &verified.postgresql {
        let proved = verified.databases.iter().map(|d| d.proved.len()).sum();
        text.push_str(&format!(
            "\n{} on PostgreSQL {version}, seed {}, in {}: {}\n",
            count(proved, "migration"),
            verified.seed,
            duration(verified.took_ms),
            verified.summary()
        ));
    }
    text
}

fn lines(proved: &Proved) -> String {
    let mut text = String::new();
    for outcome in &proved.outcomes {
        let (word, detail) = answer(outcome);
        let line = format!("  {:<12} {word:<10} {detail}", outcome.proof.name());
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text + &without_rows(proved) + &failing_queries(proved)
}

/// The queries of services that fail without the migration too.
fn failing_queries(proved: &Proved) -> String {
    let failing = |one: &QueryOutcome| match &one.answer {
        QueryAnswer::FailsBefore(why) => Some(format!(
            "  fails without the migration too: {}: {why}\n",
            one.query.shown()
        )),
        _ => None,
    };
    let lines: Vec<String> = proved.queries.iter().filter_map(failing).collect();
    let more = match lines.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!("  … and {more} more: --format json has all\n"),
    };
    lines.into_iter().take(SHOWN).collect::<String>() + &more
}

fn without_rows(proved: &Proved) -> String {
    let line = |table: &Filled| {
        let why = table.obstacle.as_deref().unwrap_or("none could be made");
        format!("  without rows: {}: {why}\n", table.table)
    };
    proved.unfilled.iter().map(line).collect()
}

fn notes_of(database: &VerifiedDatabase, proved: &Proved, file: &MigrationFile) -> String {
    let line = |(line, what)| format!("  note: line {line}: {what}\n");
    notes(database, proved, file)
        .into_iter()
        .map(line)
        .collect()
}

/// What breaks or is lost as the header declares.
fn declared(proved: &Proved, file: &MigrationFile) -> String {
    let mut text = String::new();
    for outcome in &proved.outcomes {
        let all = outcome.verdict.declared();
        for finding in all.iter().take(SHOWN) {
            let line = position(file, finding).map(|at| format!("line {}: ", at.line));
            let line = line.unwrap_or_default();
            text.push_str(&format!("  declared: {line}{}\n", finding.what));
        }
        if let more @ 1.. = all.len().saturating_sub(SHOWN) {
            let proof = outcome.proof;
            text.push_str(&format!(
                "  … and {more} more of {proof}: --format json and --report FILE have all\n"
            ));
        }
    }
    text
}

fn locks_seen(proved: &Proved, file: &MigrationFile) -> String {
    table(&locks(proved, file))
}

/// How long it takes where there are many rows.
fn forecast_of(proved: &Proved, file: &MigrationFile) -> String {
    let Some(forecast) = &proved.forecast else {
        return String::new();
    };
    let mut text = format!("  {:<12} {}\n", "forecast", forecast::heading(forecast));
    text.push_str(&table(&forecast::lines(forecast, file)));
    for note in forecast::notes(forecast) {
        text.push_str(&format!("    {note}\n"));
    }
    text
}

/// Lines of the file, what there is to say of each, and what that means.
fn table(rows: &[(usize, String, &str)]) -> String {
    let width = rows
        .iter()
        .map(|(_, lock, _)| lock.chars().count())
        .max()
        .unwrap_or(0);
    rows.iter()
        .map(|(line, lock, note)| {
            let row = format!("    line {line:<5} {lock:<width$}  {note}");
            format!("{}\n", row.trim_end())
        })
        .collect()
}
