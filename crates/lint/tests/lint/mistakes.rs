//! A migration as somebody writes it in a hurry, with thirty different mistakes: each is found in
//! its place, and nothing else.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::support::{check_entries, findings};
use jubilee_core::{Position, SourceFile};
use jubilee_lint::{FileReport, Finding};

#[test]
fn thirty_different_mistakes_in_one_migration_are_thirty_findings() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mistakes");
    let entries = ["0001_create_people.sql", "0002_add_choirs.sql"]
        .map(|name| SourceFile::new(name, fs::read(folder.join(name)).unwrap()));
    let reports = check_entries(entries.into());
    assert!(
        reports[0].findings.is_empty(),
        "the first one has no mistake"
    );
    let found: Vec<(&FileReport, &Finding)> = findings(&reports).collect();
    let review: Vec<String> = found.iter().map(|(r, f)| remark(r, f)).collect();
    insta::with_settings!({
        snapshot_path => &folder,
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, { insta::assert_snapshot!("0002_add_choirs", review.join("\n")) });

    let rules: BTreeSet<&str> = found.iter().map(|(_, f)| f.rule.name).collect();
    assert_eq!((found.len(), rules.len()), (30, 30));
    let places: Vec<usize> = found
        .iter()
        .map(|(_, f)| f.range.as_ref().map_or(0, |range| range.start))
        .collect();
    assert!(places.is_sorted(), "findings stand in the file's order");
}

/// The finding as a reviewer would put it: the line in question, what is wrong, what to write.
fn remark(report: &FileReport, finding: &Finding) -> String {
    let text = report.masked_text();
    let start = finding.range.as_ref().map_or(0, |range| range.start);
    let position = Position::of(&text, start);
    let line = text[..start].rfind('\n').map_or(0, |end| end + 1);
    let line = text[line..].lines().next().unwrap_or_default().trim();
    format!(
        "{position} | {line}\n  {}: {}\n  {}\n",
        finding.rule.name, finding.what, finding.instead
    )
}
