//! Secrets in the text of a migration: where they stand, and a text in which they cannot be read.

mod connection;
mod form;
mod json;
mod literal;
mod marked;
mod mask;
mod password;
mod private_key;
mod scan;
mod secret;
mod value;

pub(crate) use mask::{mask_in, masked};
pub(crate) use scan::scan;
pub(crate) use secret::{Secret, SecretKind};
