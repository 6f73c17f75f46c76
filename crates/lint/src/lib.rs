//! The rules for the SQL of migrations, checked without a server.
//!
//! [`check_folder`] reads the migrations of one database and says everything that is wrong with
//! them: where, why that is a problem, and what to write instead. Each rule is one file under `rules/`
//! that holds its name, its documentation with examples, and its check.
//!
//! This is the only crate that knows the SQL parser. It opens no file, socket or process.

mod allow;
mod append_only;
mod builtin;
mod catalog;
mod check;
#[macro_use]
mod checked;
mod context;
mod facts;
mod finding;
mod fix;
mod locks;
mod object;
mod rule;
mod rules;
mod secrets;
mod suggest;
mod sums;
mod syntax;
mod undo;

pub use append_only::{Base, check_append_only};
pub use check::{FileReport, check_folder};
pub use context::Scope;
pub use finding::{Declared, Finding, Suppressed};
pub use fix::{Edit, Fix};
pub use locks::{Held, LockMode, TakenLock};
pub use rule::{Category, Declares, Rule, Severity};
pub use suggest::nearest;
pub use sums::{SUM_FILE, Sums};
pub use undo::{Undo, UndoStep, undo};

/// All rules, by category, and within it in the order in which they are best read.
#[must_use]
pub fn rules() -> Vec<&'static Rule> {
    rules::ALL.iter().map(|checked| &checked.rule).collect()
}
