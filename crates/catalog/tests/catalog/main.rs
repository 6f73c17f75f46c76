//! Schemas of a real server, read and compared.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]
#![expect(clippy::print_stderr, reason = "how many pairs were equal")]

mod changes;
mod kinds;
mod mutants;
mod mutate;
mod observer;
mod pairs;
mod renames;
mod rows;
mod scripts;
mod speed;
mod support;
mod values;
mod whole;
