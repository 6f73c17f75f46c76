//! What is wrong with a configuration.

use std::fmt;

use thiserror::Error;

/// One thing that is wrong, or odd, and what to do about it. It holds no password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong, and where: "DB_CODEX_PORT in .env:3 is `x`, which is not a port".
    pub what: String,
    /// What to do about it.
    pub hint: String,
}

impl Fault {
    pub(super) fn new(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            hint: hint.into(),
        }
    }

    /// The same of a value, whose place its text continues: "is `x`, which is not a port".
    pub(super) fn of(self, at: &impl fmt::Display) -> Self {
        let what = format!("{at} {}", self.what);
        Self { what, ..self }
    }
}

/// Everything that is wrong with a configuration, at once.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct ConfigurationError {
    pub(super) message: String,
    /// At least one.
    pub(super) faults: Vec<Fault>,
}

impl ConfigurationError {
    pub(super) fn of(message: impl Into<String>, fault: Fault) -> Self {
        Self {
            message: message.into(),
            faults: vec![fault],
        }
    }

    /// Each thing that is wrong on a line.
    #[must_use]
    pub fn why(&self) -> String {
        lines(self.faults.iter().map(|fault| &*fault.what))
    }

    /// What to do next, each thing on a line.
    #[must_use]
    pub fn hint(&self) -> String {
        lines(self.faults.iter().map(|fault| &*fault.hint))
    }
}

/// Each line once: two faults may have one remedy.
pub(super) fn lines<'a>(all: impl Iterator<Item = &'a str>) -> String {
    let mut said: Vec<&str> = Vec::new();
    for line in all.filter(|line| !line.is_empty()) {
        if !said.contains(&line) {
            said.push(line);
        }
    }
    said.join("\n")
}
