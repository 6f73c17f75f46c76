//! Examples and fixtures: small texts that stand for whole migrations.

use jubilee_core::{Position, SourceFile, parse_date};
use jubilee_lint::{FileReport, Finding, Scope, check_folder};

/// Between two migrations of one example.
pub(crate) const NEXT: &str = "-- next migration\n";

/// What an example is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Statements; leading `-- Key: value` lines belong to the header. `BEGIN; … COMMIT;` is put
    /// around them, except with `Transaction: none`.
    Sql,
    /// Statements without anything around them, or a whole file where it begins with a header.
    File,
    /// Names of files, a line each.
    Names,
}

/// The entries of a folder that the example stands for. `\xFF` stands for that byte.
pub(crate) fn entries(form: Form, text: &str) -> Vec<SourceFile<'static>> {
    let file = |name: String, text: String| {
        let mut bytes = text.into_bytes();
        if let Some(at) = bytes.windows(4).position(|w| w == br"\xFF") {
            bytes.splice(at..at + 4, [0xFF]);
        }
        SourceFile::new(name, bytes)
    };
    if form == Form::Names {
        let names = text.lines().map(ToOwned::to_owned);
        return names
            .map(|name| {
                let stem = name.trim_end_matches(".sql").to_owned();
                file(name, whole(&stem, "BEGIN;\nSELECT 1;\nCOMMIT;\n"))
            })
            .collect();
    }
    text.split(NEXT)
        .enumerate()
        .map(|(i, text)| {
            let stem = format!("{:04}_example", i + 1);
            let text = match form {
                Form::File if text.starts_with("-- Migration:") => text.to_owned(),
                Form::File => whole(&stem, text),
                _ => whole(&stem, &with_pair(text)),
            };
            file(format!("{stem}.sql"), text)
        })
        .collect()
}

fn with_pair(text: &str) -> String {
    let is_field = |line: &&str| {
        [
            "-- Transaction:",
            "-- Destructive:",
            "-- Loosens:",
            "-- Reverts:",
            "-- Incident:",
        ]
        .iter()
        .any(|key| line.starts_with(key))
    };
    let header: String = text.split_inclusive('\n').take_while(is_field).collect();
    let body = &text[header.len()..];
    if header.contains("-- Transaction: none") {
        format!("{header}\n{body}")
    } else {
        format!("{header}\nBEGIN;\n{body}\nCOMMIT;\n")
    }
}

fn whole(stem: &str, rest: &str) -> String {
    let gap = if rest.starts_with("-- ") || rest.starts_with('\n') {
        ""
    } else {
        "\n"
    };
    format!(
        "-- Migration: {stem}\n-- Database: codex\n-- Author: Ada Lovelace\n-- Date: 2026-11-22\n-- Description: an example\n{gap}{rest}"
    )
}

/// What the check says of the example.
pub(crate) fn check(form: Form, text: &str) -> Vec<FileReport<'static>> {
    check_entries(entries(form, text))
}

/// What the check says of these files of codex.
pub(crate) fn check_entries(entries: Vec<SourceFile<'static>>) -> Vec<FileReport<'static>> {
    let scope = Scope {
        database: "codex",
        other_databases: &["inspire", "continuum"],
        today: parse_date("2026-11-22"),
    };
    check_folder(&scope, entries, &|_| false)
}

/// All findings of all files.
pub(crate) fn findings<'r>(
    reports: &'r [FileReport<'static>],
) -> impl Iterator<Item = (&'r FileReport<'static>, &'r Finding)> {
    reports
        .iter()
        .flat_map(|report| report.findings.iter().map(move |finding| (report, finding)))
}

/// A finding as text: its line, the words it is about, what, why, instead, and the corrected line.
pub(crate) fn shown(report: &FileReport, finding: &Finding) -> String {
    let source = report.masked_text();
    let mut text = format!("{} {}", finding.rule.severity, finding.rule.name);
    if let Some(range) = &finding.range {
        let position = Position::of(&source, range.start);
        let words = &source[range.clone()];
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        text.push_str(&format!(" at {position}: {words}"));
    }
    text.push_str(&format!(
        "\n  what    {}\n  why     {}\n  instead {}\n",
        finding.what, finding.why, finding.instead
    ));
    if let Some(fix) = &finding.fix {
        let after = fix.apply(&source);
        let changed = after
            .lines()
            .find(|line| !source.lines().any(|l| l == *line))
            .unwrap_or("(a line deleted)");
        text.push_str(&format!("  fix     {}\n", changed.trim()));
    }
    text
}
