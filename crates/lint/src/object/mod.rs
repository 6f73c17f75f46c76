//! What statements create and drop, and how the server says that it is there already, or not.

mod change;
mod expected;
mod kind;
mod renamed;
mod sql_state;

pub(crate) use change::{Created, Dropped, Object, last_of_kind};
pub(crate) use expected::Expected;
pub(crate) use kind::{ObjectKind, Remedy, name_column};
pub(crate) use renamed::Renamed;
pub(crate) use sql_state::SqlState;
