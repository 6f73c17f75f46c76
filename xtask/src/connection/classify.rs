//! From the driver's error to one that helps.

use std::error::Error as _;
use std::io;

use rustls::pki_types::UnixTime;
use rustls::{AlertDescription, CertificateError};
use tokio_postgres::config::SslMode as Negotiation;
use tokio_postgres::error::DbError;

use super::failure::{Cause, Failure};
use super::key::Key;
use super::settings::Settings;
use super::socket::{Greeting, NotPostgres};

/// Finds out what went wrong once a server had accepted, and what was said of it.
pub(super) fn classify(
    settings: &Settings,
    negotiation: Negotiation,
    greeting: &Greeting,
    error: &tokio_postgres::Error,
) -> Cause {
    if let Some(said) = error.as_db_error() {
        let code = said.code().code();
        let why = format!("{} (SQLSTATE {code})", words(said));
        return Cause {
            sqlstate: Some(code.to_owned()),
            ..Cause::new(of_server(settings, said), why)
        };
    }
    let cause = error.source();
    if let Some(cause) = cause.and_then(|cause| cause.downcast_ref::<io::Error>()) {
        return of_io(greeting, cause);
    }
    match (negotiation, greeting.get()) {
        (Negotiation::Require, Some(b'N')) => return Failure::NoTls(settings.sslmode).into(),
        (Negotiation::Require | Negotiation::Prefer, Some(b'E')) => {
            return Cause::new(
                Failure::Other,
                "it answered the request for TLS with an error",
            );
        }
        _ if error.is_closed() => return Failure::Closed.into(),
        _ => {}
    }
    match cause.map(ToString::to_string) {
        Some(cause) if cause == "password missing" => Failure::NoPassword.into(),
        Some(cause) => Cause::new(Failure::Other, format!("{error}: {cause}")),
        None => Cause::new(Failure::Other, error.to_string()),
    }
}

/// By SQLSTATE (PostgreSQL manual, appendix A), and where that is too coarse by the server's
/// function that raised the error: the message may be in any language.
fn of_server(settings: &Settings, said: &DbError) -> Failure {
    // PostgreSQL says the severity in English too, and PgBouncer does not.
    let by_pooler = said.parsed_severity().is_none();
    let role = settings.role.as_deref();
    let names_role = role.is_some_and(|role| said.message().contains(role));
    match (said.code().code(), said.routine()) {
        ("28P01", _) => Failure::WrongPassword,
        ("28000", Some("ClientAuthentication")) => Failure::NotAdmitted,
        ("28000", Some("InitializeSessionUserId")) => Failure::Role,
        ("28000", Some("auth_failed")) => Failure::Identity,
        ("3D000", _) => Failure::DatabaseMissing,
        ("42501", Some("CheckMyDatabase")) => Failure::DatabaseDenied,
        ("55000", Some("CheckMyDatabase")) => Failure::DatabaseClosed,
        ("42501", _) if names_role => Failure::RoleDenied,
        ("22023", _) if names_role => Failure::RoleMissing,
        // An unknown parameter, a value that it cannot have, one that a session cannot set, and what
        // is no option at all.
        ("42704" | "22023" | "55P02" | "42501" | "42601", _)
            if settings.origin.is_set(Key::Options) =>
        {
            Failure::Options
        }
        ("53300", Some("InitializeSessionUserId")) => Failure::TooManyOfRole,
        ("53300", Some("CheckMyDatabase")) => Failure::TooManyOfDatabase,
        ("53300", _) => Failure::TooManyConnections,
        ("57P01" | "57P02" | "57P03", _) => Failure::NotReady,
        _ if by_pooler && said.message().contains("startup parameter: options") => {
            Failure::OptionsRefused
        }
        (code, _) if by_pooler || code.starts_with("08") => of_pooler(said.message()),
        _ => Failure::Other,
    }
}

