//! Runs on a real server, which all tests share; each has a database of its own.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod adopt;
mod alone;
mod api;
mod apply;
mod concurrency;
mod corpus;
mod identity;
mod messages;
mod round_trips;
mod support;
