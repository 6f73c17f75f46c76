//! Finds, starts and stops a local PostgreSQL: a throwaway one of one process ([`TempServer`]) or of
//! all that want one ([`SharedServer`]), and a persistent one for development ([`LocalServer`]).
//!
//! ```no_run
//! use jubilee_pg_local::{Options, TempServer};
//!
//! let server = TempServer::start(&Options::default())?;
//! server.create_database("codex")?;
//! let url = server.url("codex");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! PostgreSQL is taken from where it is installed, or fetched with npm ([`Installation::find`]).
//! It runs as an ordinary user, also when this process is root's; it is reached over a Unix socket
//! in a folder that only that user can enter. This crate knows nothing of migrations, prints
//! nothing, and reads environment variables in [`Search::from_environment`] only.

mod account;
mod cluster;
mod configuration;
mod daemon;
mod database;
mod endpoint;
mod environment;
mod error;
mod event;
mod hash;
mod installation;
mod launch;
mod local_server;
mod lock;
mod log;
mod npm;
mod postmaster;
mod process;
mod random;
mod shared_server;
mod socket;
mod state_folder;
mod supervisor;
mod temp_server;
mod tree;
mod version;

pub use database::DatabaseError;
pub use endpoint::Endpoint;
pub use environment::{Folders, Search};
pub use error::ServerError;
pub use event::Event;
pub use installation::{FindError, Installation, Unusable};
pub use local_server::{LocalServer, Status, Tcp};
pub use shared_server::{Kept, SharedServer};
pub use temp_server::{Options, TempServer};
pub use version::ServerVersion;
