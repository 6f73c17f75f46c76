//! A client of the schema before the migration, and its statements on the schema after it.

mod client;
mod replay;
mod touched;

pub(crate) use client::{OldClient, held};
pub(crate) use replay::{Broken, answer, difference, lost_privilege, replay};
pub(crate) use touched::touched;
