//! Secrets in the text of a migration: where they stand, and a text in which they cannot be read.

mod connection;
mod form;
mod literal;
mod mask;
mod password;
mod private_key;
mod scan;
mod value;

pub(crate) use mask::masked;
pub(crate) use scan::{Kind, Secret, scan};
