//! The report as Markdown, for a comment on a pull request.

use std::fmt::Write;

use jubilee_core::MigrationFile;
use jubilee_verify::{Proof, Proved, QueryAnswer, Verdict};

use super::{Verified, answer, forecast, locks, notes, position};
use crate::check::Links;
use crate::output::{cell, count};

/// What a reviewer must not miss first: which proofs hold, in a table; then of each migration what failed, what is
/// meant to break, the locks that were seen, and the rest folded.
pub(super) fn write(verified: &Verified, links: &Links) -> String {
    let mut text = String::new();
    let on = verified
        .postgresql
        .as_ref()
        .map(|v| format!(" on PostgreSQL {v}"))
        .unwrap_or_default();
    let _ = writeln!(text, "### Proofs{on}: {}\n", verified.summary());
    if verified.databases.iter().all(|d| d.proved.is_empty()) {
        text.push_str("No new migration.\n");
        return text;
    }
    overview(&mut text, verified, links);
    for database in &verified.databases {
        if let Some(left_out) = database.left_out() {
            let _ = writeln!(text, "\n**{}**: {left_out}", database.migrations.database);
        }
    }
    let each = verified.databases.iter();
    for (database, (proved, file, path)) in each.flat_map(|d| d.each().map(move |of| (d, of))) {
        let _ = writeln!(text, "\n#### `{path}`");
        for outcome in &proved.outcomes {
            for finding in outcome.verdict.failures() {
                let line = position(file, finding).map(|at| at.line);
                let _ = writeln!(
                    text,
                    "\n- **error** {} {}: {}\n  {}. Instead: {}",
                    outcome.proof,
                    links.place(&path, line),
                    finding.what,
                    finding.why,
                    finding.instead.replace('\n', "\n  ")
                );
            }
            let (word, detail) = answer(outcome);
            match &outcome.verdict {
                Verdict::Declared(_, findings) => {
                    let _ = writeln!(text, "\n- **declared** {}: {detail}", outcome.proof);
                    for finding in findings {
                        let line = position(file, finding).map(|at| at.line);
                        let place = links.place(&path, line);
                        let _ = writeln!(text, "  - {place}: {}", finding.what);
                    }
                }
                Verdict::NotMade(why) if proved.holds() => {
                    let _ = writeln!(text, "\n- {word}: {}: {why}", outcome.proof);
                }
                _ => {}
            }
        }
        for (line, what) in notes(database, proved, file) {
            let place = links.place(&path, Some(line));
            let _ = writeln!(text, "\n- **note** {place}: {what}");
        }
        observed(&mut text, proved, file, &path, links);
        forecast_of(&mut text, proved, file);
        folded(&mut text, proved);
    }
    text
}

/// A migration a line, a proof a column.
fn overview(text: &mut String, verified: &Verified, links: &Links) {
    let all = || verified.databases.iter().flat_map(|d| d.each());
    let asked = |proof: &Proof| {
        let mut outcomes = all().flat_map(|(proved, ..)| &proved.outcomes);
        outcomes.any(|o| o.proof == *proof && !matches!(o.verdict, Verdict::NotAsked))
    };
    let proofs: Vec<Proof> = Proof::ALL.into_iter().filter(asked).collect();
    let names: Vec<&str> = proofs.iter().map(|proof| proof.name()).collect();
    let _ = writeln!(text, "| migration | {} |", names.join(" | "));
    let _ = writeln!(text, "|---|{}", ":-:|".repeat(proofs.len()));
    for (proved, _, path) in all() {
        let signs: Vec<&str> = proofs
            .iter()
            .map(|proof| {
                let outcome = proved.outcomes.iter().find(|o| o.proof == *proof);
                outcome.map_or("", |o| sign(&o.verdict))
            })
            .collect();
        let name = links.around(&format!("`{}`", proved.name), &path, None);
        let _ = writeln!(text, "| {name} | {} |", signs.join(" | "));
    }
}

fn sign(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Holds(_) => "✓",
        Verdict::Fails(_) => "**✗**",
        Verdict::Declared(..) => "declared",
        Verdict::NotAsked => "–",
        Verdict::NotMade(_) => "not made",
    }
}

/// The locks that were seen.
fn observed(text: &mut String, proved: &Proved, file: &MigrationFile, path: &str, links: &Links) {
    let locks = locks(proved, file);
    if !locks.is_empty() {
        text.push_str("\n| line | lock, as observed | |\n|---|---|---|\n");
        for (line, lock, note) in locks {
            let line = links.around(&line.to_string(), path, Some(line));
            let _ = writeln!(text, "| {line} | {} | {note} |", cell(&lock));
        }
    }
}

fn forecast_of(text: &mut String, proved: &Proved, file: &MigrationFile) {
    let Some(forecast) = &proved.forecast else {
        return;
    };
    let heading = forecast::heading(forecast);
    let _ = writeln!(text, "\nForecast {}\n", cell(&heading));
    let lines = forecast::lines(forecast, file);
    if !lines.is_empty() {
        text.push_str("| line | forecast | |\n|---|---|---|\n");
    }
    for (line, what, note) in lines {
        let _ = writeln!(text, "| {line} | {} | {note} |", cell(&what));
    }
    text.push('\n');
    for note in forecast::notes(forecast) {
        let _ = writeln!(text, "- {}", cell(&note));
    }
}

/// What there is to read for whoever asks: the changes of the schema, how the proofs were made.
fn folded(text: &mut String, proved: &Proved) {
    if !proved.changes.is_empty() {
        let objects = count(proved.changes.len(), "object");
        let _ = writeln!(
            text,
            "\n<details><summary>Schema: {objects} changed</summary>\n"
        );
        for change in &proved.changes {
            let _ = writeln!(text, "- {}", change.to_string().replace('\n', " "));
        }
        text.push_str("\n</details>\n");
    }
    text.push_str(
        "\n<details><summary>How it was proved</summary>\n\n| proof | | |\n|---|---|---|\n",
    );
    for outcome in &proved.outcomes {
        let (word, detail) = answer(outcome);
        let _ = writeln!(text, "| {} | {word} | {} |", outcome.proof, cell(&detail));
    }
    for one in &proved.queries {
        if let QueryAnswer::FailsBefore(why) = &one.answer {
            let shown = one.query.shown();
            let _ = writeln!(text, "\n- fails without the migration too: {shown}: {why}");
        }
    }
    text.push_str("\n</details>\n");
}
