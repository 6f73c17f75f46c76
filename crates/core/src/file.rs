use std::borrow::Cow;
use std::ops::Range;

use crate::{
    Header, MigrationName, Position, Rule, Script, TextError, TransactionMode, Violation, header,
    normalise, script,
};

/// An entry of a migrations folder as it was found: not yet known to be good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile<'a> {
    /// The entry's name without its folder; a folder's name ends in `/`.
    pub name: Cow<'a, str>,
    /// Its content.
    pub bytes: Cow<'a, [u8]>,
}

/// A migration that keeps all rules of name, header and form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationFile {
    name: MigrationName,
    header: Header,
    text: String,
    script: Script,
}

impl MigrationFile {
    /// Reads one file of the folder of `database`.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it, sorted by place.
    pub fn read(database: &str, source: SourceFile<'_>) -> Result<Self, Vec<Violation>> {
        let name = match MigrationName::from_file_name(&source.name) {
            Ok(name) => name,
            Err(error) => return Err(vec![misnamed(&source.name, error)]),
        };
        let text = normalise(source.bytes)
            .map_err(|error| vec![not_text(&source.name, &error)])?
            .into_owned();
        let (header, script) = parse(database, &name, &text)?;
        Ok(Self {
            name,
            header,
            text,
            script,
        })
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &MigrationName {
        &self.name
    }

    /// Its header.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Its whole text, normalised ([`normalise`]).
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its statements.
    #[must_use]
    pub fn script(&self) -> &Script {
        &self.script
    }
}

/// Reads header and statements of a migration whose text is normalised already.
///
/// # Errors
///
/// Everything that is wrong with it, sorted by place.
pub fn parse(
    database: &str,
    name: &MigrationName,
    text: &str,
) -> Result<(Header, Script), Vec<Violation>> {
    let file = name.file_name();
    let mut findings = Findings::new(&file, text);
    let header = header::read(text, name, database, &mut findings);
    // Without a readable header the statements are still checked, as what they mostly are.
    let mode = header
        .as_ref()
        .map_or(TransactionMode::Transactional, |h| h.transaction);
    let script = script::read(text, mode, &mut findings);
    let list = findings.into_list();
    match (header, script) {
        (Some(header), Some(script)) if list.is_empty() => Ok((header, script)),
        _ => Err(list),
    }
}

fn misnamed(file: &str, error: crate::NameError) -> Violation {
    let hint = if file.ends_with('/') {
        "move the folder elsewhere; migrations do not nest".to_owned()
    } else {
        match crate::snake_case(file.trim_start_matches(|c: char| c.is_ascii_digit() || c == '_')) {
            Some(good)
                if std::path::Path::new(file)
                    .extension()
                    .is_some_and(|e| e.eq_ignore_ascii_case("sql")) =>
            {
                format!("rename it to NNNN_{good}.sql with the next free number")
            }
            _ => "move it elsewhere; only migrations may lie in this folder".to_owned(),
        }
    };
    Violation {
        rule: Rule::Naming,
        file: file.to_owned(),
        range: None,
        position: None,
        what: if file.ends_with('/') {
            "it is a folder".to_owned()
        } else {
            error.to_string()
        },
        why:
            "migrations are called NNNN_descriptive_name.sql, and nothing else lies in their folder"
                .to_owned(),
        hint,
    }
}

fn not_text(file: &str, error: &TextError) -> Violation {
    let (why, hint) = match error {
        TextError::Nul { .. } => (
            "PostgreSQL cannot take a NUL byte in a query",
            "delete it; if the file is binary, it is not a migration",
        ),
        _ => (
            "PostgreSQL would take the bytes for other characters than were meant",
            "save the file as UTF-8",
        ),
    };
    Violation {
        rule: Rule::Encoding,
        file: file.to_owned(),
        range: None,
        position: None,
        what: error.to_string(),
        why: why.to_owned(),
        hint: hint.to_owned(),
    }
}

/// Collects what is wrong with one file.
pub(crate) struct Findings<'a> {
    file: &'a str,
    text: &'a str,
    list: Vec<Violation>,
}

impl<'a> Findings<'a> {
    pub(crate) fn new(file: &'a str, text: &'a str) -> Self {
        Self {
            file,
            text,
            list: Vec::new(),
        }
    }

    pub(crate) fn add(
        &mut self,
        rule: Rule,
        range: Option<Range<usize>>,
        what: String,
        why: &str,
        hint: String,
    ) {
        self.list.push(Violation {
            rule,
            file: self.file.to_owned(),
            position: range.as_ref().map(|r| Position::of(self.text, r.start)),
            range,
            what,
            why: why.to_owned(),
            hint,
        });
    }

    pub(crate) fn into_list(mut self) -> Vec<Violation> {
        self.list
            .sort_by_key(|v| v.range.as_ref().map_or(0, |r| r.start));
        self.list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "-- Migration: 0002_add_teams\n-- Database: codex\n-- Author: Ada\n-- Date: 2026-11-22\n-- Description: teams\n\nBEGIN;\nSELECT 1;\nCOMMIT;\n";

    fn read(text: &str) -> Result<MigrationFile, String> {
        let source = SourceFile {
            name: "0002_add_teams.sql".into(),
            bytes: text.as_bytes().into(),
        };
        MigrationFile::read("codex", source).map_err(|list| {
            list.iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("\n")
        })
    }

    #[test]
    fn a_good_file_is_read_whole() {
        let file = read(GOOD).unwrap();
        assert_eq!(file.header().author, "Ada");
        assert_eq!(file.header().transaction, TransactionMode::Transactional);
        assert_eq!(
            &file.text()[file.script().statements()[0].range.clone()],
            "SELECT 1"
        );
        let none = read(
            &GOOD
                .replace("teams\n\nBEGIN;", "teams\n-- Transaction: none\n")
                .replace("COMMIT;\n", ""),
        )
        .unwrap();
        assert_eq!(none.header().transaction, TransactionMode::None);
    }

    #[test]
    fn everything_wrong_is_said_at_once() {
        let text = "-- Migration: 0003_add_teams\n-- Databse: codex\n-- Author: Your Name\n-- Date: 2026-02-30\n-- Reverts: 0009\n\nBEGIN;\nSELECT 1;\nSAVEPOINT a;\nCOMMIT;\n";
        insta::assert_snapshot!(read(text).unwrap_err());
    }

    #[test]
    fn transaction_none_with_a_transaction_is_refused() {
        let text = GOOD.replace(
            "-- Description: teams",
            "-- Description: teams\n-- Transaction: none",
        );
        insta::assert_snapshot!(read(&text).unwrap_err());
    }
}
