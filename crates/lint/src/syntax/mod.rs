//! The SQL of a migration as rules see it: statements, the names and guards in them, the locks
//! that they take.

mod call;
mod code;
mod guard;
mod limits;
mod name;
mod statement;
mod walk;

pub(crate) use code::{code_tokens, identifier, mentions, meta_commands, string_content};
pub(crate) use guard::{Fact, Guard};
pub(crate) use limits::Refused;
pub(crate) use name::ObjectName;
pub(crate) use statement::{Place, Statement};
pub(crate) use walk::{Reading, walk};
