//! What a statement has left in the catalog.

use std::fmt;

/// What the catalog says of an object that a statement was to make, drop or change.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Left {
    /// What it is, with its name: "index public.users_email_key".
    pub object: String,
    /// How it is.
    pub state: LeftState,
    /// Whether that is what the statement was to bring about.
    pub done: bool,
}

/// How an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LeftState {
    /// It is not there.
    Absent,
    /// It is there.
    Present,
    /// An index that serves queries.
    Valid,
    /// An index that serves no query: its build or its removal did not end.
    Invalid,
    /// An index that a session is building.
    BeingBuilt,
    /// A constraint that all rows are known to satisfy.
    Validated,
    /// A constraint that only new rows are held to.
    NotValidated,
    /// A partition of its table.
    Attached,
    /// A partition whose removal did not end.
    HalfDetached,
    /// No longer a partition of its table.
    Detached,
}

impl Left {
    /// The name alone, as the server writes it.
    pub(crate) fn name(&self) -> &str {
        self.object.split_once(' ').map_or("", |(_, name)| name)
    }
}

impl fmt::Display for LeftState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Absent => "not there",
            Self::Present => "there",
            Self::Valid => "valid",
            Self::Invalid => "INVALID",
            Self::BeingBuilt => "being built by another session",
            Self::Validated => "validated",
            Self::NotValidated => "NOT VALID",
            Self::Attached => "attached",
            Self::HalfDetached => "detached in part (DETACH … FINALIZE ends it)",
            Self::Detached => "detached",
        })
    }
}

impl fmt::Display for Left {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is {}", self.object, self.state)
    }
}
