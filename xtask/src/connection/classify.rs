//! From the driver's error to one that helps.

use std::error::Error as _;
use std::io;

use rustls::CertificateError;
use rustls::pki_types::UnixTime;
use tokio_postgres::error::{DbError, SqlState};

use super::connect_error::{ConnectError, Failure};
use super::settings::Settings;
use super::tls::Encryption;
use super::wire::{Greeting, NotPostgres};

/// Finds out what went wrong once a server had accepted.
pub(super) fn classify(
    settings: &Settings,
    encryption: &Encryption,
    greeting: &Greeting,
    error: &tokio_postgres::Error,
) -> ConnectError {
    let (failure, why) = find(encryption, greeting, error);
    ConnectError::new(settings, failure, why)
}

fn find(
    encryption: &Encryption,
    greeting: &Greeting,
    error: &tokio_postgres::Error,
) -> (Failure, Option<String>) {
    if let Some(said) = error.as_db_error() {
        return (of_server(said), Some(words(said)));
    }
    let cause = error.source();
    if let Some(cause) = cause.and_then(|cause| cause.downcast_ref::<io::Error>()) {
        return of_io(encryption, greeting, cause);
    }
    match (encryption, greeting.get()) {
        (Encryption::Tls { demanded: true, .. }, Some(b'N')) => return (Failure::NoTls, None),
        (Encryption::Tls { .. }, Some(b'E')) => {
            let cause = "it answered the request for TLS with an error";
            return (Failure::Other, Some(cause.to_owned()));
        }
        _ => {}
    }
    if error.is_closed() {
        return (Failure::Closed, None);
    }
    let cause = cause.map(ToString::to_string);
    if cause.as_deref() == Some("password missing") {
        return (Failure::NoPassword, None);
    }
    let why = cause.map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"));
    (Failure::Other, Some(why))
}

/// By SQLSTATE, and where that is too coarse by the server's function that raised the error: the
/// message may be in any language.
fn of_server(said: &DbError) -> Failure {
    let code = said.code();
    if *code == SqlState::INVALID_PASSWORD {
        Failure::WrongPassword
    } else if *code == SqlState::INVALID_AUTHORIZATION_SPECIFICATION {
        match said.routine() {
            Some("ClientAuthentication") => Failure::NotAdmitted,
            Some("InitializeSessionUserId") => Failure::Role,
            Some("auth_failed") => Failure::Identity,
            _ => Failure::Other,
        }
    } else if *code == SqlState::INVALID_CATALOG_NAME {
        Failure::DatabaseMissing
    } else if *code == SqlState::INSUFFICIENT_PRIVILEGE {
        Failure::DatabaseDenied
    } else if *code == SqlState::TOO_MANY_CONNECTIONS {
        Failure::TooManyConnections
    } else if *code == SqlState::CANNOT_CONNECT_NOW {
        Failure::NotReady
    } else {
        Failure::Other
    }
}

/// What the server said, on one line.
fn words(said: &DbError) -> String {
    let mut words = said.message().to_owned();
    for more in [said.detail(), said.hint()].into_iter().flatten() {
        words.push_str("; ");
        words.push_str(more);
    }
    format!("{words} (SQLSTATE {})", said.code().code())
}

fn of_io(
    encryption: &Encryption,
    greeting: &Greeting,
    error: &io::Error,
) -> (Failure, Option<String>) {
    if let Some(inner) = error.get_ref() {
        if inner.is::<NotPostgres>() {
            return (Failure::NotPostgres, Some(inner.to_string()));
        }
        if let Some(error) = inner.downcast_ref::<rustls::Error>() {
            return of_tls(error);
        }
    }
    match error.kind() {
        // A handshake that the server gives up ends like this too.
        io::ErrorKind::UnexpectedEof
        | io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionAborted
        | io::ErrorKind::BrokenPipe => (Failure::Closed, None),
        // rustls cannot ask for this host's name: it is none that a certificate could hold.
        io::ErrorKind::InvalidInput
            if matches!(encryption, Encryption::Tls { .. }) && greeting.get() == Some(&b'S') =>
        {
            (Failure::Handshake, Some(error.to_string()))
        }
        // A message that makes no sense, or half of one.
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::Other => {
            (Failure::NotPostgres, Some(error.to_string()))
        }
        _ => (Failure::Unreachable, Some(error.to_string())),
    }
}

fn of_tls(error: &rustls::Error) -> (Failure, Option<String>) {
    let rustls::Error::InvalidCertificate(fault) = error else {
        return match error {
            // `S` may also begin another protocol: SSH, for one.
            rustls::Error::InvalidMessage(_) => (Failure::NotPostgres, Some(error.to_string())),
            _ => (Failure::Handshake, Some(error.to_string())),
        };
    };
    match fault {
        CertificateError::NotValidForNameContext {
            expected,
            presented,
        } => (
            Failure::CertificateName,
            Some(names(&expected.to_str(), presented)),
        ),
        CertificateError::NotValidForName => (Failure::CertificateName, None),
        CertificateError::ExpiredContext { time, not_after } => (
            Failure::CertificateExpired,
            Some(format!("it expired {} ago", distance(*not_after, *time))),
        ),
        CertificateError::Expired => (Failure::CertificateExpired, None),
        CertificateError::NotValidYetContext { time, not_before } => (
            Failure::CertificateNotYetValid,
            Some(format!("it begins in {}", distance(*time, *not_before))),
        ),
        CertificateError::NotValidYet => (Failure::CertificateNotYetValid, None),
        CertificateError::UnknownIssuer => (Failure::CertificateAuthority, None),
        // rustls has no variant for it, and webpki's own type is not within reach.
        CertificateError::Other(other) if format!("{other:?}").contains("CaUsedAsEndEntity") => {
            (Failure::CertificateOfAuthority, None)
        }
        _ => (Failure::Certificate, Some(error.to_string())),
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
