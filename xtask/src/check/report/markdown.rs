//! The report as Markdown, for a comment on a pull request.

use std::fmt::Write;

use super::{Summary, found, heading, line_of, meant, page, positions, short, suppressed_what};
use crate::check::{Checked, CheckedFile, Links, Suppression};
use jubilee_lint::{Declares, Finding, LockMode, Severity};

/// The report as a comment on a pull request: what the reviewer must not miss, a table by database, the
/// locks, then the findings.
pub(super) fn write(checked: &[Checked], summary: &Summary, links: &Links) -> String {
    let mut text = format!("### Migrations: {}", summary.found());
    let files = |field| {
        let all = checked.iter().flat_map(Checked::declared);
        all.filter(|(_, declared)| declared.field == field).count()
    };
    let comments = checked.iter().flat_map(Checked::suppressed).count();
    for (number, what) in [
        (files(Declares::Destructive), "destructive"),
        (files(Declares::Loosens), "loosened"),
        (comments, "suppressed"),
    ] {
        if number > 0 {
            let _ = write!(text, ", **{number} {what}**");
        }
    }
    text.push('\n');
    declared(&mut text, checked, links);
    suppressed(&mut text, checked, links);
    text.push_str("\n| database | new | review | found |\n|---|---|---|---|\n");
    for database in checked {
        let of = |severity| {
            let findings = database.findings();
            findings
                .filter(|(_, finding)| finding.rule.severity == severity)
                .count()
        };
        let review = if database.is_touched() {
            format!("**{}**", database.database.review)
        } else {
            "–".to_owned()
        };
        let _ = writeln!(
            text,
            "| {} | {} of {} | {review} | {} |",
            database.database.name,
            database.new,
            database.migrations(),
            found(of(Severity::Error), of(Severity::Warning))
        );
    }
    locks(&mut text, checked, links);
    for database in checked.iter().filter(|c| c.findings().next().is_some()) {
        let _ = writeln!(text, "\n#### {}\n", database.database.name);
        for (file, finding) in database.findings() {
            let _ = writeln!(
                text,
                "- **{}** {} {}: {}: {}. Instead: {}",
                finding.rule.severity,
                rule(finding, links),
                place_of(file, finding, links),
                finding.what,
                finding.why,
                finding.instead.replace('\n', "\n  ")
            );
        }
    }
    text
}

/// What is destroyed and loosened, by file.
fn declared(text: &mut String, checked: &[Checked], links: &Links) {
    for (file, declared) in checked.iter().flat_map(Checked::declared) {
        if !text.contains("[!CAUTION]") {
            text.push_str("\n> [!CAUTION]\n");
        }
        let what: Vec<String> = meant(file, declared)
            .into_iter()
            .map(|(what, at)| match at {
                Some((start, _)) => {
                    let line = start.line.to_string();
                    let line = links.around(&line, &file.path, Some(start.line));
                    format!("{what} (line {line})")
                }
                None => what.to_owned(),
            })
            .collect();
        let _ = writeln!(
            text,
            "> - **{}**: {}; reason given: {}<br>{}",
            heading(declared.field),
            what.join(", "),
            plain(&declared.reason),
            links.place(&file.path, None)
        );
    }
}

/// What comments suppress.
fn suppressed(text: &mut String, checked: &[Checked], links: &Links) {
    let all: Vec<(&CheckedFile, &Suppression)> =
        checked.iter().flat_map(Checked::suppressed).collect();
    if all.is_empty() {
        return;
    }
    let _ = writeln!(
        text,
        "\n> [!WARNING]\n> **{} suppressed**{}",
        all.len(),
        if all.len() == 1 {
            ", by a comment"
        } else {
            ", by comments"
        }
    );
    for (file, suppression) in all {
        let said = &suppression.said;
        let author = match &suppression.author {
            Some(author) => format!(
                "written by {} in {}",
                plain(&author.name),
                short(&author.commit)
            ),
            None => "not committed yet".to_owned(),
        };
        let _ = writeln!(
            text,
            "> - {}: {}; reason given: {}; {author}<br>{}",
            rule(&said.finding, links),
            suppressed_what(suppression),
            plain(&said.reason),
            links.place(&file.path, Some(line_of(file, &said.comment)))
        );
    }
}

/// The locks, those that block writes in bold.
fn locks(text: &mut String, checked: &[Checked], links: &Links) {
    if checked.iter().any(|c| c.locks().next().is_some()) {
        text.push_str("\n| locks on tables in use | | |\n|---|---|---|\n");
    }
    for (file, lock) in checked.iter().flat_map(Checked::locks) {
        let mark = if lock.mode >= LockMode::Share {
            "**"
        } else {
            ""
        };
        let _ = writeln!(
            text,
            "| {} | {mark}{}{mark} on `{}` | {}, {} |",
            links.place(&file.path, Some(line_of(file, &lock.range))),
            lock.mode,
            lock.table,
            lock.mode.short(),
            lock.held
        );
    }
}

/// A rule, with a link to its page.
fn rule(finding: &Finding, links: &Links) -> String {
    format!("[{}]({})", finding.rule.name, links.or_path(&page(finding)))
}

fn place_of(file: &CheckedFile, finding: &Finding, links: &Links) -> String {
    match positions(file, finding) {
        Some((start, _)) => {
            let text = format!("`{}:{start}`", file.path);
            links.around(&text, &file.path, Some(start.line))
        }
        None => links.place(&file.path, None),
    }
}

/// Somebody's words, without anything that would be a link, markup or mention there; `code` stays.
fn plain(words: &str) -> String {
    let mut text = String::new();
    for character in words.chars() {
        match character {
            '<' => text.push_str("&lt;"),
            '@' => text.push_str("@<!-- -->"),
            '\\' | '[' | ']' | '*' | '|' | '!' => text.extend(['\\', character]),
            _ => text.push(character),
        }
    }
    text
}
