//! What a further database needs in the checkout: its own files, and its place in the files that
//! list the databases. Everything is worked out before anything is written.

mod anchor;
mod compose;
mod crate_files;
mod facts;
mod listing;
mod lockfile;
mod manifest;
mod migration;
mod name;
mod plan;
mod write;

pub(crate) use facts::{Facts, check_holds};
pub(crate) use name::check_name;
pub(crate) use plan::{Change, free_port, plan};
pub(crate) use write::write;
