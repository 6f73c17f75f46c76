//! What statements create and drop, and how the server says that it is there already, or not.

mod again;
mod change;
mod kind;

pub(crate) use again::Again;
pub(crate) use change::{Created, Dropped, Object, last_of_kind};
pub(crate) use kind::{Kind, Remedy, name_column};
