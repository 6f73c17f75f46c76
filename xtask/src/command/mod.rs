//! One file for each command.

pub(crate) mod adopt;
pub(crate) mod check;
pub(crate) mod codegen;
pub(crate) mod completions;
pub(crate) mod db;
pub(crate) mod drift;
pub(crate) mod migrate;
pub(crate) mod new;
pub(crate) mod new_database;
pub(crate) mod relabel;
pub(crate) mod renumber;
pub(crate) mod reset;
pub(crate) mod resolve;
pub(crate) mod snapshot;
pub(crate) mod status;
pub(crate) mod verify;
