//! A client of the schema before the migration, and its statements on the schema after it.

mod answer;
mod basis;
mod client;
mod guards;
mod numbers;
mod objects;
mod privileges;
mod referrers;
mod refused;
mod replay;
mod routines;
mod settings;
mod statement;
mod tables;
mod touched;
mod views;

pub(crate) use answer::{Answer, Parameter, answer, difference};
pub(crate) use basis::Basis;
pub(crate) use client::OldClient;
pub(crate) use guards::{Gone, Guard, gone, read as read_guards};
pub(crate) use numbers::read as read_numbers;
pub(crate) use privileges::{Privilege, gained, given, lost};
pub(crate) use refused::{Accepted, Attempt, attempts, let_anyone};
pub(crate) use replay::{Broken, Probe, Way, begin, replay};
pub(crate) use routines::{Routine, read as read_routines, value_of};
pub(crate) use settings::with_settings;
pub(crate) use statement::Asked;
pub(crate) use touched::{plain, touched};
