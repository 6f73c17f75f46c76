//! The statements of services, as their own files have them, on the schema before a migration and after it.

mod parameters;
mod query;
mod replay;

pub use query::{Query, QueryAnswer, QueryOutcome};
pub(crate) use replay::replay;
