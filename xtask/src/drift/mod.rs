//! Where a live database differs from what its recorded migrations make.

mod again;
mod compare;
mod correct;
mod report;

pub(crate) use compare::{Compared, compare, look};
pub(crate) use correct::{Direction, correct};
pub(crate) use report::{human, json, markdown};
