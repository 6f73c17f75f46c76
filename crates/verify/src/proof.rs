//! The questions that are asked of a migration, and the answers.

use std::fmt;
use std::ops::Range;

/// A question that is asked of a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Proof {
    /// Does it apply, to an empty database's schema and to one full of rows?
    Applies,
    /// Does a second run of it change nothing?
    Again,
    /// Does a run after a crash come to the same end?
    Crash,
    /// Can two runners apply it at once?
    Race,
    /// Are all rows and values still there?
    KeepsData,
    /// Is a new database's schema the same as that of one with a past?
    SameSchema,
    /// Do the statements of the release before still work?
    OldRelease,
    /// Is what triggers, policies and privileges refused refused still?
    KeepsGuards,
    /// Does it undo what it says that it reverts?
    Undoes,
    /// Which locks does it take, and why?
    Locks,
}

impl Proof {
    /// All of them, in order.
    pub const ALL: [Self; 10] = [
        Self::Applies,
        Self::Again,
        Self::Crash,
        Self::Race,
        Self::KeepsData,
        Self::SameSchema,
        Self::OldRelease,
        Self::KeepsGuards,
        Self::Undoes,
        Self::Locks,
    ];

    /// Its name for programs: `keeps-data`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Applies => "applies",
            Self::Again => "again",
            Self::Crash => "crash",
            Self::Race => "race",
            Self::KeepsData => "keeps-data",
            Self::SameSchema => "same-schema",
            Self::OldRelease => "old-release",
            Self::KeepsGuards => "keeps-guards",
            Self::Undoes => "undoes",
            Self::Locks => "locks",
        }
    }

    /// What it proves, in a sentence.
    #[must_use]
    pub fn question(self) -> &'static str {
        match self {
            Self::Applies => "it applies, to an empty database and to one full of rows",
            Self::Again => "a second run of it changes no object, no row and no value",
            Self::Crash => "a run after a crash comes to the same end",
            Self::Race => "two runners at once come to the same end",
            Self::KeepsData => "all rows and values are as before",
            Self::SameSchema => "a new database gets the same schema as one with a past",
            Self::OldRelease => "the statements of the release before still work",
            Self::KeepsGuards => "what triggers, policies and privileges refused is refused still",
            Self::Undoes => "it undoes the migration that it reverts",
            Self::Locks => "the locks that it takes are seen",
        }
    }
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Something that is wrong with a migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where, in bytes of the migration's text.
    pub range: Option<Range<usize>>,
    /// What was observed.
    pub what: String,
    /// Why that is a problem.
    pub why: String,
    /// What to do instead.
    pub instead: String,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It holds; with what was done to see that.
    Holds(String),
    /// It does not.
    Fails(Vec<Finding>),
    /// It does not, and the migration says that it need not; with what it says.
    Declared(String, Vec<Finding>),
    /// The question does not arise.
    NotAsked,
    /// It could not be found out; with the reason.
    NotMade(String),
}

impl Verdict {
    /// What it is where something was found that this field of the header may declare, with a reason.
    pub(crate) fn unless_declared(
        field: &str,
        reason: Option<&String>,
        findings: Vec<Finding>,
    ) -> Self {
        match reason {
            Some(reason) => Self::Declared(format!("{field}: {reason}"), findings),
            None => Self::Fails(findings),
        }
    }

    /// What was found, whether the migration says that it is meant or not.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        match self {
            Self::Fails(findings) | Self::Declared(_, findings) => findings,
            Self::Holds(_) | Self::NotAsked | Self::NotMade(_) => &[],
        }
    }

    /// What was found and is meant.
    #[must_use]
    pub fn declared(&self) -> &[Finding] {
        match self {
            Self::Declared(_, findings) => findings,
            _ => &[],
        }
    }

    /// What was found and is not meant.
    #[must_use]
    pub fn failures(&self) -> &[Finding] {
        match self {
            Self::Fails(findings) => findings,
            _ => &[],
        }
    }
}

/// Something to know of a migration that is no mistake by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Where, in bytes of the migration's text.
    pub range: Option<Range<usize>>,
    /// What it is.
    pub what: String,
}

/// A question with its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The question.
    pub proof: Proof,
    /// The answer.
    pub verdict: Verdict,
    /// What was seen besides.
    pub notes: Vec<Note>,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
}
