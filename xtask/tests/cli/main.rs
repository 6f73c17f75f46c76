//! The command line as people use it: whole processes against a real PostgreSQL.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod accept_newer;
mod adopt;
mod after;
mod bad_input;
mod builds;
mod check;
mod completions;
mod concurrency;
mod declared;
mod drift;
mod forecast;
mod heard;
mod help;
mod installed;
mod local_server;
mod new;
mod new_database;
mod odd_files;
mod output;
mod page;
mod plan;
#[expect(dead_code, reason = "the faults end it and start it again")]
mod pooler;
mod progress;
mod queries;
mod readme;
mod reference;
mod relabel;
mod reset;
mod resolve;
mod role;
mod safety;
mod secrets;
mod snapshot;
mod status;
mod stopping;
mod support;
mod terminal;
mod verify;
mod where_it_is;
