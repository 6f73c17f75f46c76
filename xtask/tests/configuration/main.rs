//! From variables, a dotenv file and the files that they name to settings.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may end like this"
)]

mod dotenv;
mod faults;
mod files;
mod layers;
mod support;
mod values;
