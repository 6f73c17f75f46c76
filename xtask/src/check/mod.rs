//! `check`: what is read, against what it is held, and how it is reported. The rules themselves
//! are in the crate `lint`.

mod base;
mod checked;
mod fix;
mod folder;
mod links;
mod renumber;
pub(crate) mod report;

pub(crate) use base::{BaseChoice, Bases};
pub(crate) use checked::{Checked, CheckedFile, Suppression};
pub(crate) use folder::{Folder, Manner};
pub(crate) use links::Links;
pub(crate) use renumber::First;
