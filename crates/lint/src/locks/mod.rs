//! The locks of a migration: which modes there are, which ones a statement takes, and which of
//! them a file takes on tables that others use.

mod alter_table;
mod file;
mod lock;
mod mode;
mod statement;

pub use file::TakenLock;
pub use mode::{Held, LockMode};

pub(crate) use alter_table::{lock_of_action, of_new_column};
pub(crate) use file::{FileLocks, StrongLock};
pub(crate) use lock::{Lock, Locked};
pub(crate) use statement::{locks_of, mode_asked_for};
