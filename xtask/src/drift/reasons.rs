//! What the rules say of a file that was written here, with a reason.

use jubilee_core::SourceFile;
use jubilee_lint::{Category, Scope, check_folder};

use super::direction::Direction;
use crate::databases;

/// The text with a comment above each place at which a rule finds something that a correction cannot do otherwise.
/// Of what has no such reason nothing is said here, so that the check reports it.
pub(super) fn with_reasons(
    database: &str,
    before: &[SourceFile<'static>],
    name: &str,
    text: String,
    direction: Direction,
) -> String {
    let others: Vec<&str> = databases::ALL
        .iter()
        .map(|entry| entry.database.name)
        .filter(|other| *other != database)
        .collect();
    let scope = Scope {
        database,
        other_databases: &others,
        today: None,
    };
    let mut entries = before.to_vec();
    entries.push(SourceFile::new(name.to_owned(), text.clone().into_bytes()));
    let reports = check_folder(&scope, entries, &|file| file != name);
    let mut places: Vec<(usize, String)> = Vec::new();
    for report in reports.iter().filter(|report| report.name == name) {
        for finding in &report.findings {
            let Some((range, reason)) = finding.range.as_ref().zip(reason(
                finding.rule.name,
                finding.rule.category,
                direction,
            )) else {
                continue;
            };
            let start = text[..range.start].rfind('\n').map_or(0, |end| end + 1);
            let line = &text[start..];
            let indent = &line[..line.len() - line.trim_start_matches(' ').len()];
            places.push((
                start,
                format!("{indent}-- check:allow {}: {reason}\n", finding.rule.name),
            ));
        }
    }
    places.sort();
    let mut text = text;
    for (at, comment) in places.into_iter().rev() {
        text.insert_str(at, &comment);
    }
    text
}

fn reason(rule: &str, category: Category, direction: Direction) -> Option<&'static str> {
    match category {
        _ if rule == "lock-table" => {
            Some("what is written while the rows are copied would be lost")
        }
        _ if rule == "computed-sql" => Some("it is built of constants and the database's name"),
        Category::Locks => Some(
            "a correction is made as a whole; look how large the table is before it is deployed",
        ),
        Category::Idempotency => {
            Some("ran twice on a scratch server, on the drifted schema and on a fresh one")
        }
        Category::Privileges
        | Category::Quality
        | Category::Destructive
        | Category::Transaction => Some(match direction {
            Direction::Adopt => "it is so in the live database already",
            Direction::Restore { .. } => "the migrations made it so before",
        }),
        _ => None,
    }
}
