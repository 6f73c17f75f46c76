//! What keeps a test from having a database.

use std::error::Error;
use std::fmt;

use jubilee_pg_local::ServerError;

use crate::source::BoxError;

/// Why a test has no database. Shown whole by `unwrap` too.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum TestError {
    /// No server could be started.
    #[error("cannot start a server for tests: {0}\nhelp: {hint}, or set JUBILEE_TEST_SERVER_URL to a running one", hint = .0.hint())]
    Server(#[from] ServerError),

    /// `JUBILEE_TEST_SERVER_URL` is no URL.
    #[error(
        "JUBILEE_TEST_SERVER_URL is not the URL of a database: it does not begin with \
         postgres://HOST/DATABASE\nhelp: postgres://postgres:PASSWORD@127.0.0.1:5432/postgres, for \
         example"
    )]
    Url,

    /// The server does not accept the connection.
    #[error("cannot connect to the test server: {reason}\nhelp: {hint}")]
    Connect {
        /// What the server or the operating system said.
        reason: String,
        /// What to do about it.
        hint: &'static str,
    },

    /// The server refused to make, copy or drop a database.
    #[error("cannot {action}: {reason}\nhelp: {hint}")]
    Database {
        /// What was tried.
        action: String,
        /// What the server said.
        reason: String,
        /// What to do about it.
        hint: &'static str,
    },

    /// The migrations could not be applied to a new database.
    #[error("the migrations of {database} could not be applied: {}", chain(.cause.as_ref()))]
    Migrate {
        /// The database's name in this workspace.
        database: &'static str,
        /// What was wrong.
        cause: BoxError,
    },

    /// The function of a template failed.
    #[error("the template `{name}` could not be prepared: {}", chain(.cause.as_ref()))]
    Prepare {
        /// The template's name.
        name: &'static str,
        /// What was wrong.
        cause: BoxError,
    },
}

impl fmt::Debug for TestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// An error with its causes, where it does not say them itself.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut said = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !said.contains(&text) {
            said = format!("{said}: {text}");
        }
        cause = error.source();
    }
    said
}

/// What the server said, or why it could not be reached.
pub(crate) fn reason(error: &postgres::Error) -> String {
    match (error.as_db_error(), error.source()) {
        (Some(server), _) => server.message().to_owned(),
        (None, Some(cause)) => cause.to_string(),
        (None, None) => error.to_string(),
    }
}
