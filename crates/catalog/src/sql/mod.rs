//! Schemas and changes of schemas as SQL.

mod alter;
mod attach;
mod column;
mod common;
mod conversion;
mod create;
mod domain;
mod drop;
mod exchanged;
mod full;
mod inherited;
mod names;
mod notes;
mod operators;
mod options;
mod order;
mod parts;
mod plan;
mod privileges;
mod rare;
mod rename;
mod rows;
mod script;
mod sequence;
mod snapshot;
mod table;
mod types;
mod write;
mod write_drops;

pub use exchanged::{Exchanged, exchanged};
pub use names::{literal, unquoted};
pub use rename::{Rename, renames};
pub use script::{Loss, Script, Step, careful_script, script};
pub use snapshot::{ddl, roles, roles_of, to_sql};
