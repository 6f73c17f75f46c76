//! What happens during a run.

use std::fmt;
use std::time::Duration;

use jubilee_core::MigrationName;

/// A migration that a run has applied.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Applied {
    /// The migration.
    pub name: MigrationName,
    /// How long it took on the server, in milliseconds.
    pub execution_ms: u64,
}

/// Another run that is at work, as far as the server tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct OtherRun {
    /// The server's process.
    pub process: Option<i32>,
    /// The role that it has.
    pub role: Option<String>,
    /// Since when it is at work, ISO 8601 in UTC.
    pub since: Option<String>,
    /// The program and its host, and the migration: what is committed of a migration that runs
    /// without a transaction.
    pub applies: Option<(String, MigrationName)>,
}

impl fmt::Display for OtherRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((runner, name)) = &self.applies {
            write!(f, "{runner}, applying {name}: ")?;
        }
        match self.process {
            Some(process) => write!(f, "process {process}")?,
            None => f.write_str("a process")?,
        }
        if let Some(role) = &self.role {
            write!(f, " of role {role}")?;
        }
        match &self.since {
            Some(since) => write!(f, ", at work since {since}"),
            None => Ok(()),
        }
    }
}

/// Something that happened during a run, for whoever wants to tell people.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// So many migrations are to be applied.
    Planned {
        /// How many.
        pending: usize,
    },
    /// A migration is the next to be answered by the server.
    Applying {
        /// The migration.
        name: MigrationName,
    },
    /// A migration is applied and recorded.
    Applied {
        /// The migration.
        name: MigrationName,
        /// How long it took on the server, in milliseconds.
        execution_ms: u64,
    },
    /// The server has lost a migration that was applied: it crashed before the commit was on disk, or
    /// a standby took over that had not received it. It is applied again.
    Lost {
        /// The migration.
        name: MigrationName,
    },
    /// Another runner is at work; this one waits for it.
    Waiting {
        /// Who, as far as the server tells.
        who: Option<OtherRun>,
    },
    /// A migration was rolled back for a reason that passes, and is tried again.
    Retrying {
        /// The migration.
        name: MigrationName,
        /// The server's words.
        reason: String,
        /// Which attempt failed, from 1.
        attempt: u32,
        /// How many are made.
        of: u32,
        /// How long it waits before the next.
        delay: Duration,
    },
    /// An index that an earlier `CREATE INDEX CONCURRENTLY` left INVALID is dropped.
    DroppingInvalidIndex {
        /// Its name with schema.
        index: String,
    },
}
