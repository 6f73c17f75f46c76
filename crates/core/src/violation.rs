use std::fmt;
use std::ops::Range;

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
            Self::Transaction => "transaction",
        }
    }
}

/// One thing that is wrong with a migration: what, why it matters, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The rule that is broken.
    pub rule: Rule,
    /// The file's name, without folder; empty when it is about the folder itself.
    pub file: String,
    /// The place in the file's normalised text, in bytes; `None` when it is the whole file.
    pub range: Option<Range<usize>>,
    /// Line and column of that place, from 1.
    pub position: Option<crate::Position>,
    /// What is wrong.
    pub what: String,
    /// Why that is not allowed.
    pub why: String,
    /// What to do instead.
    pub hint: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(position) = self.position {
            write!(f, ":{position}")?;
        }
        write!(
            f,
            ": [{}] {}: {}; hint: {}",
            self.rule.name(),
            self.what,
            self.why,
            self.hint
        )
    }
}

/// Everything that is wrong with a folder of migrations, sorted by file and place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violations(pub Vec<Violation>);

impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, violation) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{violation}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Violations {}
