//! The SQL of a migration as rules see it: statements, the names and guards in them, the locks
//! that they take.

mod guard;
mod limits;
mod locks;
mod name;
mod statement;
mod table_locks;
mod walk;

pub(crate) use guard::{Fact, Guard};
pub(crate) use limits::Refused;
pub(crate) use locks::{Lock, Locked, is_full, locks_of, reindexes_concurrently};
pub(crate) use name::ObjectName;
pub(crate) use statement::{Place, Statement};
pub(crate) use walk::{Reading, walk};
