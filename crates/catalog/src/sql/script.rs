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
    /// What it does to values.
    pub loses: Vec<Loss>,
}

/// What becomes of values that do not stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Loss {
    /// The table or column goes, and they with it.
    Removed(Name),
    /// They are rounded, cut or read in another time zone, without an error: the column, and its two types.
    Changed(Name, String),
}

/// The statements that make `to` of `from`, as far as SQL can. Nothing is guessed: a column of another name is a
/// column that is dropped and one that is added. Where columns have another order, a label of an enum is
/// gone or a partition key is another, tables are made again and get their rows back, which takes as long
/// as copying them twice. Function bodies are not checked while they run (`check_function_bodies = off`), since
/// they may need each other.
#[must_use]
pub fn script(from: &Catalog, to: &Catalog) -> Script {
    written(from, to, true)
}

/// The same without statements that move rows to a new table or may change values: what they would do is in
/// [`Script::open`].
#[must_use]
pub fn careful_script(from: &Catalog, to: &Catalog) -> Script {
    written(from, to, false)
}

fn written(from: &Catalog, to: &Catalog, is_full: bool) -> Script {
    let mut work = Work::new(from, to, is_full);
    work.plan();
    work.write()
}
