//! Why there is no connection: what can go wrong, and what to do about each.

use std::fmt;
use std::time::Duration;

use thiserror::Error;

use crate::invocation::{is_installed, program};

use super::fault::lines;
use super::key::Key;
use super::settings::{Server, Settings};
use super::value::SslMode;

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
    #[error("the database takes no connections")]
    DatabaseClosed,
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
        self.may_be_starting() || matches!(self, Self::SocketDenied | Self::NotReadOnly)
    }
}

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
        let is_of_password = matches!(
            cause.failure,
            Failure::WrongPassword | Failure::NoPassword | Failure::PoolerPassword
        );
        let no_password = settings.origin.no_password.as_deref();
        let no_password = no_password.filter(|_| is_of_password);
        let hint = hint(settings, server, cause.failure);
        Self {
            to: settings.describe(),
            hint: lines([&hint, no_password.unwrap_or_default()].into_iter()),
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

/// What to do about a failure.
fn hint(settings: &Settings, server: &Server, failure: Failure) -> String {
    let origin = &settings.origin;
    let is_ours = origin.prefix.is_none();
    // Where to change what, as a phrase that fits "check …".
    let at_server = origin.locate_server();
    let at_host = origin.locate(Key::Host);
    let at_name = origin.locate(Key::Dbname);
    let at_user = origin.locate(Key::User);
    let at_password = origin.locate_password();
    let at_mode = origin.locate(Key::Sslmode);
    let at_roots = origin.locate(Key::Sslrootcert);
    let at_role = origin.locate(Key::Role);
    let at_options = origin.locate(Key::Options);
    let direct = origin.variable_named(Key::DirectUrl);
    // As SQL, and as words of a shell.
    let role = identifier(settings.role.as_deref().unwrap_or_default());
    let (user, database) = (identifier(settings.user()), identifier(settings.database()));
    let [sh_user, sh_database, sh_host] =
        [settings.user(), settings.database(), &server.host].map(quoted);
    let (host, port) = (&server.host, server.port);
    match failure {
        Failure::HostUnknown => {
            format!("check {at_host}, and that it runs: a stopped container's name is unknown too")
        }
        Failure::Refused | Failure::SocketMissing if is_ours => {
            format!("start the local server: {} db up", program())
        }
        Failure::Refused if is_of_compose(settings, server) => format!(
            "start the server: `docker compose up -d --wait` in the checkout; or check {at_server}"
        ),
        Failure::Refused | Failure::SocketMissing | Failure::Unreachable => {
            format!("check that the server runs, and {at_server}")
        }
        Failure::SocketDenied => format!("check its owner and permissions: ls -la {sh_host}"),
        Failure::NotFoundInTime(_) | Failure::NoAnswer(_) => {
            format!("check that a firewall or a VPN lets this through, and {at_server}")
        }
        Failure::NotLoggedInInTime(_) => {
            format!("see whether the server is overloaded, and check {at_server}")
        }
        Failure::NotPostgres => format!("check {at_server}"),
        Failure::Certificates | Failure::CertificateAuthority => format!(
            "set {at_roots} to a PEM file with the certificate of the authority that signed the \
             server's"
        ),
        Failure::NoTls(_) => format!(
            "turn TLS on in the server (ssl = on); or, if the way there is safe without, set \
             {at_mode} to disable"
        ),
        Failure::CertificateName => format!(
            "check {at_host}, or have a certificate made with that host as subjectAltName; the \
             mode verify-ca in {at_mode} does not look at the host"
        ),
        Failure::CertificateExpired => {
            "have the server's certificate renewed, and check this machine's clock: date".to_owned()
        }
        Failure::CertificateNotYetValid => {
            "check this machine's clock (date), then when the certificate begins".to_owned()
        }
        Failure::CertificateOfAuthority => format!(
            "have a certificate made for the server (openssl req with -addext \
             basicConstraints=CA:FALSE -addext subjectAltName=DNS:{host}), and name its authority \
             in {at_roots}"
        ),
        Failure::Certificate | Failure::Handshake => format!(
            "look at what the server presents: openssl s_client -starttls postgres -connect \
             {server}; the mode is {at_mode}"
        ),
        Failure::ClientCertificate => format!(
            "check {} and {}: the certificate must be in date, and its authority the server's \
             (ssl_ca_file)",
            origin.locate(Key::Sslcert),
            origin.locate(Key::Sslkey)
        ),
        // Nobody set one.
        Failure::WrongPassword
            if origin.is_set(Key::Password) && !origin.is_configured(Key::Password) =>
        {
            format!(
                "set {}: without it, development's own password was sent; and check {at_user}",
                origin.variable_named(Key::Password)
            )
        }
        Failure::WrongPassword | Failure::NoPassword => {
            format!("check {at_password} and {at_user}")
        }
        Failure::Role => format!(
            "make it: createuser -h {sh_host} -p {port} -U postgres --pwprompt {sh_user}; or check \
             {at_user}"
        ),
        Failure::Identity => format!(
            "run this as the operating system's user of that name, or connect with a password \
             over TCP; check {at_user} and {at_host}"
        ),
        Failure::NotAdmitted => not_admitted(settings, server),
        Failure::DatabaseMissing => format!(
            "make it: createdb -h {sh_host} -p {port} -U {sh_user} {sh_database}; or check {at_name}"
        ),
        Failure::DatabaseDenied => {
            format!("have its owner run: GRANT CONNECT ON DATABASE {database} TO {user}")
        }
        Failure::DatabaseClosed => {
            format!("as a superuser: ALTER DATABASE {database} ALLOW_CONNECTIONS true")
        }
        Failure::RoleDenied => {
            format!("let the one that logs in take it: GRANT {role} TO {user}; or check {at_role}")
        }
        Failure::RoleMissing => format!(
            "check {at_role}; or make the role: CREATE ROLE {role} NOLOGIN; GRANT {role} TO {user}"
        ),
        Failure::Options => {
            format!("check {at_options}: each is `-c NAME=VALUE`, with names from pg_settings")
        }
        Failure::RoleNotTaken => format!(
            "set {direct} to an address that goes around it; or have the server set the role: \
             ALTER ROLE {user} IN DATABASE {database} SET role = {role}"
        ),
        Failure::OptionsRefused => format!(
            "set {direct} to an address that goes around it, or leave out {at_options} and {at_role}"
        ),
        Failure::PoolerPassword => format!(
            "check {at_password} and {at_user}, and what the pooler knows of them (auth_file, \
             auth_query)"
        ),
        Failure::PoolerDatabase => format!("check {at_name}, and the pooler's list of databases"),
        Failure::Pooler => format!(
            "check user, password and database of {}, and the pooler's log; if its server is \
             restarting, try again in a moment; or set {direct} to an address that goes around it",
            origin.locate(Key::Password)
        ),
        Failure::ReadOnly => format!("add the primary to {at_host}"),
        Failure::NotReadOnly => format!("check {}", origin.locate(Key::TargetSessionAttrs)),
        Failure::TooManyConnections => {
            "try again later, or see who holds them: SELECT * FROM pg_stat_activity".to_owned()
        }
        Failure::TooManyOfRole => format!(
            "see who holds them: SELECT * FROM pg_stat_activity WHERE usename = {}; or allow more: \
             ALTER ROLE {user} CONNECTION LIMIT …",
            literal(settings.user())
        ),
        Failure::TooManyOfDatabase => format!(
            "see who holds them: SELECT * FROM pg_stat_activity WHERE datname = {}; or allow more: \
             ALTER DATABASE {database} CONNECTION LIMIT …",
            literal(settings.database())
        ),
        Failure::NotReady => "try again in a moment".to_owned(),
        Failure::Closed | Failure::Other => {
            format!("see the server's log, and check {at_server}")
        }
    }
}

/// Whether it is where docker-compose.yml has the database, and there may be such a file at hand.
fn is_of_compose(settings: &Settings, server: &Server) -> bool {
    !is_installed()
        && settings.origin.compose_port == Some(server.port)
        && ["localhost", "127.0.0.1", "::1"].contains(&&*server.host)
}

/// Servers that take TLS alone, or none, or ask for a client's certificate, reject the others at
/// this point.
fn not_admitted(settings: &Settings, server: &Server) -> String {
    let [mode, certificate, key] =
        [Key::Sslmode, Key::Sslcert, Key::Sslkey].map(|key| settings.origin.locate(key));
    let other = match settings.sslmode {
        _ if server.socket_folder().is_some() => String::new(),
        SslMode::Disable => {
            format!("if the server demands TLS, set {mode} to require or verify-full; else ")
        }
        SslMode::Prefer => format!("if the server takes no TLS, set {mode} to disable; else "),
        _ if settings.identity.is_some() => String::new(),
        _ => format!("if the server asks for a certificate, set {certificate} and {key}; else "),
    };
    format!("{other}have a line for it added to the server's pg_hba.conf, and reload it")
}

/// A word for a shell. A NUL character, which would be none, is refused before.
fn quoted(word: &str) -> String {
    shlex::try_quote(word).unwrap_or_default().into_owned()
}

/// A text for SQL.
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A name for SQL.
fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
