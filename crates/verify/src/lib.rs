//! Proves migrations on a scratch PostgreSQL.
//!
//! [`Verifier`] starts a throwaway server, builds the schema that a migration begins from, fills its
//! tables with rows ([`fill`]), and asks one question after the other ([`Proof`]). Each answer comes
//! from what was observed: nothing is inferred from the SQL.
//!
//! This crate reads no file and prints nothing.

mod apply;
mod case;
mod data;
mod error;
mod forecast;
mod observe;
mod old;
mod picture;
mod place;
mod proof;
mod proofs;
mod prove;
mod queries;
mod rows;
mod savepoint;
mod schema;
mod scratch;
mod sql;
mod steps;

pub use error::Error;
pub use forecast::{
    Forecast, ForecastStatement, HeldLock, Like, LiveSize, LiveTable, NotMultiplied, SIZES,
    SizedTable, Span,
};
pub use jubilee_catalog::Change;
pub use jubilee_lint::LockMode;
pub use observe::{Observed, TableLock, Touched};
pub use picture::{Fate, PicturedColumn, PicturedReference, PicturedTable};
pub use place::narrowed;
pub use proof::{Finding, Note, Outcome, Proof, Verdict};
pub use prove::{Ask, Progress, Proved, Verifier};
pub use queries::{Query, QueryAnswer, QueryOutcome};
pub use rows::{Filled, Wish, fill, fill_at};
