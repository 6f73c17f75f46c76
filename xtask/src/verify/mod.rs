//! `verify`: which migrations are proved, and how the answers are reported. The proofs themselves are in
//! the crate `verify`.

mod inferred;
mod like;
mod migrations;
mod progress;
mod queries;
pub(crate) mod report;
mod run;

pub(crate) use like::read as read_like;
pub(crate) use migrations::Migrations;
pub(crate) use progress::Shown;
pub(crate) use queries::read as read_queries;
pub(crate) use run::{Manner, run};
