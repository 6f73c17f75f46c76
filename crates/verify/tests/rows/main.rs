//! Every table of a schema is filled, whatever the schema.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod hard;
mod support;
mod workspace;
