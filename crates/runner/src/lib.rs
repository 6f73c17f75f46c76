//! Applies migrations to PostgreSQL.
//!
//! A migration and its history row are committed together, and the history's primary key is
//! the lock: a kill, a second runner or a pooler in between cannot make a migration run twice
//! or leave it applied and unrecorded. `ARCHITECTURE.md` in the workspace says how.
//!
//! [`Migrator`] is the interface; [`Session`] is the same for whoever wants to call
//! [`refinery::Runner::run`].
//!
//! This crate prints nothing, reads no environment variable and opens no connection.

#[cfg(not(any(feature = "postgres", feature = "tokio-postgres")))]
compile_error!("jubilee-runner needs a driver: enable its feature `postgres` or `tokio-postgres`");

mod activity;
mod database_crate;
mod driver;
mod engine;
mod error;
mod event;
mod history;
mod left;
mod link;
mod message;
mod migrator;
mod options;
mod refusal;
mod session;
mod sql;
mod state;
mod target;

pub use activity::{Activity, AtWork, Behind, Holder, Locked, Progress, Wait};
#[cfg(feature = "tokio-postgres")]
pub use driver::process::server_process;
pub use engine::{AdoptOptions, Adoption, Details, Planned, Resolution, Resolved};
pub use error::{Failed, RunError, RunErrorKind, Stopped};
pub use event::{Applied, Event, OtherRun};
pub use history::OddRow;
pub use jubilee_core::{
    Environment, MigrationName, MigrationTexts, SourceFile, TransactionMode, Version,
};
pub use left::{Left, LeftState};
pub use message::ServerError;
pub use migrator::{HISTORY_TABLE, Migrator, Status, runner};
pub use options::{Options, StopFlag};
#[cfg(feature = "postgres")]
pub use postgres;
pub use refinery::{Report, Runner};
pub use refusal::Refusal;
pub use session::Session;
pub use state::{Divergence, MigrationState, MigrationStatus};
pub use target::{HistoryKind, Server};
#[cfg(feature = "tokio-postgres")]
pub use tokio_postgres;
