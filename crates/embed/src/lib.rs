//! Reads a folder of migrations.
//!
//! [`read_folder`] is what the command line uses for `--migrations DIR`; [`build_script`] is
//! the whole build script of a database crate. This crate reads files and judges nothing: what
//! is wrong with them is for `jubilee-core` to say.

mod build_script;
mod folder;

pub use build_script::build_script;
pub use folder::{FolderError, read_folder};
