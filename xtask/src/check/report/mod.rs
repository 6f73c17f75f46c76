//! What was found, in each format.

mod fold;
mod github;
mod human;
mod json;
mod markdown;
mod sarif;

use std::ops::Range;

use jubilee_core::Position;
use jubilee_lint::{Declared, Declares, Finding, Severity, TakenLock};

use crate::check::{Checked, CheckedFile, Links, Suppression};
use crate::output::{Format, count};

/// The figures of a whole check.
pub(crate) struct Summary {
    pub(crate) migrations: usize,
    pub(crate) new: usize,
    pub(crate) errors: usize,
    pub(crate) warnings: usize,
    /// What it was compared with.
    pub(crate) base: Option<String>,
}

impl Summary {
    pub(crate) fn of(checked: &[Checked], base: Option<&str>) -> Self {
        let of_severity = |severity| {
            let findings = checked.iter().flat_map(Checked::findings);
            findings
                .filter(|(_, finding)| finding.rule.severity == severity)
                .count()
        };
        Self {
            migrations: checked.iter().map(Checked::migrations).sum(),
            new: checked.iter().map(|c| c.new).sum(),
            errors: of_severity(Severity::Error),
            warnings: of_severity(Severity::Warning),
            base: base.map(ToOwned::to_owned),
        }
    }

    /// `2 errors, 1 warning`, `nothing found`.
    fn found(&self) -> String {
        found(self.errors, self.warnings)
    }
}

fn found(errors: usize, warnings: usize) -> String {
    let parts: Vec<String> = [(errors, "error"), (warnings, "warning")]
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, noun)| count(number, noun))
        .collect();
    if parts.is_empty() {
        "nothing found".to_owned()
    } else {
        parts.join(", ")
    }
}

/// The whole report; for people, with every finding by itself if `all` is asked for.
pub(crate) fn write(
    format: Format,
    checked: &[Checked],
    summary: &Summary,
    links: &Links,
    color: bool,
    all: bool,
) -> String {
    match format {
        Format::Human => human::write(checked, summary, color, all),
        Format::Json => json::write(checked, summary, links),
        Format::Sarif => sarif::write(checked, links),
        Format::Github => github::write(checked, links),
        Format::Markdown => markdown::write(checked, summary, links),
    }
}

/// Where a finding begins and ends, from 1; the end is behind its last character.
fn positions(file: &CheckedFile, finding: &Finding) -> Option<(Position, Position)> {
    let range = finding.range.as_ref()?;
    Some((position(file, range.start), position(file, range.end)))
}

/// The line of a file on which a statement begins, from 1.
fn line_of(file: &CheckedFile, range: &Range<usize>) -> usize {
    position(file, range.start).line
}

fn position(file: &CheckedFile, offset: usize) -> Position {
    file.lines.position(&file.text, offset)
}

/// The path of a rule's page.
fn page(finding: &Finding) -> String {
    format!("docs/rules/{}.md", finding.rule.name)
}

/// A finding as the message of an annotation.
fn message(finding: &Finding, links: &Links) -> String {
    format!(
        "{}: {}\n{}\nsee {}",
        finding.what,
        finding.why,
        finding.instead,
        links.or_path(&page(finding))
    )
}

/// A lock as the message of an annotation.
fn lock_message(lock: &TakenLock) -> String {
    format!(
        "{} on {}, which {}, {}",
        lock.mode,
        lock.table,
        lock.mode.short(),
        lock.held
    )
}

/// Who wrote what suppresses a finding: "written by Ada in 1a2b3c4d".
fn written_by(suppression: &Suppression) -> String {
    match &suppression.author {
        Some(author) => format!("written by {} in {}", author.name, short(&author.commit)),
        None => "not committed yet".to_owned(),
    }
}

/// What a comment suppresses; marked where the header would be the place for the reason.
fn suppressed_what(suppression: &Suppression) -> String {
    let finding = &suppression.said.finding;
    match finding.rule.category.declared_by() {
        Some(field) => format!("{}: {}", heading(field), finding.what),
        None => finding.what.clone(),
    }
}

/// The first digits of a commit, which are enough to find it.
fn short(commit: &str) -> &str {
    commit.get(..8).unwrap_or(commit)
}

/// What a reviewer must not miss: `DESTRUCTIVE`, `LOOSENS`.
fn heading(field: Declares) -> String {
    field.name().to_uppercase()
}

/// What a file does on purpose, each with its place, or without one where no rule sees anything.
fn meant<'f>(
    file: &CheckedFile,
    declared: &'f Declared,
) -> Vec<(&'f str, Option<(Position, Position)>)> {
    if declared.findings.is_empty() {
        return vec![match declared.field {
            Declares::Destructive => ("destroys what no rule sees", None),
            Declares::Loosens => ("loosens what no rule sees", None),
        }];
    }
    let findings = declared.findings.iter();
    findings
        .map(|finding| (finding.what.as_str(), positions(file, finding)))
        .collect()
}
