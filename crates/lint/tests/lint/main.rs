//! The rules, held against examples, against damaged texts, and against a real PostgreSQL.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod advice;
mod again;
mod again_files;
mod cascade;
mod comparison;
mod constraint_names;
mod corpus;
mod folders;
mod locks;
mod mistakes;
mod not_valid;
mod rewrites;
mod robustness;
mod rules;
mod safety;
mod support;
mod undo;
mod without_transaction;
