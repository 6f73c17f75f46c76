//! A statement of a service, and what became of it.

use crate::old::Broken;

/// A statement of a service's own, with `$1`, `$2` for its parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// The file that holds it, as people are shown it.
    pub file: String,
    /// The line on which it begins, from 1.
    pub line: usize,
    /// What a comment `-- name:` calls it.
    pub name: Option<String>,
    /// The statement.
    pub sql: String,
}

impl Query {
    /// It, with its place: "the query `GetUser` (queries/users.sql:12)".
    #[must_use]
    pub fn shown(&self) -> String {
        let Self { file, line, .. } = self;
        match &self.name {
            Some(name) => format!("the query `{name}` ({file}:{line})"),
            None => format!("the query at {file}:{line}"),
        }
    }
}

/// Whether a query works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QueryAnswer {
    /// On both schemas.
    Works,
    /// On the schema before the migration and not on the one after it; with the reason.
    Breaks(String),
    /// Not even on the schema before; with the reason.
    FailsBefore(String),
}

/// A query, and whether it works.
#[derive(Debug, Clone)]
pub struct QueryOutcome {
    /// The query.
    pub query: Query,
    /// Whether it works.
    pub answer: QueryAnswer,
    /// How one sees that it does not.
    pub(crate) broken: Option<Broken>,
}
