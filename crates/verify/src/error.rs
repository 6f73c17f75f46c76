//! Why a proof could not even be begun.

use std::error::Error as _;

use jubilee_pg_local::{DatabaseError, ServerError};
use thiserror::Error;

/// Why nothing could be proved: the scratch server, not the migration, is what failed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// The scratch server did not start.
    #[error(transparent)]
    Scratch(#[from] ServerError),
    /// It would not make or copy a database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// It refused a query of this crate's own.
    #[error("cannot {doing}: {reason}")]
    Server {
        /// What was attempted.
        doing: String,
        /// The server's words.
        reason: String,
        /// The table that it speaks of.
        table: Option<String>,
    },
    /// It answered with something else than it was asked for.
    #[error("cannot read the catalog: {reason}")]
    Catalog {
        /// What was wrong with the answer.
        reason: String,
    },
    /// A migration of the base, which is released, fails.
    #[error("cannot build the schema that the migration begins from: {reason}")]
    Base {
        /// Why.
        reason: String,
    },
    /// The wish to stop was heard.
    #[error("stopped on request")]
    Stopped,
}

impl Error {
    pub(crate) fn server(doing: impl Into<String>, error: &postgres::Error) -> Self {
        Self::Server {
            doing: doing.into(),
            reason: said(error),
            table: error
                .as_db_error()
                .and_then(|e| e.table())
                .map(ToOwned::to_owned),
        }
    }
}

/// What the server said, in one line.
pub(crate) fn said(error: &postgres::Error) -> String {
    match (error.as_db_error(), error.source()) {
        (Some(server), _) => match server.detail() {
            Some(detail) => format!("{} ({})", server.message(), detail.trim_end_matches('.')),
            None => server.message().to_owned(),
        },
        (None, Some(cause)) => cause.to_string(),
        (None, None) => error.to_string(),
    }
}
