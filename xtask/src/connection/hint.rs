//! What to do when there is no connection.

use jubilee_core::Environment;

use crate::invocation::{is_installed, program};

use super::connect_error::Failure;
use super::key::Key;
use super::settings::{Server, Settings};
use super::value::SslMode;

pub(super) fn hint(settings: &Settings, server: &Server, failure: Failure) -> String {
    let origin = &settings.origin;
    let at = |key| origin.locate(key);
    let at_server = origin.locate_server();
    let is_development = origin.environment == Environment::Development;
    let is_ours = origin.prefix.is_none();
    let (user, database, host) = (settings.user(), settings.database(), &server.host);
    let role = settings.role.as_deref().unwrap_or_default();
    let direct = origin.variable_named("DIRECT_URL");
    match failure {
        Failure::HostUnknown => format!(
            "check {}, and that it runs: a stopped container's name is unknown too",
            at(Key::HOST)
        ),
        Failure::Refused | Failure::SocketMissing if is_ours => {
            format!("start the local server: {} db up", program())
        }
        Failure::Refused if is_development && is_of_compose(settings, server) => format!(
            "start the server: `docker compose up -d --wait` in the checkout; or check {at_server}"
        ),
        Failure::Refused | Failure::SocketMissing | Failure::Unreachable => {
            format!("check that the server runs, and {at_server}")
        }
        Failure::SocketDenied => {
            format!("check its owner and permissions: ls -la {}", quoted(host))
        }
        Failure::NotFoundInTime(_) | Failure::NoAnswer(_) => {
            format!("check that a firewall or a VPN lets this through, and {at_server}")
        }
        Failure::NotLoggedInInTime(_) => {
            format!("see whether the server is overloaded, and check {at_server}")
        }
        Failure::NotPostgres => format!("check {at_server}"),
        Failure::Certificates | Failure::CertificateAuthority => format!(
            "set {} to a PEM file with the certificate of the authority that signed the server's",
            at(Key::SSL_ROOT_CERT)
        ),
        Failure::NoTls(_) => format!(
            "turn TLS on in the server (ssl = on); or, if the way there is safe without, set {} \
             to disable",
            at(Key::SSL_MODE)
        ),
        Failure::CertificateName => format!(
            "check {}, or have a certificate made with that host as subjectAltName; the mode \
             verify-ca in {} does not look at the host",
            at(Key::HOST),
            at(Key::SSL_MODE)
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
             in {}",
            at(Key::SSL_ROOT_CERT)
        ),
        Failure::Certificate | Failure::Handshake => format!(
            "look at what the server presents: openssl s_client -starttls postgres -connect \
             {server}; the mode is {}",
            at(Key::SSL_MODE)
        ),
        Failure::ClientCertificate => format!(
            "check {} and {}: the certificate must be in date, and its authority the server's \
             (ssl_ca_file)",
            at(Key::SSL_CERT),
            at(Key::SSL_KEY)
        ),
        Failure::WrongPassword if origin.assumes_password() => format!(
            "set {}: without it, development's own password was sent; and check {}",
            origin.variable_named(&Key::PASSWORD.suffix()),
            at(Key::USER)
        ),
        Failure::WrongPassword | Failure::NoPassword => format!(
            "check {}{} and {}",
            at(Key::PASSWORD),
            origin.care(Key::PASSWORD),
            at(Key::USER)
        ),
        Failure::Role => format!(
            "make it: createuser {} --pwprompt {}; or check {}",
            server_options(server, "postgres"),
            quoted(user),
            at(Key::USER)
        ),
        Failure::Identity => format!(
            "run this as the operating system's user of that name, or connect with a password \
             over TCP; check {} and {}",
            at(Key::USER),
            at(Key::HOST)
        ),
        Failure::NotAdmitted => not_admitted(settings, server),
        Failure::DatabaseMissing => format!(
            "make it: createdb {} {}; or check {}",
            server_options(server, user),
            quoted(database),
            at(Key::NAME)
        ),
        Failure::DatabaseDenied => format!(
            "have its owner run: GRANT CONNECT ON DATABASE {} TO {}",
            identifier(database),
            identifier(user)
        ),
        Failure::RoleDenied => format!(
            "let the one that logs in take it: GRANT {} TO {}; or check {}",
            identifier(role),
            identifier(user),
            at(Key::ROLE)
        ),
        Failure::RoleMissing => format!(
            "check {}; or make the role: CREATE ROLE {role} NOLOGIN; GRANT {role} TO {}",
            at(Key::ROLE),
            identifier(user),
            role = identifier(role)
        ),
        Failure::Options => format!(
            "check {}: each is `-c NAME=VALUE`, with names from pg_settings",
            at(Key::OPTIONS)
        ),
        Failure::RoleNotTaken => format!(
            "set {direct} to an address that goes around it; or have the server set the role: \
             ALTER ROLE {} IN DATABASE {} SET role = {}",
            identifier(user),
            identifier(database),
            identifier(role)
        ),
        Failure::OptionsRefused => format!(
            "set {direct} to an address that goes around it, or leave out {} and {}",
            at(Key::OPTIONS),
            at(Key::ROLE)
        ),
        Failure::PoolerPassword => format!(
            "check {}{} and {}, and what the pooler knows of them (auth_file, auth_query)",
            at(Key::PASSWORD),
            origin.care(Key::PASSWORD),
            at(Key::USER)
        ),
        Failure::PoolerDatabase => format!(
            "check {}, and the pooler's list of databases",
            at(Key::NAME)
        ),
        Failure::Pooler => format!(
            "check user, password and database of {}, and the pooler's log; if its server is \
             restarting, try again in a moment; or set {direct} to an address that goes around it",
            at(Key::PASSWORD)
        ),
        Failure::ReadOnly => format!("add the primary to {}", at(Key::HOST)),
        Failure::NotReadOnly => format!("check {}", at(Key::TARGET_SESSION_ATTRS)),
        Failure::TooManyConnections => {
            "try again later, or see who holds them: SELECT * FROM pg_stat_activity".to_owned()
        }
        Failure::TooManyOfRole => format!(
            "see who holds them: SELECT * FROM pg_stat_activity WHERE usename = {}; or allow more: \
             ALTER ROLE {} CONNECTION LIMIT …",
            literal(user),
            identifier(user)
        ),
        Failure::TooManyOfDatabase => format!(
            "see who holds them: SELECT * FROM pg_stat_activity WHERE datname = {}; or allow more: \
             ALTER DATABASE {} CONNECTION LIMIT …",
            literal(database),
            identifier(database)
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
        && server.port == settings.origin.development_port
        && ["localhost", "127.0.0.1", "::1"].contains(&&*server.host)
}

/// Servers that take TLS alone, or none, or ask for a client's certificate, reject the others at
/// this point.
fn not_admitted(settings: &Settings, server: &Server) -> String {
    let at = |key| settings.origin.locate(key);
    let other = match settings.sslmode {
        _ if server.socket_folder().is_some() => String::new(),
        SslMode::Disable => {
            let at = at(Key::SSL_MODE);
            format!("if the server demands TLS, set {at} to require or verify-full; else ")
        }
        SslMode::Prefer => {
            let at = at(Key::SSL_MODE);
            format!("if the server takes no TLS, set {at} to disable; else ")
        }
        _ if settings.identity.is_some() => String::new(),
        _ => {
            let (certificate, key) = (at(Key::SSL_CERT), at(Key::SSL_KEY));
            format!("if the server asks for a certificate, set {certificate} and {key}; else ")
        }
    };
    format!("{other}have a line for it added to the server's pg_hba.conf, and reload it")
}

/// Options with which PostgreSQL's programs reach the same server.
fn server_options(server: &Server, user: &str) -> String {
    format!(
        "-h {} -p {} -U {}",
        quoted(&server.host),
        server.port,
        quoted(user)
    )
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
