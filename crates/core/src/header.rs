use std::fmt;
use std::ops::Range;

use crate::file::Findings;
use crate::{MigrationName, Rule, Version, nearest};

/// What the comment at the top of a migration says.
///
/// ```sql
/// -- Migration: 0002_add_user_preferences
/// -- Database: continuum
/// -- Author: Ada Lovelace
/// -- Date: 2026-11-22
/// -- Description: lets a user choose the language of notifications
/// ```
///
/// Each field stands on a line of its own; the header ends at the first line that is not a
/// comment. `Migration` and `Database` are checked against the file's name and folder and not
/// kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Who wrote it.
    pub author: String,
    /// The day it was written.
    pub date: Date,
    /// What it does and why.
    pub description: String,
    /// How it is run (`Transaction: none`).
    pub transaction: TransactionMode,
    /// The migration that it undoes (`Reverts: 0005`).
    pub reverts: Option<Version>,
    /// What made that necessary (`Incident: …`); always there with `Reverts`.
    pub incident: Option<String>,
    /// Why it may lose data (`Destructive: …`).
    pub destructive: Option<String>,
}

/// Whether a migration runs in one transaction with its history row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransactionMode {
    /// All statements and the history row commit together or not at all.
    Transactional,
    /// Statements run one by one, each on its own: for `CREATE INDEX CONCURRENTLY` and others
    /// that PostgreSQL refuses in a transaction block.
    None,
}

/// A calendar day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    /// Year, four digits.
    pub year: u16,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day, 1 to 31.
    pub day: u8,
}

impl Date {
    /// Reads `YYYY-MM-DD` (ISO 8601), if it is a day that exists.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let shape = text.len() == 10
            && text.bytes().enumerate().all(|(i, b)| {
                if matches!(i, 4 | 7) {
                    b == b'-'
                } else {
                    b.is_ascii_digit()
                }
            });
        if !shape {
            return None;
        }
        let (year, month, day) = (
            text[..4].parse().ok()?,
            text[5..7].parse().ok()?,
            text[8..].parse().ok()?,
        );
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => return None,
        };
        (1..=days)
            .contains(&day)
            .then_some(Self { year, month, day })
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// What a new file holds where its author must write something: the one list, used by the
/// template and by the rule that refuses them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placeholder;

impl Placeholder {
    /// In `Author`, when git knows no name.
    pub const AUTHOR: &'static str = "Your Name";
    /// In `Date`.
    pub const DATE: &'static str = "YYYY-MM-DD";
    /// In `Description`.
    pub const DESCRIPTION: &'static str = "what it does and why";
    /// In `Incident`.
    pub const INCIDENT: &'static str = "what happened, when, and where it is written up";

