//! What a further database needs in the checkout: its own files, and its entry in the list of
//! databases, from which `codegen` writes the rest. Everything is worked out before anything is
//! written.

mod holds;
mod migrations;
mod name;
mod plan;

pub(crate) use holds::check_holds;
pub(crate) use name::check_name;
pub(crate) use plan::{free_port, plan};
