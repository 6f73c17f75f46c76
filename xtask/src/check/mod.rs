//! `check`: what is read, against what it is held, and how it is reported. The rules themselves
//! are in the crate `lint`.

mod base;
mod fix;
mod folder;
pub(crate) mod report;

pub(crate) use base::{BaseChoice, Bases};
pub(crate) use folder::{Checked, CheckedFile, Folder, Manner};
