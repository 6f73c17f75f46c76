//! What is written of a schema into the checkout: SQL that makes it, and a description.

mod banner;
mod change;
mod describe;
mod diagram;
mod files;
mod groups;
mod make;
mod rows;

pub(crate) use change::{Changed, changed};
pub(crate) use files::{paths, stale, texts};
pub(crate) use make::make;
