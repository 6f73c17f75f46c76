//! Connections to real servers, each with certificates made for the occasion.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may end like this"
)]

mod certificates;
mod failures;
mod roles;
mod servers;
mod session;
mod support;
mod tls;
