//! A statement of the old release, and what is asked of it.

/// What is asked of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// That the server can read it, and gives the same columns.
    Prepared,
    /// That it runs, and writes what it wrote.
    Run,
    /// That the server does not refuse it, whatever it gives: what a function computes is its own affair.
    Accepted,
    /// That it gives as many rows.
    Count,
    /// Of the number of rows that there are and the number that a role sees, that no more are hidden.
    Visible,
    /// That the same becomes of the rows that refer to one that it deletes.
    Referrers,
    /// That it gives the same; with what is so if it does not.
    Same(&'static str),
    /// That what is true is still true; with what is so if it is not.
    Still(&'static str),
}

/// A statement of the client.
#[derive(Debug, Clone)]
pub(crate) struct Use {
    /// What it is, in words: "INSERT into `users` with all columns".
    pub(crate) what: String,
    pub(crate) sql: String,
    pub(crate) asked: Asked,
    /// The table, where the statement names a constraint of it.
    pub(crate) of_constraint: Option<String>,
    /// The same for a single column each, to say which one it is.
    pub(crate) parts: Vec<Use>,
    /// Another use, without which this one says nothing more.
    pub(crate) unless: Option<String>,
}

impl Use {
    pub(crate) fn new(what: impl Into<String>, sql: impl Into<String>, asked: Asked) -> Self {
        Self {
            what: what.into(),
            sql: sql.into(),
            asked,
            of_constraint: None,
            parts: Vec::new(),
            unless: None,
        }
    }

    /// The same, if that one still works.
    pub(crate) fn unless(mut self, what: impl Into<String>) -> Self {
        self.unless = Some(what.into());
        self
    }
}
