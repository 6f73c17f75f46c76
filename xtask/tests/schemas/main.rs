//! The schemas themselves: safe to run again, as the house wants them, and keeping what they hold.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod again;
mod audit_log;
mod distribution;
mod house_rules;
mod invoice_numbers;
mod message_search;
mod roles;
mod rows;
mod stamps;
mod support;
mod undo;
