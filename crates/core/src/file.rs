//! A migration file: its name, header and statements, read and found to be good, or not.

use std::borrow::Cow;

use crate::findings::Findings;
use crate::{
    Header, MigrationName, NameError, Script, TransactionMode, UnknownField, Violation, header,
    normalise, script,
};

/// An entry of a migrations folder as it was found: not yet known to be good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile<'a> {
    /// The entry's name without its folder; a folder's name ends in `/`.
    pub name: Cow<'a, str>,
    /// Its content; nothing where it could not be read.
    pub bytes: Cow<'a, [u8]>,
    /// Why it could not be read.
    pub unread: Option<Cow<'a, str>>,
}

impl<'a> SourceFile<'a> {
    /// A file that was read.
    #[must_use]
    pub fn new(name: impl Into<Cow<'a, str>>, bytes: impl Into<Cow<'a, [u8]>>) -> Self {
        Self {
            name: name.into(),
            bytes: bytes.into(),
            unread: None,
        }
    }

    /// The migration's name, also of a file that could not be read.
    ///
    /// # Errors
    ///
    /// Why it is not the name of a migration.
    pub fn migration_name(&self) -> Result<MigrationName, NameError> {
        MigrationName::from_file_name(&self.name)
    }

    /// The migration's name, of a file that was read.
    ///
    /// # Errors
    ///
    /// Why it is no migration.
    pub fn named(&self) -> Result<MigrationName, Box<Violation>> {
        if let Some(reason) = &self.unread {
            return Err(Box::new(Violation::unread(&self.name, reason)));
        }
        self.migration_name()
            .map_err(|error| Box::new(Violation::misnamed(&self.name, error)))
    }

    /// Its name, and its normalised text.
    pub(crate) fn into_text(self) -> Result<(MigrationName, Cow<'a, str>), Box<Violation>> {
        let name = self.named()?;
        let text =
            normalise(self.bytes).map_err(|error| Violation::not_text(&self.name, &error))?;
        Ok((name, text))
    }
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
        let (name, text) = source.into_text().map_err(|wrong| vec![*wrong])?;
        let text = text.into_owned();
        match parse(database, &name, &text) {
            Parsed {
                header: Some(header),
                script: Some(script),
                violations,
                ..
            } if violations.is_empty() => Ok(Self {
                name,
                header,
                text,
                script,
            }),
            parsed => Err(parsed.violations),
        }
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

/// A migration's header and statements, as far as they can be read, and what is wrong with them.
#[derive(Debug, Clone)]
pub struct Parsed {
    /// The header; `None` when a required field is missing or unreadable.
    pub header: Option<Header>,
    /// How the migration runs, also when the header lacks something else.
    pub transaction: TransactionMode,
    /// Why it may lose data, also when the header lacks something else.
    pub destructive: Option<String>,
    /// Why something that was refused is allowed from then on, likewise.
    pub loosens: Option<String>,
    /// The statements; `None` when a quote or comment does not close.
    pub script: Option<Script>,
    /// Lines of the header that may be misspelled fields.
    pub unknown_fields: Vec<UnknownField>,
    /// Everything that is wrong, sorted by place.
    pub violations: Vec<Violation>,
}

/// Reads header and statements of a migration whose text is normalised already.
#[must_use]
pub fn parse(database: &str, name: &MigrationName, text: &str) -> Parsed {
    let file = name.file_name();
    let mut findings = Findings::new(&file, text);
    let header = header::read(text, name, database, &mut findings);
    let script = script::read(text, header.transaction, &mut findings);
    Parsed {
        header: header.whole,
        transaction: header.transaction,
        destructive: header.destructive,
        loosens: header.loosens,
        script,
        unknown_fields: header.unknown,
        violations: findings.into_list(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "-- Migration: 0002_add_teams\n-- Database: codex\n-- Author: Ada\n-- Date: 2026-11-22\n-- Description: teams\n\nBEGIN;\nSELECT 1;\nCOMMIT;\n";

    fn read(text: &str) -> Result<MigrationFile, String> {
        let source = SourceFile::new("0002_add_teams.sql", text.as_bytes());
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
