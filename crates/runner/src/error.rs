//! Why a run ended.

use std::fmt;

use jubilee_core::{Environment, MigrationName, Position, Version, Violations};
use thiserror::Error;

use crate::event::OtherRun;
use crate::history::OddRow;
use crate::left::Left;
use crate::message::{ServerError, TextRange};
use crate::refusal::Refusal;
use crate::state::{Divergence, MigrationStatus};
use crate::target::Server;

/// Why a run ended without having done all it was asked to, and on which server.
///
/// What it had applied until then stays applied and recorded; nothing is half done but where
/// [`RunErrorKind::Interrupted`] says so.
#[derive(Debug, Clone)]
pub struct RunError {
    kind: Box<RunErrorKind>,
    server: Option<Server>,
}

impl RunError {
    pub(crate) fn new(kind: RunErrorKind, server: Option<Server>) -> Self {
        Self {
            kind: Box::new(kind),
            server,
        }
    }

    /// What happened.
    #[must_use]
    pub fn kind(&self) -> &RunErrorKind {
        &self.kind
    }

    /// Where, if the server was reached.
    #[must_use]
    pub fn server(&self) -> Option<&Server> {
        self.server.as_ref()
    }
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)?;
        if let Some(why) = self.kind.why() {
            write!(f, "; {why}")?;
        }
        match &self.server {
            Some(server) => write!(f, " ({server})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for RunError {}

impl From<RunErrorKind> for RunError {
    fn from(kind: RunErrorKind) -> Self {
        Self::new(kind, None)
    }
}

/// What ended a run before its time.
#[derive(Debug, Clone, Error)]
#[non_exhaustive]
pub enum RunErrorKind {
    /// The target is not one that this run may touch.
    #[error("refused: {}", list(.0))]
    Refused(Vec<Refusal>),
    /// Files and history contradict each other.
    #[error("files and history do not agree: {}", list(.0))]
    Diverged(Vec<Divergence>),
    /// The history holds rows that cannot be read.
    #[error("public.schema_migrations holds rows that no runner wrote: {}", list(.0))]
    OddHistory(Vec<OddRow>),
    /// Migration files break the rules; nothing of them was sent.
    #[error("migration files break the rules:\n{0}")]
    Invalid(Violations),
    /// A migration has a name that the history cannot hold: `NNNN_descriptive_name` it must be.
    #[error("`{0}` is not the name of a migration")]
    UnknownName(String),
    /// A migration failed.
    #[error("{0}")]
    Failed(Box<Failed>),
    /// A `Transaction: none` migration was begun by a run that is gone.
    #[error("{name} was interrupted: its run began {started_at} and is gone")]
    Interrupted {
        /// The migration.
        name: MigrationName,
        /// ISO 8601, UTC.
        started_at: String,
        /// The program that ran it.
        runner: String,
    },
    /// A migration was applied by this run, and its row is gone since.
    #[error("the row of {0}, which this run has applied, is gone")]
    RowGone(MigrationName),
    /// The row of a migration without a transaction was deleted or changed while it ran.
    #[error("the row of {0} was deleted or changed while it ran")]
    RowGoneMeanwhile(MigrationName),
    /// Another runner did not finish in time.
    #[error("another runner is still at work after {waited_seconds} s")]
    WaitedTooLong {
        /// For how long this one waited.
        waited_seconds: u64,
        /// Who is at work, as far as the server tells.
        who: Option<OtherRun>,
    },
    /// The connection was lost, and with it what became of the last message.
    #[error("the connection was lost{}: {cause}", during.as_ref().map(|name| format!(" during {name}")).unwrap_or_default())]
    ConnectionLost {
        /// The migration under way.
        during: Option<MigrationName>,
        /// What the driver said.
        cause: String,
    },
    /// The run was asked to stop.
    #[error("stopped on request")]
    Stopped(Stopped),
    /// The server refused a statement of the runner's own.
    #[error("cannot {doing}: {} (SQLSTATE {})", error.message, error.code)]
    Server {
        /// What was attempted: "create public.schema_migrations".
        doing: &'static str,
        /// The server's words.
        error: Box<ServerError>,
    },
    /// The server answered a query without a row that it must have.
    #[error("the server answered the first query without a row")]
    NoAnswer,
    /// There is no migration of the number to stop at.
    #[error("there is no migration {target} to stop at")]
    UnknownTarget {
        /// The number.
        target: Version,
        /// The last migration that there is.
        last: Option<Version>,
    },
    /// Another runner's history does not fit the files.
    #[error("the other runner's history does not fit the files: {}", .0.join("; "))]
    NotAdoptable(Vec<String>),
    /// Somebody says what was applied, and a history does already.
    #[error("another runner's history says what was applied")]
    HistoryIsThere,
    /// There is no history of another runner, and no table.
    #[error("the database is empty: there is nothing to adopt")]
    NothingToAdopt,
    /// The history has another label than the one that was to be changed.
    #[error("the history there says {found}, not {expected}")]
    LabelledOtherwise {
        /// The label that it was to have.
        expected: Environment,
        /// The one that it has.
        found: String,
    },
    /// There is no migration of the number to resolve.
    #[error("there is no migration {0}")]
    UnknownMigration(Version),
    /// A migration that is to be resolved is not interrupted.
    #[error("{name} is {status}, not interrupted")]
    NotInterrupted {
        /// The migration.
        name: MigrationName,
        /// Where it stands.
        status: MigrationStatus,
        /// The `application_name` of its run's session, if it is at work.
        session: Option<String>,
    },
    /// A migration that is to be recorded as completed has not left what it should.
    #[error("{name} did not do all it should")]
    NotDone {
        /// The migration.
        name: MigrationName,
        /// What the catalog says, also of what is as it should be.
        left: Vec<Left>,
    },
    /// A migration that is to be run again after all, and one after it is applied.
    #[error("{later} was applied after {name} had been recorded as completed")]
    AppliedAfter {
        /// The migration.
        name: MigrationName,
        /// The one after it.
        later: MigrationName,
    },
    /// A migration that is to be resolved has no file.
    #[error("{0} has no file")]
    NoFile(MigrationName),
    /// Somebody else was faster to resolve it.
    #[error("{0} was resolved by somebody else meanwhile")]
    ResolvedMeanwhile(MigrationName),
    /// refinery's runner was told to do what a session here does not do.
    #[error("{0}")]
    NotWithRefinery(&'static str),
}

impl RunErrorKind {
    /// Why that ended the run, where the error itself does not say it. The items of a list have
    /// reasons of their own.
    #[must_use]
    pub fn why(&self) -> Option<String> {
        let why = match self {
            Self::OddHistory(_) => {
                "the runner does not guess what they mean, so it applies nothing"
            }
            Self::UnknownName(_) => "a migration is called NNNN_descriptive_name",
            Self::Interrupted { runner, .. } => {
                return Some(format!(
                    "it runs without a transaction, so how far {runner} came with it is not known"
                ));
            }
            Self::RowGone(_) => {
                "a later migration, or somebody else, has changed public.schema_migrations"
            }
            Self::RowGoneMeanwhile(_) => {
                "its statements took effect, since it runs without a transaction, and public.schema_migrations no longer says so"
            }
            Self::WaitedTooLong { who: Some(who), .. } => return Some(format!("it is {who}")),
            Self::WaitedTooLong { who: None, .. } => "the server does not tell who is at work",
            Self::ConnectionLost { .. } => {
                "what was under way is either committed and recorded, or neither"
            }
            Self::Stopped(stopped) => return Some(stopped.to_string()),
            Self::Server { error, .. } => {
                return error.detail.clone().or_else(|| error.context.clone());
            }
            Self::UnknownTarget {
                last: Some(last), ..
            } => {
                return Some(format!("the last one is {last}"));
            }
            Self::UnknownTarget { last: None, .. } => "there are no migrations",
            Self::NotDone { left, .. } => {
                let not_done: Vec<_> = left.iter().filter(|left| !left.done).collect();
                return Some(list(&not_done));
            }
            Self::AppliedAfter { .. } => "migrations are applied in their order",
            Self::NotAdoptable(_) => {
                "what was applied must be known before anything more is; nothing was changed"
            }
            _ => return None,
        };
        Some(why.to_owned())
    }
}

/// What a wish to stop met.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stopped {
    /// No migration that was not either committed and recorded, or not begun.
    BetweenMigrations,
    /// A migration in a transaction.
    RolledBack {
        /// The migration.
        name: MigrationName,
    },
    /// A migration without a transaction: what its statements did so far stays.
    WithoutTransaction {
        /// The migration.
        name: MigrationName,
        /// How many of its statements took effect.
        done: usize,
        /// How many it has.
        of: usize,
        /// What the statement that was cancelled has left, where the catalog tells.
        left: Option<Left>,
        /// Whether its row says so: `failed`.
        recorded: bool,
    },
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BetweenMigrations => f.write_str("no migration was under way"),
            Self::RolledBack { name } => {
                write!(f, "{name} was under way: it was rolled back")
            }
            Self::WithoutTransaction {
                name,
                done,
                of,
                left,
                recorded,
            } => {
                write!(f, "{name} was under way without a transaction: ")?;
                match of {
                    1 => f.write_str("its statement was cancelled")?,
                    _ => write!(
                        f,
                        "{done} of its {of} statements took effect, and the next was cancelled"
                    )?,
                }
                if let Some(left) = left {
                    write!(f, "; {left}")?;
                }
                f.write_str(if *recorded {
                    "; its row says `failed`"
                } else {
                    "; its row could not be changed to `failed`"
                })
            }
        }
    }
}

/// A migration that failed, with all that is known about where and why.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Failed {
    /// The migration.
    pub name: MigrationName,
    /// The statement that failed: its place in the migration's text, in bytes.
    pub statement: Option<TextRange>,
    /// The place that the server points at, in bytes of the migration's text.
    pub at: Option<usize>,
    /// Line and column of that place (else of the statement), from 1.
    pub position: Option<Position>,
    /// The server's words.
    pub error: ServerError,
    /// How often it was tried.
    pub attempts: u32,
    /// Whether it ran in one transaction, so that nothing of it is left.
    pub rolled_back: bool,
    /// Whether its `failed` row could be written.
    pub recorded: bool,
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} failed", self.name)?;
        if let Some(position) = self.position {
            write!(f, " at {}.sql:{position}", self.name)?;
        }
        write!(f, ": {} (SQLSTATE {})", self.error.message, self.error.code)
    }
}

fn list<T: ToString>(items: &[T]) -> String {
    let items: Vec<String> = items.iter().map(ToString::to_string).collect();
    items.join("; ")
}
