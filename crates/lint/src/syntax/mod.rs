//! The SQL of a migration as rules see it: statements, and the names, guards and types in
//! them.

mod alter;
mod call;
mod code;
mod column;
mod condition;
mod constraint;
mod convergence;
mod generated_name;
mod guard;
mod into;
mod limits;
mod maintenance;
mod name;
mod new_name;
mod parts;
mod sql_type;
mod statement;
mod variables;
mod walk;

pub(crate) use alter::{AddedConstraint, AlterTable, column_names, name_in};
pub(crate) use code::{code_tokens, identifier, mentions, meta_commands, string_content};
pub(crate) use column::{Origin, TypedColumn, is_temporary};
pub(crate) use constraint::{ConstraintKind, NewConstraint};
pub(crate) use convergence::{Column, diverges};
pub(crate) use generated_name::{LONGEST_NAME, cut_name, generated_name, generated_names};
pub(crate) use guard::{Guard, Lookup};
pub(crate) use limits::Refused;
pub(crate) use maintenance::{clustered, is_full, reindexes_concurrently};
pub(crate) use name::ObjectName;
pub(crate) use new_name::NewName;
pub(crate) use sql_type::{Change, SqlType};
pub(crate) use statement::{Place, Statement, name_of_expr};
pub(crate) use walk::{Reading, walk};
