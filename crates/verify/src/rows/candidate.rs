//! A row that may be inserted.

use serde_json::{Map, Value};

use super::schema::Table;

/// A row that may be inserted: a value for each column of its table, `None` for NULL.
#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    pub(crate) cells: Vec<Option<Value>>,
    /// The columns that are not drawn again.
    pub(crate) fixed: Vec<bool>,
    /// The places of the checks that it breaks; `None` before it was judged.
    pub(crate) breaks: Option<Vec<usize>>,
    /// By place, what the server suggests for a column.
    pub(crate) suggested: Vec<Option<String>>,
    /// Why it cannot even be judged.
    pub(crate) error: Option<String>,
}

impl Candidate {
    pub(crate) fn new(columns: usize) -> Self {
        Self {
            cells: vec![None; columns],
            fixed: vec![false; columns],
            breaks: None,
            suggested: Vec::new(),
            error: None,
        }
    }

    /// How far it is from a row: the number of checks that it breaks.
    pub(crate) fn distance(&self) -> usize {
        self.breaks.as_ref().map_or(usize::MAX, Vec::len)
    }

    pub(crate) fn judged(&mut self, held: &[bool], suggested: Vec<Option<String>>) {
        let broken = held.iter().enumerate().filter(|(_, held)| !**held);
        self.breaks = Some(broken.map(|(place, _)| place).collect());
        self.suggested = suggested;
        self.error = None;
    }

    pub(crate) fn broken(&mut self, error: String) {
        self.breaks = None;
        self.error = Some(error);
    }

    /// As `jsonb_populate_record` takes it.
    pub(crate) fn to_json(&self, table: &Table) -> Value {
        let mut object = Map::new();
        for (column, cell) in table.columns.iter().zip(&self.cells) {
            if column.generated.is_none()
                && let Some(value) = cell
            {
                object.insert(column.name.clone(), value.clone());
            }
        }
        Value::Object(object)
    }
}
