//! What was found in the migrations of one database.

use jubilee_core::Lines;
use jubilee_lint::{Declared, Finding, Suppressed, TakenLock};

use crate::databases::Database;
use crate::git::Author;

/// What was found in the migrations of one database.
pub(crate) struct Checked {
    pub(crate) database: Database,
    /// Its files, those without findings too.
    pub(crate) files: Vec<CheckedFile>,
    /// How many of them the base does not hold.
    pub(crate) new: usize,
    /// New migrations that are not committed yet and whose line in the sum file is not theirs.
    pub(crate) unsealed: Vec<String>,
    /// The constraints that are left `NOT VALID`, each with its table and its file.
    pub(crate) not_validated: Vec<(String, String, String)>,
}

/// What was found in one file.
pub(crate) struct CheckedFile {
    /// How its path is shown.
    pub(crate) path: String,
    /// Whether the base does not hold it, so that it can still be mended.
    pub(crate) new: bool,
    /// Whether it was checked.
    pub(crate) checked: bool,
    /// Its text; empty where nothing is said of a place in it.
    pub(crate) text: String,
    /// Where the lines of the text begin.
    pub(crate) lines: Lines,
    /// The text without secrets, where it has some.
    pub(crate) masked: Option<String>,
    /// Its name, without folder.
    pub(crate) name: String,
    pub(crate) findings: Vec<Finding>,
    pub(crate) suppressed: Vec<Suppression>,
    pub(crate) declared: Vec<Declared>,
    pub(crate) locks: Vec<TakenLock>,
}

impl CheckedFile {
    /// Its text as it may be shown: without secrets.
    pub(crate) fn masked(&self) -> &str {
        self.masked.as_deref().unwrap_or(&self.text)
    }
}

/// A finding that a comment suppresses, and who wrote that comment.
pub(crate) struct Suppression {
    pub(crate) said: Suppressed,
    /// `None` where the line is not committed yet.
    pub(crate) author: Option<Author>,
}

impl Checked {
    /// How many migrations there are.
    pub(crate) fn migrations(&self) -> usize {
        let names = self.files.iter().map(|file| &file.name);
        names.filter(|name| name.ends_with(".sql")).count()
    }

    /// Every finding with its file, in order.
    pub(crate) fn findings(&self) -> impl Iterator<Item = (&CheckedFile, &Finding)> {
        self.files
            .iter()
            .flat_map(|file| file.findings.iter().map(move |f| (file, f)))
    }

    /// The locks that new migrations take on tables that are in use, each with its file.
    pub(crate) fn locks(&self) -> impl Iterator<Item = (&CheckedFile, &TakenLock)> {
        let files = self.files.iter().filter(|file| file.checked);
        files.flat_map(|file| file.locks.iter().map(move |lock| (file, lock)))
    }

    /// What comments suppress, each with its file.
    pub(crate) fn suppressed(&self) -> impl Iterator<Item = (&CheckedFile, &Suppression)> {
        let all = self.files.iter();
        all.flat_map(|file| file.suppressed.iter().map(move |s| (file, s)))
    }

    /// What files do on purpose, as their headers say.
    pub(crate) fn declared(&self) -> impl Iterator<Item = (&CheckedFile, &Declared)> {
        let all = self.files.iter();
        all.flat_map(|file| file.declared.iter().map(move |d| (file, d)))
    }

    /// Whether this adds migrations or breaks rules: whether a reviewer has something to look at.
    pub(crate) fn is_touched(&self) -> bool {
        self.new > 0 || self.findings().next().is_some()
    }
}
