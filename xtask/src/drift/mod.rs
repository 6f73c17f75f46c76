//! Where a live database differs from what its recorded migrations make.

mod again;
mod compare;
mod correct;
mod direction;
mod foreign_roles;
mod pieces;
mod reasons;
mod renamed;
mod report;
mod stay;
mod text;
mod words;

pub(crate) use compare::{Compared, compare, look};
pub(crate) use correct::correct;
pub(crate) use direction::Direction;
pub(crate) use report::{human, json, markdown, written};
