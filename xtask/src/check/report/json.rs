//! The report as JSON.

use serde::Serialize;

use super::{Summary, line_of, page, positions};
use crate::check::{Checked, CheckedFile, Links, Suppression};
use jubilee_lint::{Declares, Finding};

#[derive(Serialize)]
struct Report<'a> {
    base: Option<&'a str>,
    errors: usize,
    warnings: usize,
    databases: Vec<Database<'a>>,
}

#[derive(Serialize)]
struct Database<'a> {
    name: &'a str,
    review: String,
    migrations: usize,
    new: usize,
    findings: Vec<Entry<'a>>,
    /// What comments suppress.
    suppressed: Vec<Entry<'a>>,
    /// What files destroy whose header says why.
    destructive: Vec<Meant<'a>>,
    /// What files allow that was refused, likewise.
    loosens: Vec<Meant<'a>>,
    /// Of new migrations, on tables that were there before.
    locks: Vec<Lock<'a>>,
}

#[derive(Serialize)]
struct Meant<'a> {
    file: &'a str,
    reason: &'a str,
    findings: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Suppressed<'a> {
    reason: &'a str,
    /// Where the comment stands.
    line: usize,
    /// Who wrote it; null where it is not committed yet.
    author: Option<&'a str>,
    commit: Option<&'a str>,
}

#[derive(Serialize)]
struct Range {
    start: usize,
    end: usize,
}

#[derive(Serialize)]
struct Lock<'a> {
    file: &'a str,
    line: usize,
    table: &'a str,
    mode: String,
    blocks: &'a str,
    held: String,
}

#[derive(Serialize)]
struct Entry<'a> {
    rule: &'a str,
    category: String,
    severity: String,
    database: &'a str,
    file: &'a str,
    /// Bytes of the normalised text.
    range: Option<Range>,
    line: Option<usize>,
    column: Option<usize>,
    end_line: Option<usize>,
    end_column: Option<usize>,
    what: &'a str,
    why: &'a str,
    instead: &'a str,
    page: String,
    /// Where it can be read on the web.
    link: Option<String>,
    /// The comment that suppresses it.
    suppressed: Option<Suppressed<'a>>,
    /// The header's reason for what would be an error without it.
    destructive: Option<&'a str>,
    loosens: Option<&'a str>,
    /// Replacements of bytes of the normalised text.
    fix: Option<Vec<Edit<'a>>>,
}

#[derive(Serialize)]
struct Edit<'a> {
    start: usize,
    end: usize,
    text: &'a str,
}

/// The report for programs.
pub(super) fn write(checked: &[Checked], summary: &Summary, links: &Links) -> String {
    let report = Report {
        base: summary.base.as_deref(),
        errors: summary.errors,
        warnings: summary.warnings,
        databases: checked.iter().map(|c| database(c, links)).collect(),
    };
    match serde_json::to_string_pretty(&report) {
        Ok(text) => format!("{text}\n"),
        Err(error) => format!("{{\"error\": \"{error}\"}}\n"),
    }
}

fn database<'a>(checked: &'a Checked, links: &Links) -> Database<'a> {
    let name = checked.database.name;
    let found = checked
        .findings()
        .map(|(file, finding)| entry(name, file, finding, links));
    let suppressed = checked.suppressed().map(|(file, suppression)| Entry {
        suppressed: Some(comment(file, suppression)),
        ..entry(name, file, &suppression.said.finding, links)
    });
    let meant = |field| {
        let all = checked.declared();
        let of_field = all.filter(move |(_, declared)| declared.field == field);
        of_field
            .map(|(file, declared)| {
                let reason = |of| (field == of).then_some(declared.reason.as_str());
                let findings = declared.findings.iter().map(|finding| Entry {
                    destructive: reason(Declares::Destructive),
                    loosens: reason(Declares::Loosens),
                    ..entry(name, file, finding, links)
                });
                Meant {
                    file: &file.path,
                    reason: &declared.reason,
                    findings: findings.collect(),
                }
            })
            .collect()
    };
    Database {
        name,
        review: checked.database.review.to_string(),
        migrations: checked.migrations(),
        new: checked.new,
        findings: found.collect(),
        suppressed: suppressed.collect(),
        destructive: meant(Declares::Destructive),
        loosens: meant(Declares::Loosens),
        locks: checked
            .locks()
            .map(|(file, lock)| Lock {
                file: &file.path,
                line: line_of(file, &lock.range),
                table: &lock.table,
                mode: lock.mode.to_string(),
                blocks: lock.mode.blocks(),
                held: lock.held.to_string(),
            })
            .collect(),
    }
}

fn comment<'a>(file: &CheckedFile, suppression: &'a Suppression) -> Suppressed<'a> {
    let author = suppression.author.as_ref();
    Suppressed {
        reason: &suppression.said.reason,
        line: line_of(file, &suppression.said.comment),
        author: author.map(|author| author.name.as_str()),
        commit: author.map(|author| author.commit.as_str()),
    }
}

fn entry<'a>(
    database: &'a str,
    file: &'a CheckedFile,
    finding: &'a Finding,
    links: &Links,
) -> Entry<'a> {
    let place = positions(file, finding);
    Entry {
        rule: finding.rule.name,
        category: finding.rule.category.to_string(),
        severity: finding.rule.severity.to_string(),
        database,
        file: &file.path,
        range: finding.range.as_ref().map(|range| Range {
            start: range.start,
            end: range.end,
        }),
        line: place.map(|(start, _)| start.line),
        column: place.map(|(start, _)| start.column),
        end_line: place.map(|(_, end)| end.line),
        end_column: place.map(|(_, end)| end.column),
        what: &finding.what,
        why: &finding.why,
        instead: &finding.instead,
        page: links.or_path(&page(finding)),
        link: links.to(&file.path, place.map(|(start, _)| start.line)),
        suppressed: None,
        destructive: None,
        loosens: None,
        fix: finding.fix.as_ref().map(|fix| {
            let edits = fix.edits.iter().map(|edit| Edit {
                start: edit.range.start,
                end: edit.range.end,
                text: &edit.text,
            });
            edits.collect()
        }),
    }
}
