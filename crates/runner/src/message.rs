//! What is sent to the server, and what it answers.

use std::ops::Range;

/// One message of the simple query protocol: one or more statements that the server runs in
/// order, skipping the rest of the message at the first error.
#[derive(Debug, Clone, Default)]
pub(crate) struct Message {
    sql: String,
    parts: Vec<(Part, usize)>,
    /// The statement whose rows are wanted; of the others the rows are dropped as they come.
    pub(crate) keep: Keep,
}

/// What a statement of a message is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// `BEGIN`, `SET`, `COMMIT` and others of the runner's own.
    Control,
    /// The insertion of the history row.
    Claim,
    /// The migration's own statement of that index.
    Statement(usize),
    /// The update of the history row that ends a migration.
    Complete,
    /// The `COMMIT` behind that.
    Commit,
}

/// Which rows of an answer are wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Keep {
    #[default]
    Nothing,
    Everything,
    /// Those of the statement with that index in the message.
    Only(usize),
}

impl Keep {
    pub(crate) fn wants(self, statement: usize) -> bool {
        match self {
            Self::Nothing => false,
            Self::Everything => true,
            Self::Only(only) => only == statement,
        }
    }
}

impl Message {
    /// A message of one statement of the runner's own, without wish for its rows.
    pub(crate) fn control(sql: &str) -> Self {
        let mut message = Self::default();
        message.push(Part::Control, sql);
        message
    }

    /// A message of the runner's own whose rows are all wanted.
    pub(crate) fn query(statements: &[&str]) -> Self {
        let mut message = Self {
            keep: Keep::Everything,
            ..Self::default()
        };
        for sql in statements {
            message.push(Part::Control, sql);
        }
        message
    }

    pub(crate) fn push(&mut self, part: Part, sql: &str) {
        if part == Part::Complete {
            self.keep = Keep::Only(self.parts.len());
        }
        self.parts.push((part, self.sql.len()));
        self.sql.push_str(sql);
        self.sql.push_str(";\n");
    }

    pub(crate) fn sql(&self) -> &str {
        &self.sql
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Which part failed and, where the server gave a position (in characters from 1), the byte
    /// offset in that part. `None` when nothing tells the part.
    pub(crate) fn place(
        &self,
        completed: Option<usize>,
        position: Option<usize>,
    ) -> Option<(Part, Option<usize>)> {
        if let Some(characters) = position.and_then(|p| p.checked_sub(1)) {
            let offset = byte_offset(&self.sql, characters);
            let (part, start) = self
                .parts
                .iter()
                .rev()
                .find(|(_, start)| *start <= offset)?;
            return Some((*part, Some(offset - start)));
        }
        let index = if self.parts.len() == 1 { 0 } else { completed? };
        self.parts.get(index).map(|(part, _)| (*part, None))
    }
}

/// The byte offset of the character with that index.
fn byte_offset(text: &str, characters: usize) -> usize {
    text.char_indices()
        .nth(characters)
        .map_or(text.len(), |(offset, _)| offset)
}

/// A row as text, NULL as `None`.
pub(crate) type Row = Vec<Option<String>>;

/// The answer to a message: for each statement the rows that were wanted.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reply {
    pub(crate) results: Vec<Vec<Row>>,
}

/// A message that was not answered with success.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) message: Message,
    /// How many of its statements had completed, where the driver can tell.
    pub(crate) completed: Option<usize>,
    pub(crate) error: LinkError,
}

#[derive(Debug)]
pub(crate) enum LinkError {
    /// The server said no.
    Server(Box<ServerError>),
    /// The connection is gone, and with it the knowledge of what was committed.
    Lost(String),
}

/// An error as PostgreSQL reports it. See the manual, "Error and Notice Message Fields".
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServerError {
    /// SQLSTATE.
    pub code: String,
    /// The primary message.
    pub message: String,
    /// The secondary message.
    pub detail: Option<String>,
    /// The server's own suggestion.
    pub hint: Option<String>,
    /// Position in the message that was sent, in characters from 1.
    pub(crate) position: Option<usize>,
    /// The call stack of functions and inner queries.
    pub context: Option<String>,
    /// The table that the error is about.
    pub(crate) table: Option<String>,
}

impl ServerError {
    /// Whether the same may succeed in a moment: a lock time-out, a deadlock, a serialization
    /// failure, or another server (a worker of Citus, a foreign server) that could not be reached.
    pub(crate) fn is_transient(&self) -> bool {
        matches!(self.code.as_str(), "55P03" | "40P01" | "40001")
            || is_connection_failure(&self.code)
    }
}

/// Class 08, and the codes of a server that shuts down, has crashed or is still starting.
/// Source: PostgreSQL manual, "PostgreSQL Error Codes".
pub(crate) fn is_connection_failure(code: &str) -> bool {
    code.starts_with("08") || matches!(code, "57P01" | "57P02" | "57P03")
}

/// A slice of a migration's text.
pub(crate) type TextRange = Range<usize>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_in_characters_is_found_in_its_part() {
        let mut message = Message::default();
        message.push(Part::Control, "BEGIN");
        message.push(Part::Statement(0), "SELECT 'é'");
        message.push(Part::Statement(1), "SELECT x");
        // BEGIN;\n is 7 characters, SELECT 'é';\n 12 more; x is the 8th of the last.
        assert_eq!(
            message.place(None, Some(7 + 12 + 8)),
            Some((Part::Statement(1), Some(7)))
        );
        assert_eq!(
            message.place(Some(1), None),
            Some((Part::Statement(0), None))
        );
        assert_eq!(message.place(None, None), None);
        assert_eq!(
            Message::control("X").place(None, None),
            Some((Part::Control, None))
        );
    }
}
