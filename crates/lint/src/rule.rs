//! What a rule says of itself.

use std::fmt;

/// One rule: what it is called, and what it says of itself.
#[derive(Debug)]
pub struct Rule {
    /// Its stable name: in reports, in `check:allow`, as its page `docs/rules/NAME.md`.
    pub name: &'static str,
    /// What it is about.
    pub category: Category,
    /// How bad it is to break it.
    pub severity: Severity,
    /// What it finds, why that is a problem, what to do instead, a bad and a good example: the text of
    /// its doc comment.
    pub docs: &'static str,
}

impl Rule {
    /// What it finds, in one sentence: the first paragraph of its documentation.
    #[must_use]
    pub fn summary(&self) -> String {
        let lines = self.docs.lines().map(str::trim);
        let first: Vec<&str> = lines.take_while(|line| !line.is_empty()).collect();
        first.join(" ")
    }

    /// Its documentation as Markdown.
    #[must_use]
    pub fn markdown(&self) -> String {
        let undented = |line: &'static str| line.strip_prefix(' ').unwrap_or(line);
        let lines: Vec<&str> = self.docs.lines().map(undented).collect();
        lines.join("\n").trim_end().to_owned()
    }
}

/// What a rule is about; reports and the index of rules are in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// Names, numbers, headers, and the form of files.
    Files,
    /// Whether a migration can run again.
    Idempotency,
    /// Whether it stays in its own database.
    Isolation,
    /// Whether it tells what must stay secret.
    Secrets,
    /// Who may do what once it ran.
    Privileges,
    /// Whether it allows what was refused.
    Guards,
    /// Which locks it takes, and for how long.
    Locks,
    /// Whether it loses data.
    Destructive,
    /// What it does to its transaction and session.
    Transaction,
    /// Whether the schema will be good to live with.
    Quality,
}

impl Category {
    /// All of them, in order.
    pub const ALL: [Self; 10] = [
        Self::Files,
        Self::Idempotency,
        Self::Isolation,
        Self::Secrets,
        Self::Privileges,
        Self::Guards,
        Self::Locks,
        Self::Destructive,
        Self::Transaction,
        Self::Quality,
    ];

    /// The field of the header that is the place to give a reason for what its rules find.
    #[must_use]
    pub fn declared_by(self) -> Option<Declares> {
        match self {
            Self::Destructive => Some(Declares::Destructive),
            Self::Guards => Some(Declares::Loosens),
            _ => None,
        }
    }
}

/// A field of the header that gives the reason for what would be an error without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Declares {
    /// `Destructive`: why nobody needs what is lost.
    Destructive,
    /// `Loosens`: why something that was refused is allowed from then on.
    Loosens,
}

impl Declares {
    /// As it stands in the header.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Destructive => "Destructive",
            Self::Loosens => "Loosens",
        }
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Files => "files",
            Self::Idempotency => "idempotency",
            Self::Isolation => "isolation",
            Self::Secrets => "secrets",
            Self::Privileges => "privileges",
            Self::Guards => "guards",
            Self::Locks => "locks",
            Self::Destructive => "destructive",
            Self::Transaction => "transaction",
            Self::Quality => "quality",
        })
    }
}

/// How bad it is to break a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The check fails.
    Error,
    /// The check fails only where warnings are denied.
    Warning,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}
