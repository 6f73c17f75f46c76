//! The command line. It alone prints, reads the environment and exits.
//!
//! `cli` says what can be typed, `command` holds one file for each command, `connection` finds
//! and opens a database, `problem` is how anything that goes wrong is shown.

pub mod connection;
pub mod databases;

mod activity;
mod advice;
mod after;
mod aftermath;
mod allowed;
mod argument;
mod baseline;
mod check;
mod cli;
mod codegen;
mod command;
mod completions;
mod confirm;
mod drift;
mod environment;
mod excerpt;
mod exit;
mod explain;
mod files;
mod git;
mod globals;
mod header;
mod invocation;
mod kind;
mod local;
mod merged;
mod new_database;
mod observer;
mod outcome;
mod output;
mod patience;
mod plan;
mod problem;
mod progress;
mod query;
mod run;
mod runtime;
mod schema;
mod scratch;
mod seen;
mod snapshot;
mod sources;
mod stop;
mod target;
mod template;
mod terminal;
mod verify;
mod workspace;

pub use cli::main;
