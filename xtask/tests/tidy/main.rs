//! What ARCHITECTURE.md says of the workspace, checked.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod absences;
mod compiler;
mod dependencies;
mod examples;
mod files;
mod modules;
mod paths;
mod sources;
mod workflows;
