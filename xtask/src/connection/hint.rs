//! What to do when there is no connection.

use jubilee_core::Environment;

use super::connect_error::{Failure, Phase};
use super::key::Key;
use super::origin::Maker;
use super::settings::Settings;

pub(super) fn hint(settings: &Settings, failure: Failure) -> String {
    let at = |key| settings.origin.locate(key);
    let is_development = settings.origin.environment == Environment::Development;
    let is_ours = settings.origin.maker == Maker::Program;
    match failure {
        Failure::HostUnknown => format!("check {}", at(Key::Host)),
        Failure::Refused | Failure::SocketMissing if is_ours => {
            "start the local server: cargo xtask db up".to_owned()
        }
        Failure::Refused | Failure::SocketMissing if is_development => format!(
            "start the server: `docker compose up -d` or `cargo xtask db up`; or check {}",
            host_and_port(settings)
        ),
        Failure::Refused | Failure::SocketMissing | Failure::Unreachable => {
            format!(
                "check that the server runs, and {}",
                host_and_port(settings)
            )
        }
        Failure::SocketDenied => {
            format!(
                "check its owner and permissions: ls -la {}",
                quoted(&settings.host)
            )
        }
        Failure::TimedOut(Phase::LoggingIn) => format!(
            "see whether the server is overloaded, and check {}",
            host_and_port(settings)
        ),
        Failure::TimedOut(_) => format!(
            "check that a firewall or a VPN lets this through, and {}",
            host_and_port(settings)
        ),
        Failure::NotPostgres => format!("check {}", host_and_port(settings)),
        Failure::RootCertificates => format!(
            "set {} to a PEM file with the certificate of the authority that signed the server's",
            at(Key::SslRootCert)
        ),
        Failure::NoTls => format!(
            "turn TLS on in the server (ssl = on); or, if the way there is safe without, set {} \
             to disable",
            at(Key::SslMode)
        ),
        Failure::CertificateName => format!(
            "check {}, or have a certificate made with that host as subjectAltName; the mode \
             verify-ca in {} does not look at the host",
            at(Key::Host),
            at(Key::SslMode)
        ),
        Failure::CertificateExpired => {
            "have the server's certificate renewed, and check this machine's clock: date".to_owned()
        }
        Failure::CertificateNotYetValid => {
            "check this machine's clock (date), then when the certificate begins".to_owned()
        }
        Failure::CertificateAuthority => format!(
            "set {} to a PEM file with the certificate of the authority that signed the server's",
            at(Key::SslRootCert)
        ),
        Failure::CertificateOfAuthority => format!(
            "have a certificate made for the server (openssl req with -addext \
             basicConstraints=CA:FALSE -addext subjectAltName=DNS:{0}), and name its authority in \
             {1}",
            settings.host,
            at(Key::SslRootCert)
        ),
        Failure::Certificate | Failure::Handshake => format!(
            "look at what the server presents: openssl s_client -starttls postgres -connect {}:{}; \
             the mode is {}",
            settings.host,
            settings.port,
            at(Key::SslMode)
        ),
        Failure::WrongPassword | Failure::NoPassword => password(settings),
        Failure::Role => format!(
            "make it: createuser {} --pwprompt {}; or check {}",
            server_options(settings, "postgres"),
            quoted(&settings.user),
            at(Key::User)
        ),
        Failure::Identity => format!(
            "run this as the operating system's user of that name, or connect with a password \
             over TCP; check {} and {}",
            at(Key::User),
            at(Key::Host)
        ),
        Failure::NotAdmitted => not_admitted(settings),
        Failure::DatabaseMissing => {
            let up = if is_development {
                " (in development `cargo xtask db up` does it)"
            } else {
                ""
            };
            format!(
                "make it: createdb {} {}{up}; or check {}",
                server_options(settings, &settings.user),
                quoted(&settings.database),
                at(Key::Name)
            )
        }
        Failure::DatabaseDenied => format!(
            "have its owner run: GRANT CONNECT ON DATABASE {} TO {}",
            identifier(&settings.database),
            identifier(&settings.user)
        ),
        Failure::TooManyConnections => {
            "try again later, or see who holds them: SELECT * FROM pg_stat_activity".to_owned()
        }
        Failure::NotReady => "try again in a moment".to_owned(),
        Failure::Closed | Failure::Other => {
            format!(
                "see the server's log, and check {}",
                host_and_port(settings)
            )
        }
    }
}

fn host_and_port(settings: &Settings) -> String {
    let origin = &settings.origin;
    if settings.origin.maker == Maker::Program {
        return origin.locate(Key::Host);
    }
    if origin.is_url() {
        return origin.locate(Key::Url);
    }
    format!(
        "{} and {}",
        origin.locate(Key::Host),
        origin.locate(Key::Port)
    )
}

fn password(settings: &Settings) -> String {
    let origin = &settings.origin;
    let care = if origin.is_url() {
        " (percent-encoded: % as %25, @ as %40, / as %2F)"
    } else if origin.is_in_file(Key::Password) {
        " (one with $, #, quotes or spaces stands there in single quotes)"
    } else {
        ""
    };
    format!(
        "check {}{care} and {}",
        origin.locate(Key::Password),
        origin.locate(Key::User)
    )
}

/// Servers that take TLS alone, or none, reject the other at this point.
fn not_admitted(settings: &Settings) -> String {
    let at = settings.origin.locate(Key::SslMode);
    let other = if settings.socket_folder().is_some() {
        String::new()
    } else if settings.sslmode == super::ssl_mode::SslMode::Disable {
        format!("if the server demands TLS, set {at} to require or verify-full; else ")
    } else if settings.sslmode.demands_tls() {
        String::new()
    } else {
        format!("if the server takes no TLS, set {at} to disable; else ")
    };
    format!("{other}have a line for it added to the server's pg_hba.conf, and reload it")
}

/// Options with which PostgreSQL's programs reach the same server.
fn server_options(settings: &Settings, user: &str) -> String {
    format!(
        "-h {} -p {} -U {}",
        quoted(&settings.host),
        settings.port,
        quoted(user)
    )
}

/// A word for a shell.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./:".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// A name for SQL.
fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
