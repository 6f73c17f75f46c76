//! The report as JSON.

use serde::Serialize;

use super::{Summary, line_of, page, positions};
use crate::check::{Checked, CheckedFile};
use jubilee_lint::Finding;

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
    /// Of new migrations, on tables that were there before.
    locks: Vec<Lock<'a>>,
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
    file: &'a str,
    line: Option<usize>,
    column: Option<usize>,
    end_line: Option<usize>,
    end_column: Option<usize>,
    what: &'a str,
    why: &'a str,
    instead: &'a str,
    page: String,
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
pub(super) fn write(checked: &[Checked], summary: &Summary) -> String {
    let report = Report {
        base: summary.base.as_deref(),
        errors: summary.errors,
        warnings: summary.warnings,
        databases: checked.iter().map(database).collect(),
    };
    match serde_json::to_string_pretty(&report) {
        Ok(text) => format!("{text}\n"),
        Err(error) => format!("{{\"error\": \"{error}\"}}\n"),
    }
}

fn database(checked: &Checked) -> Database<'_> {
    Database {
        name: checked.database.name,
        review: checked.database.review.to_string(),
        migrations: checked.migrations(),
        new: checked.new,
        findings: checked
            .findings()
            .map(|(f, finding)| entry(f, finding))
            .collect(),
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

fn entry<'a>(file: &'a CheckedFile, finding: &'a Finding) -> Entry<'a> {
    let place = positions(file, finding);
    Entry {
        rule: finding.rule.name,
        category: finding.rule.category.to_string(),
        severity: finding.rule.severity.to_string(),
        file: &file.path,
        line: place.map(|(start, _)| start.line),
        column: place.map(|(start, _)| start.column),
        end_line: place.map(|(_, end)| end.line),
        end_column: place.map(|(_, end)| end.column),
        what: &finding.what,
        why: &finding.why,
        instead: &finding.instead,
        page: page(finding),
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
