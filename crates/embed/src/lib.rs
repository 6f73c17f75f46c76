//! Reads a folder of migrations.
//!
//! [`read_folder`] reads a folder that is given at run time; [`embed_database`] is the whole
//! build script of a database crate, and [`embed_unchecked`] that of the command line. What is wrong
//! with a file is for `jubilee-core` to say.

mod build_script;
mod folder;

pub use build_script::{embed_database, embed_unchecked};
pub use folder::{FolderError, read_folder};
