//! What happens during a run.

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
        /// Who, since when, as far as the server tells.
        who: Option<String>,
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
