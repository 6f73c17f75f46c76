//! Why there is no connection.

use std::fmt;
use std::time::Duration;

use thiserror::Error;
use tokio_postgres::error::SqlState;

use super::fault::lines;
use super::hint::hint;
use super::settings::{Server, Settings};
use super::value::SslMode;

/// Why there is no connection: what happened ([`fmt::Display`]), [why](Self::why), and
/// [what to do](Self::hint). It holds no password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectError {
    /// The settings, as `user@host:port/database`.
    to: String,
    /// Of several servers, the first one's that may pass.
    failure: Failure,
    /// Of several servers, how many there are.
    of: usize,
    why: Option<String>,
    /// The server's code for it.
    sqlstate: Option<String>,
    hint: String,
}

/// What went wrong, of all that can.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each says itself what it is")]
pub enum Failure {
    #[error("the host name is not known")]
    HostUnknown,
    #[error("connection refused")]
    Refused,
    #[error("there is no such socket")]
    SocketMissing,
    #[error("permission to use the socket denied")]
    SocketDenied,
    #[error("it cannot be reached")]
    Unreachable,
    #[error("the host's address was not found within {} s", .0.as_secs_f32())]
    NotFoundInTime(Duration),
    #[error("no answer within {} s", .0.as_secs_f32())]
    NoAnswer(Duration),
    #[error("accepted, but the log-in was not done within {} s", .0.as_secs_f32())]
    NotLoggedInInTime(Duration),
    #[error("what answers there is not PostgreSQL")]
    NotPostgres,
    #[error("the certificates cannot be loaded")]
    Certificates,
    #[error("the server has no TLS, and the mode {0} demands it")]
    NoTls(SslMode),
    #[error("the server's certificate is for another host")]
    CertificateName,
    #[error("the server's certificate has expired")]
    CertificateExpired,
    #[error("the server's certificate is not yet valid")]
    CertificateNotYetValid,
    #[error("the server's certificate is not signed by a known authority")]
    CertificateAuthority,
    #[error("the server's certificate is an authority's, and may not be a server's")]
    CertificateOfAuthority,
    #[error("the server's certificate is not acceptable")]
    Certificate,
    #[error("the TLS handshake failed")]
    Handshake,
    #[error("the server does not accept the client's certificate")]
    ClientCertificate,
    #[error("the password was refused")]
    WrongPassword,
    #[error("the server asks for a password, and none is set")]
    NoPassword,
    #[error("the role cannot log in")]
    Role,
    #[error("the server does not take this user for that role")]
    Identity,
    #[error("the server's pg_hba.conf does not admit it")]
    NotAdmitted,
    #[error("the database does not exist")]
    DatabaseMissing,
    #[error("the role may not connect to that database")]
    DatabaseDenied,
    #[error("the session cannot take its role")]
    RoleDenied,
    #[error("the role that the session should take does not exist")]
    RoleMissing,
    #[error("the server does not take the session's options")]
    Options,
    #[error("the session did not take its role: a pooler drops the option that sets it")]
    RoleNotTaken,
    #[error("a pooler takes no options")]
    OptionsRefused,
    #[error("the pooler, or the server behind it, refused the user or the password")]
    PoolerPassword,
    #[error("the pooler, or the server behind it, does not know the database")]
    PoolerDatabase,
    #[error("a pooler refuses it")]
    Pooler,
    #[error("the server takes no writes")]
    ReadOnly,
    #[error("the server takes writes, and one that does not is asked for")]
    NotReadOnly,
    #[error("all of the server's connections are taken")]
    TooManyConnections,
    #[error("all connections that the role may have are taken")]
    TooManyOfRole,
    #[error("all connections that the database may have are taken")]
    TooManyOfDatabase,
    #[error("the server is not ready")]
    NotReady,
    #[error("the server closed the connection without a word")]
    Closed,
    #[error("it failed")]
    Other,
}

impl Failure {
    /// Whether it may be gone in a moment, as when a server restarts or a standby takes over.
    #[must_use]
    pub fn passes(self) -> bool {
        matches!(
            self,
            Self::Refused
                | Self::SocketMissing
                | Self::NotFoundInTime(_)
                | Self::NoAnswer(_)
                | Self::NotLoggedInInTime(_)
                | Self::NotReady
                | Self::Pooler
                | Self::Closed
                | Self::ReadOnly
        )
    }

    /// Whether a server that is still being started looks like this too: as long as a container is
    /// stopped, its name is unknown.
    #[must_use]
    pub fn may_be_starting(self) -> bool {
        self.passes() || matches!(self, Self::HostUnknown | Self::Unreachable)
    }

    /// Whether another server may do better. One that refuses the log-in speaks for all.
    pub(super) fn is_of_one_server(self) -> bool {
        let more = [
            Self::HostUnknown,
            Self::SocketDenied,
            Self::Unreachable,
            Self::NotReadOnly,
        ];
        self.passes() || more.contains(&self)
    }
}

impl ConnectError {
    pub(super) fn new(
        settings: &Settings,
        server: &Server,
        failure: Failure,
        why: Option<String>,
    ) -> Self {
        Self {
            to: settings.describe(),
            failure,
            of: 1,
            why,
            sqlstate: None,
            hint: hint(settings, server, failure),
        }
    }

    /// The same with the server's code.
    pub(super) fn with_sqlstate(mut self, code: Option<&SqlState>) -> Self {
        self.sqlstate = code.map(|code| code.code().to_owned());
        self
    }

    /// No server will do: why is what is wrong with each.
    pub(super) fn of_all(settings: &Settings, errors: &[Self]) -> Self {
        if let [error] = errors {
            return error.clone();
        }
        let each = settings.servers.iter().zip(errors).map(|(server, error)| {
            let failure = error.failure.to_string();
            // An address and "connection refused" says nothing that is not there already.
            let why = error.why.iter().filter(|why| !why.ends_with(&failure));
            let why = why.map(|why| format!(": {why}"));
            format!("{server}: {failure}{}", why.collect::<String>())
        });
        let passing = errors.iter().find(|error| error.failure.passes());
        let first = passing.or(errors.first());
        Self {
            to: settings.describe(),
            failure: first.map_or(Failure::Other, |error| error.failure),
            of: errors.len(),
            why: Some(each.collect::<Vec<_>>().join("\n")),
            sqlstate: first.and_then(|error| error.sqlstate.clone()),
            hint: lines(errors.iter().map(|error| &*error.hint)),
        }
    }

    /// What went wrong.
    #[must_use]
    pub fn failure(&self) -> Failure {
        self.failure
    }

    /// The cause, in the words of the server, of the operating system or of TLS.
    #[must_use]
    pub fn why(&self) -> Option<String> {
        self.why.clone()
    }

    /// The server's code for it, if it is the server that refuses.
    #[must_use]
    pub fn sqlstate(&self) -> Option<&str> {
        self.sqlstate.as_deref()
    }

    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> String {
        self.hint.clone()
    }
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            to, failure, of, ..
        } = self;
        match of {
            1 => write!(f, "cannot connect to {to}: {failure}"),
            _ => write!(f, "cannot connect to {to}: none of {of} servers will do"),
        }
    }
}

/// The cause is in [`ConnectError::why`]; there is no source that would print it a second time.
impl std::error::Error for ConnectError {}
