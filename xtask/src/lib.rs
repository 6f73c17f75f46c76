//! The command line. It alone prints, reads the environment and exits.
//!
//! `cli` says what can be typed, `command` holds one file for each command, `connection` finds
//! and opens a database, `problem` is how anything that goes wrong is shown.

pub mod connection;
pub mod databases;

mod advice;
mod check;
mod cli;
mod command;
mod environment;
mod excerpt;
mod exit;
mod explain;
mod git;
mod invocation;
mod local;
mod new_database;
mod output;
mod patience;
mod problem;
mod progress;
mod run;
mod sources;
mod standby;
mod stop;
mod target;
mod workspace;

pub use cli::main;
