//! What migrations did, as far as it can be read from their text: one file for each kind of fact.

mod again;
mod all;
mod constraint;
mod events;
mod indexes;
mod keys;
mod made;
mod names;
mod relation;
mod relations;
mod second_run;
mod types;
mod unvalidated;

pub(crate) use again::Again;
pub(crate) use all::Facts;
pub(crate) use indexes::Indexes;
pub(crate) use keys::Keys;
pub(crate) use made::{Made, Space};
pub(crate) use names::Names;
pub(crate) use relation::Relation;
pub(crate) use relations::Relations;
pub(crate) use second_run::SecondRun;
pub(crate) use types::{Domain, Types};
pub(crate) use unvalidated::Unvalidated;