/// PgBouncer has one SQLSTATE for all that it refuses, and says it in English. The server's errors it
/// repeats word for word.
fn of_pooler(said: &str) -> Failure {
    let says = |words: &[&str]| words.iter().any(|words| said.contains(words));
    if says(&["no such database", "\" does not exist"]) && says(&["database"]) {
        Failure::PoolerDatabase
    } else if says(&["authentication failed", "auth failed", "no such user"]) {
        Failure::PoolerPassword
    } else if says(&[
        "too many connections",
        "no more connections allowed",
        "too many clients",
    ]) {
        Failure::TooManyConnections
    } else {
        Failure::Pooler
    }
}

/// What the server said, on one line.
pub(super) fn words(said: &DbError) -> String {
    let all = [Some(said.message()), said.detail(), said.hint()];
    all.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

fn of_io(greeting: &Greeting, error: &io::Error) -> Cause {
    if let Some(inner) = error.get_ref() {
        if inner.is::<NotPostgres>() {
            return Cause::new(Failure::NotPostgres, inner.to_string());
        }
        if let Some(error) = inner.downcast_ref::<rustls::Error>() {
            return of_tls(error);
        }
    }
    let failure = match error.kind() {
        // A handshake that the server gives up ends like this too.
        io::ErrorKind::UnexpectedEof
        | io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionAborted
        | io::ErrorKind::BrokenPipe => return Failure::Closed.into(),
        // rustls cannot ask for this host's name: it is none that a certificate could hold.
        io::ErrorKind::InvalidInput if greeting.get() == Some(&b'S') => Failure::Handshake,
        // A message that makes no sense, or half of one.
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::Other => {
            Failure::NotPostgres
        }
        _ => Failure::Unreachable,
    };
    Cause::new(failure, error.to_string())
}

fn of_tls(error: &rustls::Error) -> Cause {
    let fault = match error {
        rustls::Error::InvalidCertificate(fault) => fault,
        // `S` may also begin another protocol: SSH, for one.
        rustls::Error::InvalidMessage(_) => {
            return Cause::new(Failure::NotPostgres, error.to_string());
        }
        // What else a server may object to, after it has shown its own certificate.
        rustls::Error::AlertReceived(alert)
            if *alert != AlertDescription::HandshakeFailure
                && *alert != AlertDescription::ProtocolVersion =>
        {
            return Cause::new(Failure::ClientCertificate, error.to_string());
        }
        _ => return Cause::new(Failure::Handshake, error.to_string()),
    };
    match fault {
        CertificateError::NotValidForNameContext {
            expected,
            presented,
        } => Cause::new(
            Failure::CertificateName,
            names(&expected.to_str(), presented),
        ),
        CertificateError::ExpiredContext { time, not_after } => Cause::new(
            Failure::CertificateExpired,
            format!("it expired {} ago", distance(*not_after, *time)),
        ),
        CertificateError::NotValidYetContext { time, not_before } => Cause::new(
            Failure::CertificateNotYetValid,
            format!("it begins in {}", distance(*time, *not_before)),
        ),
        CertificateError::UnknownIssuer => Failure::CertificateAuthority.into(),
        // rustls has no variant for it, and webpki's own type is not within reach.
        CertificateError::Other(other) if format!("{other:?}").contains("CaUsedAsEndEntity") => {
            Failure::CertificateOfAuthority.into()
        }
        _ => Cause::new(Failure::Certificate, error.to_string()),
    }
}

/// For which names a certificate is. webpki shows them as `DnsName("db.example")`.
fn names(expected: &str, presented: &[String]) -> String {
    let presented: Vec<&str> = presented
        .iter()
        .map(|name| name.split('"').nth(1).unwrap_or(name))
        .collect();
    if presented.is_empty() {
        return format!("it names no host at all in its subjectAltName, and not {expected}");
    }
    format!("it is for {}, not for {expected}", presented.join(", "))
}

fn distance(from: UnixTime, to: UnixTime) -> String {
    let seconds = to.as_secs().saturating_sub(from.as_secs());
    let (number, unit) = match seconds {
        172_800.. => (seconds / 86_400, "days"),
        7_200.. => (seconds / 3_600, "hours"),
        120.. => (seconds / 60, "minutes"),
        _ => (seconds, "seconds"),
    };
    format!("{number} {unit}")
}
