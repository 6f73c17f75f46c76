//! Why there is no connection.

use std::fmt;

use super::failure::{Failure, hint};
use super::fault::lines;
use super::settings::{Server, Settings};

/// What went wrong with one server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cause {
    pub(super) failure: Failure,
    /// What the server, the operating system or TLS says of it.
    pub(super) why: Option<String>,
    /// The server's code for it.
    pub(super) sqlstate: Option<String>,
}

impl From<Failure> for Cause {
    fn from(failure: Failure) -> Self {
        Self {
            failure,
            why: None,
            sqlstate: None,
        }
    }
}

impl Cause {
    pub(super) fn new(failure: Failure, why: impl Into<String>) -> Self {
        let why = Some(why.into());
        Self {
            why,
            ..failure.into()
        }
    }
}

/// Why there is no connection: what happened ([`fmt::Display`]), [why](Self::why), and
/// [what to do](Self::hint). It holds no password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectError {
    /// The settings, as `user@host:port/database`.
    to: String,
    /// Of several servers, the first one's that may pass.
    cause: Cause,
    /// Of several servers, how many there are.
    of: usize,
    hint: String,
}

impl ConnectError {
    pub(super) fn new(settings: &Settings, server: &Server, cause: Cause) -> Self {
        Self {
            to: settings.describe(),
            hint: hint(settings, server, cause.failure),
            of: 1,
            cause,
        }
    }

    /// No server will do: why is what is wrong with each.
    pub(super) fn of_all(settings: &Settings, errors: &[Self]) -> Self {
        if let [error] = errors {
            return error.clone();
        }
        let each = settings.servers.iter().zip(errors).map(|(server, error)| {
            let failure = error.cause.failure.to_string();
            // An address and "connection refused" says nothing that is not there already.
            let why = error
                .cause
                .why
                .iter()
                .filter(|why| !why.ends_with(&failure));
            let why = why.map(|why| format!(": {why}"));
            format!("{server}: {failure}{}", why.collect::<String>())
        });
        let each = each.collect::<Vec<_>>().join("\n");
        let passing = errors.iter().find(|error| error.cause.failure.passes());
        let first = passing.or(errors.first());
        let first = first.map_or(Failure::Other.into(), |error| error.cause.clone());
        Self {
            to: settings.describe(),
            cause: Cause {
                why: Some(each),
                ..first
            },
            of: errors.len(),
            hint: lines(errors.iter().map(|error| &*error.hint)),
        }
    }

    /// What went wrong.
    #[must_use]
    pub fn failure(&self) -> Failure {
        self.cause.failure
    }

    /// The cause, in the words of the server, of the operating system or of TLS.
    #[must_use]
    pub fn why(&self) -> Option<String> {
        self.cause.why.clone()
    }

    /// The server's code for it, if it is the server that refuses.
    #[must_use]
    pub fn sqlstate(&self) -> Option<&str> {
        self.cause.sqlstate.as_deref()
    }

    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> String {
        self.hint.clone()
    }
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { to, cause, of, .. } = self;
        match of {
            1 => write!(f, "cannot connect to {to}: {}", cause.failure),
            _ => write!(f, "cannot connect to {to}: none of {of} servers will do"),
        }
    }
}

/// The cause is in [`ConnectError::why`]; there is no source that would print it a second time.
impl std::error::Error for ConnectError {}
