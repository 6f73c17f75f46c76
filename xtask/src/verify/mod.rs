//! `verify`: which migrations are proved, and how the answers are reported. The proofs themselves are in
//! the crate `verify`.

mod migrations;
mod progress;
pub(crate) mod report;
mod run;

pub(crate) use migrations::Migrations;
pub(crate) use run::{Manner, run};
