//! All migrations of a database: numbered without gap or duplicate.

use std::borrow::Cow;

use crate::{MigrationFile, MigrationName, Rule, SourceFile, Version, Violation, Violations};

/// All migrations of one database: numbered from 0001 without gap or duplicate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationSet {
    files: Vec<MigrationFile>,
}

impl MigrationSet {
    /// Reads all entries of the folder of the database with that short name.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the folder and its files, sorted.
    pub fn load<'a>(
        database: &str,
        entries: impl IntoIterator<Item = SourceFile<'a>>,
    ) -> Result<Self, Violations> {
        let files = load(entries, |entry| MigrationFile::read(database, entry))?;
        Ok(Self { files })
    }

    /// The migrations in order.
    #[must_use]
    pub fn files(&self) -> &[MigrationFile] {
        &self.files
    }

    /// The migrations in order.
    #[must_use]
    pub fn into_files(self) -> Vec<MigrationFile> {
        self.files
    }
}

/// The texts of all migrations of one database, in order: named and numbered from 0001 without gap or
/// duplicate, and not parsed. Most of them are applied already, and need no more than that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationTexts<'a> {
    texts: Vec<(MigrationName, Cow<'a, str>)>,
}

impl<'a> MigrationTexts<'a> {
    /// Takes all entries of a database's folder.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with names, numbers and encoding, sorted.
    pub fn load(entries: impl IntoIterator<Item = SourceFile<'a>>) -> Result<Self, Violations> {
        let texts = load(entries, |entry| {
            entry.into_text().map_err(|wrong| vec![*wrong])
        })?;
        Ok(Self { texts })
    }

    /// Takes what has a migration's name, whatever else is wrong with the folder: for whoever only looks.
    /// A file that cannot be read has no text here, and its name comes beside.
    pub fn load_readable(
        entries: impl IntoIterator<Item = SourceFile<'a>>,
    ) -> (Self, Vec<MigrationName>) {
        let (mut texts, mut unreadable) = (Vec::new(), Vec::new());
        for entry in entries {
            let Ok(name) = entry.migration_name() else {
                continue;
            };
            let text = entry.into_text().map(|(_, text)| text);
            if text.is_err() {
                unreadable.push(name.clone());
            }
            texts.push((name, text.unwrap_or_default()));
        }
        (Self { texts }, unreadable)
    }
}

/// Reads all entries in order, or says everything that is wrong with their numbers and with each.
fn load<'a, T>(
    entries: impl IntoIterator<Item = SourceFile<'a>>,
    read: impl Fn(SourceFile<'a>) -> Result<T, Vec<Violation>>,
) -> Result<Vec<T>, Violations> {
    let mut entries: Vec<SourceFile<'a>> = entries.into_iter().collect();
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    let mut violations = numbering(&entries);
    let mut all = Vec::with_capacity(entries.len());
    for entry in entries {
        match read(entry) {
            Ok(one) => all.push(one),
            Err(list) => violations.extend(list),
        }
    }
    if violations.is_empty() {
        return Ok(all);
    }
    violations.sort_by(|a, b| (&a.file, a.position).cmp(&(&b.file, b.position)));
    Err(Violations(violations))
}

impl<'a> IntoIterator for MigrationTexts<'a> {
    type Item = (MigrationName, Cow<'a, str>);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    /// Name and normalised text of each ([`crate::normalise`]).
    fn into_iter(self) -> Self::IntoIter {
        self.texts.into_iter()
    }
}

/// What is wrong with the numbers of a folder's entries, which are sorted by name: gaps,
/// duplicates, or no entry at all.
#[must_use]
pub fn numbering(entries: &[SourceFile<'_>]) -> Vec<Violation> {
    if entries.is_empty() {
        let what = "the folder holds no migration".to_owned();
        let why = "a database has at least the migration 0001";
        let hint = "create the first one, 0001_initial_schema.sql";
        return vec![Violation {
            file: None,
            ..Violation::new(Rule::Layout, "", what, why, hint)
        }];
    }
    let mut violations = Vec::new();
    let mut expected = Some(Version::FIRST);
    let mut previous: Option<MigrationName> = None;
    let names = entries
        .iter()
        .filter_map(|entry| entry.migration_name().ok());
    for name in names {
        let version = name.version();
        if let Some(twin) = previous.as_ref().filter(|p| p.version() == version) {
            violations.push(layout(
                &name,
                format!("number {version} is taken by `{}`", twin.file_name()),
                "two migrations with one number have no order",
                "give the one that is not merged the next free number".to_owned(),
            ));
        } else {
            if let Some(missing) = expected.filter(|e| *e < version) {
                let last = version.previous().unwrap_or(version);
                let gap = if missing == last {
                    format!("number {missing} is missing")
                } else {
                    format!("numbers {missing} to {last} are missing")
                };
                violations.push(layout(
                    &name,
                    format!("{gap} before it"),
                    "a gap means that a migration was lost, or will be applied too late",
                    format!(
                        "restore the missing file, or rename this one to {missing}_{}.sql",
                        name.description()
                    ),
                ));
            }
            expected = version.next();
        }
        previous = Some(name);
    }
    violations
}

fn layout(name: &MigrationName, what: String, why: &str, hint: String) -> Violation {
    Violation::new(Rule::Layout, &name.file_name(), what, why, hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(file: &str) -> SourceFile<'_> {
        let text = format!(
            "-- Migration: {}\n-- Database: codex\n-- Author: Ada\n-- Date: 2026-11-22\n-- Description: x\nSELECT 1;\n",
            file.trim_end_matches(".sql")
        );
        SourceFile::new(file, text.into_bytes())
    }

    fn load(files: &[&str]) -> String {
        match MigrationSet::load("codex", files.iter().map(|f| entry(f))) {
            Ok(set) => set
                .files()
                .iter()
                .map(|f| f.name().to_string())
                .collect::<Vec<_>>()
                .join(" "),
            Err(violations) => violations.to_string(),
        }
    }

    #[test]
    fn a_folder_without_gap_is_read_in_order() {
        assert_eq!(load(&["0002_b.sql", "0001_a.sql"]), "0001_a 0002_b");
        assert!(load(&[]).starts_with("[layout] the folder holds no migration"));
    }

    #[test]
    fn gaps_duplicates_and_strangers_are_all_named() {
        insta::assert_snapshot!(load(&[
            "0002_b.sql",
            "0002_c.sql",
            "0005_e.sql",
            "README.md",
            "old/",
            "0006_Add Users.sql",
            "7_x.sql"
        ]));
    }
}
