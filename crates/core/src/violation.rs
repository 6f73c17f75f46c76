//! What can be wrong with a file or folder, and the messages for it.

use std::fmt;
use std::ops::Range;
use std::path::Path;

use thiserror::Error;

use crate::{NOT_READ, NameError, Position, TextError, snake_case};

/// A rule that a migration file or folder can break. The name is stable: it stands in reports
/// and in machine-readable output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// A file's name is not `NNNN_descriptive_name.sql`.
    Naming,
    /// Numbers have a gap or a duplicate, or the folder holds something else.
    Layout,
    /// A file is not UTF-8 text.
    Encoding,
    /// A header field is missing, wrong or left as in the template.
    Header,
    /// The SQL cannot be read: an unclosed quote, no statement, data for `COPY`.
    Syntax,
    /// Transaction control where the runner must have it.
    Transaction,
}

impl Rule {
    /// The rule's name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Naming => "naming",
            Self::Layout => "layout",
            Self::Encoding => "encoding",
            Self::Header => "header",
            Self::Syntax => "syntax",
            Self::Transaction => "transaction-control",
        }
    }
}

/// One thing that is wrong with a migration: what, why it matters, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The rule that is broken.
    pub rule: Rule,
    /// The file's name, without folder; `None` when it is about the folder itself.
    pub file: Option<String>,
    /// The place in the file's normalised text, in bytes; `None` when it is the whole file.
    pub range: Option<Range<usize>>,
    /// Line and column of that place, from 1.
    pub position: Option<Position>,
    /// What is wrong.
    pub what: String,
    /// Why that is not allowed.
    pub why: String,
    /// What to do instead.
    pub hint: String,
}

impl Violation {
    /// Something about a file as a whole.
    pub(crate) fn new(
        rule: Rule,
        file: &str,
        what: String,
        why: &str,
        hint: impl Into<String>,
    ) -> Self {
        Self {
            rule,
            file: Some(file.to_owned()),
            range: None,
            position: None,
            what,
            why: why.to_owned(),
            hint: hint.into(),
        }
    }

    /// An entry of the folder that is not called as migrations are.
    #[must_use]
    pub fn misnamed(file: &str, error: NameError) -> Self {
        let extension = Path::new(file).extension();
        let is_sql = extension.is_some_and(|found| found.eq_ignore_ascii_case("sql"));
        let words = file.trim_start_matches(|c: char| c.is_ascii_digit() || c == '_');
        let (what, hint) = if file.ends_with('/') {
            (
                "it is a folder".to_owned(),
                "move the folder elsewhere; migrations are not nested".to_owned(),
            )
        } else if file.contains(NOT_READ) {
            (
                "it is not a file that can be read".to_owned(),
                "put a file that can be read in its place: restore it, mend the link, or chmod u+r"
                    .to_owned(),
            )
        } else {
            let hint = match snake_case(words).filter(|_| is_sql) {
                Some(good) => format!("rename it to NNNN_{good}.sql with the next free number"),
                None => "move it elsewhere; this folder holds only migrations".to_owned(),
            };
            (error.to_string(), hint)
        };
        let why =
            "migrations are named NNNN_descriptive_name.sql, and their folder holds nothing else";
        Self::new(Rule::Naming, file, what, why, hint)
    }

    /// A file that is not text.
    #[must_use]
    pub fn not_text(file: &str, error: &TextError) -> Self {
        let (why, hint) = match error {
            TextError::Nul { .. } => (
                "PostgreSQL does not accept a NUL byte in a query",
                "delete it; if the file is binary, it is not a migration",
            ),
            _ => (
                "PostgreSQL would read the bytes as other characters",
                "save the file as UTF-8",
            ),
        };
        Self::new(Rule::Encoding, file, error.to_string(), why, hint)
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            f.write_str(file)?;
            if let Some(position) = self.position {
                write!(f, ":{position}")?;
            }
            f.write_str(": ")?;
        }
        write!(
            f,
            "[{}] {}: {}; hint: {}",
            self.rule.name(),
            self.what,
            self.why,
            self.hint
        )
    }
}

/// Everything that is wrong with a folder of migrations, sorted by file and place.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}", .0.iter().map(Violation::to_string).collect::<Vec<_>>().join("\n"))]
pub struct Violations(pub Vec<Violation>);
