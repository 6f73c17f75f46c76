//! What stands in the database before a statement, as far as migrations made it: the relations with
//! their columns and keys, who refers to whom, the types.
//!
//! One catalog goes through all files of a folder, and is changed as the server's would be. What is
//! dropped or renamed only under some condition counts as being there under both names.

mod alter;
mod apply;
mod cascade;
mod column;
mod define;
mod guard;
mod guards;
mod key;
mod relation;
mod relations;
mod roles;
mod types;

pub(crate) use cascade::takes_from;
pub(crate) use column::{Column, Filled};
pub(crate) use guard::{Guard, Policy, Trigger, passes_all};
pub(crate) use key::{ForeignKey, Key};
pub(crate) use relation::{Relation, RelationKind};
pub(crate) use relations::Catalog;
