//! The statements that make one schema of another.

use super::plan::Work;
use crate::model::{Catalog, Name};

/// The statements that make one schema of another, and what they leave open.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Script {
    /// In the order in which they run.
    pub steps: Vec<Step>,
    /// What no statement here does, and why.
    pub open: Vec<(Name, String)>,
}

/// A statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What it is about.
    pub name: Name,
    /// Without a semicolon at its end.
    pub sql: String,
    /// Whether rows or values go with it.
    pub loses_rows: bool,
}

/// The statements that make `to` of `from`. Nothing is guessed: a column of another name is a column that
/// is dropped and one that is added. Function bodies are not checked while they run
/// (`check_function_bodies = off`), since they may need each other.
#[must_use]
pub fn script(from: &Catalog, to: &Catalog) -> Script {
    let mut work = Work::new(from, to);
    work.plan();
    work.write()
}
