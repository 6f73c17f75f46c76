//! The header of a migration: the comment at its top.

use std::ops::Range;

use time::Date;

use crate::findings::Findings;
use crate::{MigrationName, Rule, Version, parse_date};

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
    /// Since which release nothing uses what it takes away, so that older code may break
    /// (`Contract: …`).
    pub contract: Option<String>,
    /// Why something that was refused is allowed from then on (`Loosens: …`).
    pub loosens: Option<String>,
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

/// What a new file holds where its author must write something: the one list, used by the
/// template and by the rule that refuses them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placeholder;

impl Placeholder {
    /// In `Author`, when git has no user name.
    pub const AUTHOR: &'static str = "Your Name";
    /// In `Date`.
    pub const DATE: &'static str = "YYYY-MM-DD";
    /// In `Description`.
    pub const DESCRIPTION: &'static str = "what it does and why";
    /// In `Incident`.
    pub const INCIDENT: &'static str = "what happened, when, and where it is written up";

    /// In `Destructive`.
    pub const DESTRUCTIVE: &'static str = "what is lost, and why nobody needs it";

    const ALL: [&'static str; 5] = [
        Self::AUTHOR,
        Self::DATE,
        Self::DESCRIPTION,
        Self::INCIDENT,
        Self::DESTRUCTIVE,
    ];
}

const REQUIRED: [&str; 5] = ["Migration", "Database", "Author", "Date", "Description"];
const OPTIONAL: [&str; 6] = [
    "Transaction",
    "Reverts",
    "Incident",
    "Destructive",
    "Contract",
    "Loosens",
];

impl Header {
    /// The names of all fields that a header may have.
    pub const FIELDS: [&'static str; 11] = {
        let [a, b, c, d, e] = REQUIRED;
        let [f, g, h, i, j, k] = OPTIONAL;
        [a, b, c, d, e, f, g, h, i, j, k]
    };
}

/// A line of the header that has the form of a field and the name of none: prose, or a misspelled
/// field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownField {
    /// What stands where the name would.
    pub name: String,
    /// The line.
    pub range: Range<usize>,
}

/// A header as far as it can be read.
pub(crate) struct ReadHeader {
    /// `None` when a required field is missing or unreadable.
    pub(crate) whole: Option<Header>,
    pub(crate) transaction: TransactionMode,
    pub(crate) destructive: Option<String>,
    pub(crate) loosens: Option<String>,
    pub(crate) unknown: Vec<UnknownField>,
}

/// Reads the header and reports everything that is wrong with it.
pub(crate) fn read(
    text: &str,
    name: &MigrationName,
    database: &str,
    findings: &mut Findings<'_>,
) -> ReadHeader {
    let (fields, unknown) = fields(text, findings);
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
            "every migration states its name, its database, its author, its date and its purpose",
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
                "still has the text of the template"
            };
            findings.add(
                Rule::Header,
                Some(field.range.clone()),
                format!("`{}` {left}", field.key),
                "reviewers and later readers rely on it",
                match field.key {
                    "Author" => "write your name",
                    "Date" => "write the day as YYYY-MM-DD",
                    "Description" => "say what it does, and why",
                    "Destructive" => "say what is lost, and why nobody needs it",
                    "Loosens" => "say what is allowed from then on, and why",
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
            parse_date(field.value).or_else(|| {
                findings.add(
                    Rule::Header,
                    Some(field.range.clone()),
                    format!("`{}` is not a date", field.value),
                    "dates are written YYYY-MM-DD, so that they are unambiguous",
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
                "the only value is `none`; without the field, a migration runs in a transaction",
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
                    "a migration can revert only an earlier one",
                    "write the four digits of the migration that this one reverts".to_owned(),
                );
                None
            })
    });
    if let (Some(field), None) = (get("Reverts"), get("Incident")) {
        findings.add(
            Rule::Header,
            Some(field.range.clone()),
            "`Reverts` without `Incident`".to_owned(),
            "readers need to know what made it necessary to revert a migration",
            "add `-- Incident: …` with what happened, when, and where it is written up".to_owned(),
        );
    }
    let text_of = |key| get(key).map(|field| field.value.to_owned());
    let [destructive, loosens] = ["Destructive", "Loosens"].map(text_of);
    let whole = || {
        Some(Header {
            author: text_of("Author")?,
            date: date?,
            description: text_of("Description")?,
            transaction,
            reverts,
            incident: text_of("Incident"),
            destructive: destructive.clone(),
            contract: text_of("Contract"),
            loosens: loosens.clone(),
        })
    };
    ReadHeader {
        whole: whole(),
        transaction,
        destructive: destructive.clone(),
        loosens: loosens.clone(),
        unknown,
    }
}

struct Field<'a> {
    key: &'a str,
    value: &'a str,
    range: Range<usize>,
}

fn fields<'a>(text: &'a str, findings: &mut Findings<'_>) -> (Vec<Field<'a>>, Vec<UnknownField>) {
    let mut found: Vec<Field<'a>> = Vec::new();
    let mut unknown = Vec::new();
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
        if !Header::FIELDS.contains(&key) {
            unknown.push(UnknownField {
                name: key.to_owned(),
                range,
            });
            continue;
        }
        if found.iter().any(|field| field.key == key) {
            findings.add(
                Rule::Header,
                Some(range),
                format!("`{key}` appears twice"),
                "it is not clear which one applies",
                "delete one of them".to_owned(),
            );
            continue;
        }
        found.push(Field {
            key,
            value: value.trim(),
            range,
        });
    }
    (found, unknown)
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
            "it protects against a file that was copied or moved to the wrong place",
            format!(
                "write `-- {}: {expected}`, or move the file to the right place",
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
