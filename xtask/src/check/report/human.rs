//! The report for people.

use jubilee_lint::{Declares, Finding, Severity};

use super::fold::{Folded, fold};
use super::{Summary, found, heading, line_of, meant, page, position, suppressed_what, written_by};
use crate::check::{Checked, CheckedFile};
use crate::excerpt::Excerpt;
use crate::exit::Exit;
use crate::output::count;
use crate::problem::Problem;

/// Of how many lines the numbers are shown.
const LINES: usize = 12;

/// The report for people: the findings with their places, then one line for each database and one
/// for all.
pub(super) fn write(checked: &[Checked], summary: &Summary, color: bool, all: bool) -> String {
    let mut text = String::new();
    let (folded, left) = fold(checked, all);
    for folded in folded {
        text.push_str(&problem(&folded).render(color));
        text.push('\n');
    }
    if left > 0 {
        text.push_str(&format!("and {left} more (--verbose shows all)\n\n"));
    }
    for field in [Declares::Destructive, Declares::Loosens] {
        text.push_str(&declared(checked, field));
    }
    text.push_str(&suppressed(checked));
    text.push_str(&locks(checked));
    for database in checked {
        text.push_str(&line(database));
    }
    let against = match &summary.base {
        Some(base) => format!("{} new against {base}", summary.new),
        None => "all treated as new".to_owned(),
    };
    text.push_str(&format!(
        "{}, {against}: {}\n",
        count(summary.migrations, "migration"),
        summary.found()
    ));
    text
}

/// What is done on purpose, with the reason that the header gives.
fn declared(checked: &[Checked], field: Declares) -> String {
    let mut text = String::new();
    let all = checked.iter().flat_map(Checked::declared);
    for (file, declared) in all.filter(|(_, declared)| declared.field == field) {
        for (what, place) in meant(file, declared) {
            let line = place.map_or_else(String::new, |(start, _)| format!(":{}", start.line));
            text.push_str(&format!("  {}{line}  {what}\n", file.path));
        }
        text.push_str(&format!("    reason given: {}\n", declared.reason));
    }
    section(&heading(field), text)
}

/// What comments suppress.
fn suppressed(checked: &[Checked]) -> String {
    let mut text = String::new();
    for (file, suppression) in checked.iter().flat_map(Checked::suppressed) {
        let said = &suppression.said;
        text.push_str(&format!(
            "  {}:{}  {}: {}\n    reason given: {}; {}\n",
            file.path,
            line_of(file, &said.comment),
            said.finding.rule.name,
            suppressed_what(suppression),
            said.reason,
            written_by(suppression)
        ));
    }
    section("suppressed", text)
}

fn section(heading: &str, lines: String) -> String {
    if lines.is_empty() {
        return lines;
    }
    format!("{heading}\n{lines}\n")
}

/// The locks that new migrations take on tables that are in use: nothing is wrong with a lock by
/// itself, but its author and reviewer should know it.
fn locks(checked: &[Checked]) -> String {
    let rows: Vec<[String; 3]> = checked
        .iter()
        .flat_map(Checked::locks)
        .map(|(file, lock)| {
            [
                format!("{}:{}", file.path, line_of(file, &lock.range)),
                format!("{} on {}", lock.mode, lock.table),
                format!("{}, {}", lock.mode.short(), lock.held),
            ]
        })
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let (first, second) = (width(0).unwrap_or(0), width(1).unwrap_or(0));
    let mut text = String::new();
    for [place, lock, held] in &rows {
        text.push_str(&format!("  {place:<first$}  {lock:<second$}  {held}\n"));
    }
    section("locks on tables in use", text)
}

fn line(checked: &Checked) -> String {
    let of = |severity| {
        let findings = checked.findings();
        findings
            .filter(|(_, finding)| finding.rule.severity == severity)
            .count()
    };
    let mut line = format!(
        "{:<12} {}, {} new: {}",
        checked.database.name,
        count(checked.migrations(), "migration"),
        checked.new,
        found(of(Severity::Error), of(Severity::Warning))
    );
    if checked.is_touched() {
        line.push_str(&format!("; needs {} review", checked.database.review));
    }
    line.push('\n');
    line
}

fn problem(folded: &Folded<'_>) -> Problem {
    let Folded { file, finding, .. } = *folded;
    let rule = finding.rule;
    let severity = match rule.severity {
        Severity::Error => miette::Severity::Error,
        Severity::Warning => miette::Severity::Warning,
    };
    let what = if finding.range.is_some() {
        finding.what.clone()
    } else {
        format!("{}: {}", file.path, finding.what)
    };
    let mut hint = finding.instead.clone();
    if let Some(line) = corrected(file, finding) {
        hint.push_str(&format!("\ncheck --fix writes: {line}"));
    }
    hint.push_str(&others(folded));
    hint.push_str(&format!("\nsee {}", page(finding)));
    let problem = Problem::new(Exit::Failed, what)
        .called(format!("{}[{}]", rule.severity, rule.name), severity)
        .why(&finding.why)
        .hint(hint);
    let text = file.masked();
    match &finding.range {
        Some(range) => {
            let words = text.get(range.clone()).unwrap_or_default();
            // The mark is for one line.
            let length = words.lines().next().unwrap_or_default().len();
            let position = position(file, range.start);
            let (source, span) =
                Excerpt::around(file.path.clone(), text, range.start, position, length);
            problem.with_excerpt(source, span, None)
        }
        None => problem,
    }
}

/// Where else the rule finds something: "the same 7 times more, on lines 12, 15, 19".
fn others(folded: &Folded<'_>) -> String {
    if folded.more.is_empty() {
        return String::new();
    }
    let lines = folded
        .more
        .iter()
        .filter_map(|finding| finding.range.as_ref());
    let mut lines: Vec<usize> = lines.map(|range| line_of(folded.file, range)).collect();
    lines.dedup();
    let shown = lines.iter().take(LINES).map(usize::to_string);
    let mut shown: Vec<String> = shown.collect();
    if lines.len() > LINES {
        shown.push("…".to_owned());
    }
    format!(
        "\nthe rule finds {} more in this file, on lines {}",
        folded.more.len(),
        shown.join(", ")
    )
}

/// The first line of the correction, as it will be.
fn corrected(file: &CheckedFile, finding: &Finding) -> Option<String> {
    let fix = finding.fix.as_ref().filter(|_| file.new)?;
    let (before, after) = fix.lines(file.masked())?;
    let line = before.lines().zip(after.lines()).find(|(a, b)| a != b);
    line.map(|(_, after)| after.trim().to_owned())
}
