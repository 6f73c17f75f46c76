//! Why there is no connection.

use std::fmt;

use super::hint;
use super::settings::Settings;

/// Why there is no connection: what happened ([`fmt::Display`]), [why](Self::why), and
/// [what to do](Self::hint). It holds no password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectError {
    failure: Failure,
    message: String,
    why: Option<String>,
    hint: String,
}

/// What went wrong, of all that can.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Failure {
    /// The host name stands for no address.
    HostUnknown,
    /// Nobody listens at the port or socket.
    Refused,
    /// There is no socket, or no folder for it.
    SocketMissing,
    /// This user may not use the socket.
    SocketDenied,
    /// The network does not lead there.
    Unreachable,
    /// It takes longer than the settings allow.
    TimedOut(Phase),
    /// Whoever answers is not PostgreSQL.
    NotPostgres,
    /// The certificates with which the server's is checked cannot be had.
    RootCertificates,
    /// The server has no TLS, and the mode demands it.
    NoTls,
    /// The certificate is for another host.
    CertificateName,
    /// The certificate is no longer valid.
    CertificateExpired,
    /// The certificate is not yet valid.
    CertificateNotYetValid,
    /// No known authority signed the certificate.
    CertificateAuthority,
    /// The certificate is an authority's own, not a server's.
    CertificateOfAuthority,
    /// Something else is wrong with the certificate.
    Certificate,
    /// The TLS handshake failed for another reason.
    Handshake,
    /// The password is wrong (28P01).
    WrongPassword,
    /// The server asks for a password, and there is none.
    NoPassword,
    /// The role does not exist, or may not log in (28000).
    Role,
    /// The server knows the user by other means than a password, and as someone else (28000).
    Identity,
    /// `pg_hba.conf` has no line for such a connection, or one that rejects it (28000).
    NotAdmitted,
    /// The database does not exist (3D000).
    DatabaseMissing,
    /// The role may not connect to the database (42501).
    DatabaseDenied,
    /// All connections are taken (53300).
    TooManyConnections,
    /// The server starts, stops or recovers (57P03).
    NotReady,
    /// The server closed the connection without a word.
    Closed,
    /// Anything else.
    Other,
}

/// What was under way when the time was up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Finding the host's address.
    Resolving,
    /// Waiting for the host to accept.
    Connecting,
    /// TLS and log-in, after the host accepted.
    LoggingIn,
}

impl ConnectError {
    pub(super) fn new(settings: &Settings, failure: Failure, why: Option<String>) -> Self {
        Self {
            failure,
            message: format!(
                "cannot connect to {}: {}",
                settings.describe(),
                fact(settings, failure)
            ),
            why,
            hint: hint::hint(settings, failure),
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

    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> String {
        self.hint.clone()
    }
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// The cause is in [`ConnectError::why`]; there is no source that would print it a second time.
impl std::error::Error for ConnectError {}

fn fact(settings: &Settings, failure: Failure) -> String {
    let seconds = settings.connect_timeout.as_secs_f32();
    let text = match failure {
        Failure::HostUnknown => return format!("the host `{}` is not known", settings.host),
        Failure::TimedOut(Phase::Resolving) => {
            return format!("the host's address was not found within {seconds} s");
        }
        Failure::TimedOut(Phase::Connecting) => return format!("no answer within {seconds} s"),
        Failure::TimedOut(Phase::LoggingIn) => {
            return format!("accepted, but the log-in was not done within {seconds} s");
        }
        Failure::NoTls => {
            return format!(
                "the server has no TLS, and the mode {} demands it",
                settings.sslmode
            );
        }
        Failure::DatabaseMissing => {
            return format!("there is no database `{}`", settings.database);
        }
        Failure::Role => return format!("the role `{}` cannot log in", settings.user),
        Failure::Refused => "nobody listens there",
        Failure::SocketMissing => "there is no such socket",
        Failure::SocketDenied => "the socket may not be used",
        Failure::Unreachable => "it cannot be reached",
        Failure::NotPostgres => "whoever answers there is not PostgreSQL",
        Failure::RootCertificates => "the root certificates cannot be loaded",
        Failure::CertificateName => "the server's certificate is for another host",
        Failure::CertificateExpired => "the server's certificate has expired",
        Failure::CertificateNotYetValid => "the server's certificate is not yet valid",
        Failure::CertificateAuthority => {
            "the server's certificate is not signed by a known authority"
        }
        Failure::CertificateOfAuthority => {
            "the server's certificate is an authority's, and may not be a server's"
        }
        Failure::Certificate => "the server's certificate is not acceptable",
        Failure::Handshake => "the TLS handshake failed",
        Failure::WrongPassword => "the password was refused",
        Failure::NoPassword => "the server asks for a password, and none is set",
        Failure::Identity => "the server does not take this user for that role",
        Failure::NotAdmitted => "the server's pg_hba.conf does not admit it",
        Failure::DatabaseDenied => "the role may not connect to that database",
        Failure::TooManyConnections => "all of the server's connections are taken",
        Failure::NotReady => "the server is not ready",
        Failure::Closed => "the server closed the connection without a word",
        Failure::Other => "it failed",
    };
    text.to_owned()
}
