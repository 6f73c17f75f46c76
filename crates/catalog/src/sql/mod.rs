//! Schemas and changes of schemas as SQL.

mod alter;
mod attach;
mod column;
mod common;
mod conversion;
mod create;
mod drop;
mod names;
mod notes;
mod operators;
mod options;
mod order;
mod parts;
mod plan;
mod privileges;
mod rare;
mod script;
mod sequence;
mod snapshot;
mod table;
mod write;
mod write_drops;

pub use script::{Script, Step, script};
pub use snapshot::{ddl, roles, to_sql};
