//! The report as Markdown, for a comment on a pull request.

use std::fmt::Write;

use jubilee_verify::QueryAnswer;

use super::{Verified, answer, failures, forecast, locks, notes, position};

/// For each migration its proofs, what it changes, the locks that were seen, and what failed.
pub(super) fn write(verified: &Verified) -> String {
    let mut text = String::new();
    let on = verified
        .postgresql
        .as_ref()
        .map(|v| format!(" on PostgreSQL {v}"))
        .unwrap_or_default();
    let _ = writeln!(text, "### Proofs{on}: {}\n", verified.summary());
    if verified.databases.iter().all(|d| d.proved.is_empty()) {
        text.push_str("No new migration.\n");
    }
    let each = verified.databases.iter();
    for (database, (proved, file, path)) in each.flat_map(|d| d.each().map(move |of| (d, of))) {
        let _ = writeln!(text, "#### `{path}`\n\n| proof | | |\n|---|---|---|");
        for outcome in &proved.outcomes {
            let (word, detail) = answer(outcome);
            let word = if word == "fails" { "**fails**" } else { word };
            let _ = writeln!(text, "| {} | {word} | {} |", outcome.proof, cell(&detail));
        }
        for one in &proved.queries {
            if let QueryAnswer::FailsBefore(why) = &one.answer {
                let shown = one.query.shown();
                let _ = writeln!(text, "\n- fails without the migration too: {shown}: {why}");
            }
        }
        if !proved.changes.is_empty() {
            text.push_str("\n<details><summary>Schema</summary>\n\n");
            for change in &proved.changes {
                let _ = writeln!(text, "- {}", change.to_string().replace('\n', " "));
            }
            text.push_str("\n</details>\n");
        }
        let locks = locks(proved, file);
        if !locks.is_empty() {
            text.push_str("\n| line | lock, as observed | |\n|---|---|---|\n");
            for (line, lock, note) in locks {
                let _ = writeln!(text, "| {line} | {} | {note} |", cell(&lock));
            }
        }
        for (line, what) in notes(database, proved, file) {
            let _ = writeln!(text, "\n- **note** line {line}: {what}");
        }
        if let Some(forecast) = &proved.forecast {
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
        for outcome in &proved.outcomes {
            for finding in failures(outcome) {
                let place = position(file, finding)
                    .map_or_else(|| path.clone(), |at| format!("{path}:{at}"));
                let _ = writeln!(
                    text,
                    "\n- **error** {} `{place}`: {}\n  {}. Instead: {}",
                    outcome.proof,
                    finding.what,
                    finding.why,
                    finding.instead.replace('\n', "\n  ")
                );
            }
        }
        text.push('\n');
    }
    text
}

/// A text in a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
