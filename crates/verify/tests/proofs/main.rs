//! What the proofs find in migrations that are wrong, and that they find nothing in those that are not.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod cases;
mod keeps_guards;
mod locks;
mod mistakes;
mod old_release;
mod support;