    const ALL: [&'static str; 4] = [Self::AUTHOR, Self::DATE, Self::DESCRIPTION, Self::INCIDENT];
}

const REQUIRED: [&str; 5] = ["Migration", "Database", "Author", "Date", "Description"];
const OPTIONAL: [&str; 4] = ["Transaction", "Reverts", "Incident", "Destructive"];

/// A header as far as it can be read.
pub(crate) struct ReadHeader {
    /// `None` when a required field is missing or unreadable.
    pub(crate) whole: Option<Header>,
    pub(crate) transaction: TransactionMode,
    pub(crate) destructive: Option<String>,
}

/// Reads the header and reports everything that is wrong with it.
pub(crate) fn read(
    text: &str,
    name: &MigrationName,
    database: &str,
    findings: &mut Findings<'_>,
) -> ReadHeader {
    let fields = fields(text, findings);
    let get = |key: &str| fields.iter().find(|f| f.key == key);

    let missing: Vec<&str> = REQUIRED
        .into_iter()
        .filter(|key| get(key).is_none())
        .collect();
    if !missing.is_empty() {
        findings.add(
            Rule::Header,
            None,
            format!("the header lacks {}", quoted_list(&missing)),
            "every migration says which one it is, where it belongs, who wrote it, when and why",
            format!(
                "begin the file with `-- Migration: {name}`, `-- Database: {database}`, `-- Author: …`, \
                 `-- Date: YYYY-MM-DD` and `-- Description: …`, each on a line of its own"
            ),
        );
    }
    for field in &fields {
        if field.value.is_empty() || Placeholder::ALL.contains(&field.value) {
            let left = if field.value.is_empty() {
                "is empty"
            } else {
                "is still the template's"
            };
            findings.add(
                Rule::Header,
                Some(field.range.clone()),
                format!("`{}` {left}", field.key),
                "reviewers and whoever reads this in a year rely on it",
                match field.key {
                    "Author" => "write your name",
                    "Date" => "write the day as YYYY-MM-DD",
                    "Description" => "say what it does, and why",
                    "Incident" => "say what happened, when, and where it is written up",
                    _ => "write it",
                }
                .to_owned(),
            );
        }
    }
    matches_place(
        get("Migration"),
        &name.to_string(),
        "the file's name",
        findings,
    );
    matches_place(get("Database"), database, "the folder", findings);

    let date = get("Date")
        .filter(|f| f.value != Placeholder::DATE && !f.value.is_empty())
        .and_then(|field| {
            Date::parse(field.value).or_else(|| {
                findings.add(
                    Rule::Header,
                    Some(field.range.clone()),
                    format!("`{}` is not a date", field.value),
                    "dates are written YYYY-MM-DD so that everybody reads them alike",
                    "write the day as in 2026-11-22".to_owned(),
                );
                None
            })
        });
    let transaction = match get("Transaction") {
        Some(field) if field.value == "none" => TransactionMode::None,
        Some(field) => {
            findings.add(
                Rule::Header,
                Some(field.range.clone()),
                format!("`Transaction: {}` is unknown", field.value),
                "a migration runs in a transaction, or with `Transaction: none` outside of one",
                "write `none`, or delete the line".to_owned(),
            );
            TransactionMode::Transactional
        }
        None => TransactionMode::Transactional,
    };
    let reverts = get("Reverts").and_then(|field| {
        Version::parse(field.value)
            .filter(|v| *v < name.version())
            .or_else(|| {
                findings.add(
                    Rule::Header,
                    Some(field.range.clone()),
                    format!("`Reverts: {}` is not an earlier migration", field.value),
                    "a migration can undo only one that comes before it",
                    "write the four digits of the migration that this one undoes".to_owned(),
                );
                None
            })
    });
    if let (Some(field), None) = (get("Reverts"), get("Incident")) {
        findings.add(
            Rule::Header,
            Some(field.range.clone()),
            "`Reverts` stands without `Incident`".to_owned(),
            "a migration is undone because something happened, and the next reader needs to know what",
            "add `-- Incident: …` with what happened, when, and where it is written up".to_owned(),
        );
    }
    let text_of = |key| get(key).map(|field| field.value.to_owned());
    let destructive = text_of("Destructive");
    let whole = || {
        Some(Header {
            author: text_of("Author")?,
            date: date?,
            description: text_of("Description")?,
            transaction,
            reverts,
            incident: text_of("Incident"),
            destructive: destructive.clone(),
        })
    };
    ReadHeader {
        whole: whole(),
        transaction,
        destructive: destructive.clone(),
    }
}

struct Field<'a> {
    key: &'a str,
    value: &'a str,
    range: Range<usize>,
}

fn fields<'a>(text: &'a str, findings: &mut Findings<'_>) -> Vec<Field<'a>> {
    let mut found: Vec<Field<'a>> = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let range = start..start + line.trim_end().len();
        start += line.len();
        let Some(comment) = line.strip_prefix("--") else {
            break;
        };
        let Some((key, value)) = comment.trim().split_once(':') else {
            continue;
        };
        // Prose in the header may hold a colon; a field is one capitalised word before it.
        if !key.starts_with(|c: char| c.is_ascii_uppercase())
            || !key.bytes().all(|b| b.is_ascii_alphabetic())
        {
            continue;
        }
        if !REQUIRED.contains(&key) && !OPTIONAL.contains(&key) {
            if let Some(meant) = nearest(key, REQUIRED.into_iter().chain(OPTIONAL)) {
                findings.add(
                    Rule::Header,
                    Some(range),
                    format!("unknown header field `{key}`"),
                    "a misspelled field would be passed over in silence",
                    format!("write `{meant}`"),
                );
            }
            continue;
        }
        if found.iter().any(|field| field.key == key) {
            findings.add(
                Rule::Header,
                Some(range),
                format!("`{key}` stands twice"),
                "only one of them can be meant",
                "delete one".to_owned(),
            );
            continue;
        }
        found.push(Field {
            key,
            value: value.trim(),
            range,
        });
    }
    found
}

fn matches_place(
    field: Option<&Field<'_>>,
    expected: &str,
    place: &str,
    findings: &mut Findings<'_>,
) {
    if let Some(field) = field.filter(|field| field.value != expected && !field.value.is_empty()) {
        findings.add(
            Rule::Header,
            Some(field.range.clone()),
            format!(
                "`{}: {}` does not match {place}, `{expected}`",
                field.key, field.value
            ),
            "a file that was copied or moved would otherwise run where it does not belong",
            format!(
                "write `-- {}: {expected}`, or move the file to where it belongs",
                field.key
            ),
        );
    }
}

fn quoted_list(words: &[&str]) -> String {
    words
        .iter()
        .map(|word| format!("`{word}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_days_that_exist_are_dates() {
        assert_eq!(Date::parse("2024-02-29").unwrap().to_string(), "2024-02-29");
        for wrong in [
            "2023-02-29",
            "2026-13-01",
            "2026-04-31",
            "2026-1-01",
            "22.11.2026",
            "2026-00-10",
            "2026-01-00",
            "",
        ] {
            assert_eq!(Date::parse(wrong), None, "{wrong}");
        }
    }
}
