//! Why a run ended.

use jubilee_core::{Position, Violations};
use thiserror::Error;

use crate::history::OddRow;
use crate::message::{ServerError, TextRange};
use crate::refusal::Refusal;
use crate::state::Divergence;

/// Why a run ended without having done all it was asked to.
///
/// What it had applied until then stays applied and recorded; nothing is half done but where
/// [`RunError::Interrupted`] says so.
#[derive(Debug, Clone, Error)]
#[non_exhaustive]
pub enum RunError {
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
    /// A migration failed.
    #[error("{0}")]
    Failed(Box<Failed>),
    /// A `Transaction: none` migration was begun by a run that is gone.
    #[error("{name} was interrupted: its run began {started_at} and is gone")]
    Interrupted {
        /// The migration.
        name: String,
        /// ISO 8601, UTC.
        started_at: String,
        /// The program that ran it.
        runner: String,
    },
    /// Another runner did not finish in time.
    #[error("another runner is still at work after {waited_seconds} s")]
    WaitedTooLong {
        /// For how long this one waited.
        waited_seconds: u64,
        /// Who is at work, as far as the server tells.
        who: Option<String>,
    },
    /// The connection was lost, and with it what became of the last message.
    #[error("the connection was lost{}: {cause}", during.as_ref().map(|name| format!(" during {name}")).unwrap_or_default())]
    ConnectionLost {
        /// The migration under way.
        during: Option<String>,
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
    /// Another runner's history does not fit the files.
    #[error("the other runner's history does not fit the files: {}", .0.join("; "))]
    NotAdoptable(Vec<String>),
    /// What was asked for makes no sense for this target.
    #[error("{what}")]
    Unsupported {
        /// What cannot be done, and why.
        what: String,
        /// What to do instead.
        hint: String,
    },
}

impl RunError {
    /// Why that ended the run, where the error itself does not say it. The items of a list have
    /// reasons of their own.
    #[must_use]
    pub fn why(&self) -> Option<String> {
        let why = match self {
            Self::Refused(_) | Self::Diverged(_) | Self::Invalid(_) | Self::Failed(_) => {
                return None;
            }
            Self::OddHistory(_) => "what they mean is nobody's to guess, so nothing is applied",
            Self::Interrupted { runner, .. } => {
                return Some(format!(
                    "it is not in one transaction with its history row, so how far {runner} came with it is not known"
                ));
            }
            Self::WaitedTooLong { who: Some(who), .. } => return Some(format!("at work is {who}")),
            Self::WaitedTooLong { who: None, .. } => "the server does not tell who is at work",
            Self::ConnectionLost { .. } => {
                "what was under way is either committed and recorded, or neither"
            }
            Self::Stopped(stopped) => return Some(stopped.to_string()),
            Self::Server { error, .. } => {
                return error.detail.clone().or_else(|| error.context.clone());
            }
            Self::NotAdoptable(_) => {
                "what was applied must be known before anything more is; nothing was changed"
            }
            Self::Unsupported { .. } => return None,
        };
        Some(why.to_owned())
    }

    /// What to do next, where one thing can be said for the whole error. The items of a list
    /// have hints of their own.
    #[must_use]
    pub fn hint(&self, database: &str) -> Option<String> {
        match self {
            Self::Refused(_) | Self::Diverged(_) | Self::Invalid(_) | Self::Failed(_) => None,
            Self::OddHistory(_) => Some("look at them with `SELECT * FROM public.schema_migrations ORDER BY version` and correct them by hand".to_owned()),
            Self::Interrupted { name, .. } => {
                let version = &name[..4.min(name.len())];
                Some(format!(
                    "look at what it left, then say what became of it:
\
                     cargo xtask migrate resolve {database} {version} --rerun       (run it again: being idempotent, it finds what is there)
\
                     cargo xtask migrate resolve {database} {version} --completed   (it did all it should)"
                ))
            }
            Self::WaitedTooLong { .. } => Some("wait longer with --wait 30m, or end the other session".to_owned()),
            Self::ConnectionLost { .. } => Some(format!("run it again; what was committed is not applied twice:\ncargo xtask migrate {database}")),
            Self::Stopped(_) => Some(format!("run it again when you like:\ncargo xtask migrate {database}")),
            Self::Server { error, .. } => error.hint.clone(),
            Self::NotAdoptable(_) => Some("correct the files so that they are what was applied; if only header or comments were added since, adopt with --ignore-checksums".to_owned()),
            Self::Unsupported { hint, .. } => Some(hint.clone()),
        }
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
        /// `NNNN_descriptive_name`.
        name: String,
    },
    /// A migration without a transaction: what its statements did so far stays.
    WithoutTransaction {
        /// `NNNN_descriptive_name`.
        name: String,
        /// Whether its row says so: `failed`.
        recorded: bool,
    },
}

impl std::fmt::Display for Stopped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::BetweenMigrations => f.write_str("no migration was under way"),
            Self::RolledBack { name } => {
                write!(f, "{name} was under way: it was rolled back")
            }
            Self::WithoutTransaction { name, recorded } => write!(
                f,
                "{name} was under way without a transaction: what it did so far stays, and its row {}",
                if *recorded {
                    "says `failed`"
                } else {
                    "could not be changed to `failed`"
                }
            ),
        }
    }
}

/// A migration that failed, with all that is known about where and why.
#[derive(Debug, Clone)]
pub struct Failed {
    /// `NNNN_descriptive_name`.
    pub name: String,
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

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} failed", self.name)?;
        if let Some(position) = self.position {
            write!(f, " at {}.sql:{position}", self.name)?;
        }
        write!(f, ": {} (SQLSTATE {})", self.error.message, self.error.code)
    }
}

fn list<T: ToString>(items: &[T]) -> String {
    items
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("; ")
}
