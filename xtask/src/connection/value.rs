//! What the values of settings may be.

use std::fmt;
use std::net::Ipv6Addr;
use std::path::PathBuf;
use std::time::Duration;

use jubilee_lint::nearest;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::fault::Fault;
use super::layer::Place;

/// A setting's value, and where it stands. serde stops at the first error; all are wanted, so what
/// is wrong is kept until it is asked for.
#[derive(Clone, Deserialize)]
#[serde(from = "Written", bound = "T: Value")]
pub(super) struct Given<T> {
    value: Result<T, Fault>,
    pub(super) at: Place,
}

/// The same as it is written.
#[derive(Deserialize)]
struct Written {
    value: String,
    at: Place,
}

impl<T: Value> From<Written> for Given<T> {
    fn from(Written { value, at }: Written) -> Self {
        let nul = Fault::new(
            "holds a NUL character",
            "delete it: PostgreSQL has no place for it",
        );
        let value = match value.contains('\0') {
            true => Err(nul),
            false => T::parse(&value),
        };
        Self { value, at }
    }
}

impl<T> Given<T> {
    /// The value, unless it is wrong; then a fault is added.
    pub(super) fn read(self, faults: &mut Vec<Fault>) -> Option<T> {
        match self.value {
            Ok(value) => Some(value),
            Err(fault) => {
                let what = format!("{} {}", self.at, fault.what);
                faults.push(Fault::new(what, fault.hint));
                None
            }
        }
    }
}

impl Given<SecretString> {
    /// The same as the path of a file.
    pub(super) fn path(self) -> Given<PathBuf> {
        Given {
            value: self.value.map(|path| path.expose_secret().into()),
            at: self.at,
        }
    }
}

/// What a setting's text may mean. The fault's text continues "DB_CODEX_PORT in .env:3 …".
pub(super) trait Value: Sized {
    fn parse(text: &str) -> Result<Self, Fault>;
}

/// A text, a path, a password: any will do.
impl<T: for<'a> From<&'a str>> Value for T {
    fn parse(text: &str) -> Result<Self, Fault> {
        Ok(text.into())
    }
}

/// A time limit.
pub(super) struct Seconds(pub(super) Duration);

impl Value for Seconds {
    fn parse(text: &str) -> Result<Self, Fault> {
        match text.trim().parse() {
            Ok(seconds @ 1..=3600) => Ok(Self(Duration::from_secs(seconds))),
            _ => Err(Fault::new(
                format!("is `{text}`, which is not a number of seconds (1 to 3600)"),
                "leave it out for 10 seconds",
            )),
        }
    }
}

/// The hosts, as the system takes them: names, addresses (IPv6 without brackets), or folders of
/// unix sockets.
pub(super) struct Hosts(pub(super) Vec<String>);

impl Value for Hosts {
    /// What is wrong is not repeated: it may be a whole URL with a password.
    fn parse(text: &str) -> Result<Self, Fault> {
        if text.contains("://") || text.contains('@') {
            return Err(Fault::new(
                "holds a URL",
                "put a URL into the variable that ends with _URL",
            ));
        }
        text.split(',')
            .map(host)
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

fn host(text: &str) -> Result<String, Fault> {
    let text = text.trim();
    if text.starts_with('/') {
        return Ok(text.to_owned());
    }
    let within = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let bare = within.unwrap_or(text);
    if bare.contains(':') && bare.parse::<Ipv6Addr>().is_err() {
        Err(Fault::new(
            "holds a port too, or is not a valid address",
            "write the host alone, and the port into its own variable",
        ))
    } else if bare.is_empty() || bare.contains(|c: char| c.is_whitespace() || "/?#[]".contains(c)) {
        Err(Fault::new(
            "is not a host name",
            "write a name such as localhost, an address, or a socket's folder that begins with /; \
             several are separated by commas",
        ))
    } else {
        Ok(bare.to_owned())
    }
}

/// The ports: one for all hosts, or one for each.
pub(super) struct Ports(pub(super) Vec<u16>);

impl Value for Ports {
    fn parse(text: &str) -> Result<Self, Fault> {
        let port = |port: &str| port.trim().parse().ok().filter(|port| *port > 0);
        let ports: Option<Vec<u16>> = text.split(',').map(port).collect();
        ports.map(Self).ok_or_else(|| {
            Fault::new(
                format!("is `{text}`, which is not a port (1 to 65535)"),
                "PostgreSQL's usual port is 5432",
            )
        })
    }
}

/// How far TLS is demanded: libpq's `sslmode` without `allow` (PostgreSQL manual, section 34.19.3).
///
/// TLS is not spoken over unix sockets, whatever the mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SslMode {
    /// No TLS.
    Disable,
    /// TLS if the server offers it, without looking at its certificate.
    Prefer,
    /// TLS. The certificate is checked only where a root certificate file is configured, and then
    /// as in [`SslMode::VerifyCa`].
    Require,
    /// TLS, and a certificate from a known authority, for whatever host.
    VerifyCa,
    /// TLS, and a certificate from a known authority for the very host.
    VerifyFull,
}

impl SslMode {
    const NAMES: [(&'static str, Self); 5] = [
        ("disable", Self::Disable),
        ("prefer", Self::Prefer),
        ("require", Self::Require),
        ("verify-ca", Self::VerifyCa),
        ("verify-full", Self::VerifyFull),
    ];
}

impl fmt::Display for SslMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let own = Self::NAMES.iter().find(|(_, mode)| mode == self);
        f.write_str(own.map_or("", |(name, _)| name))
    }
}

impl Value for SslMode {
    fn parse(text: &str) -> Result<Self, Fault> {
        let text = text.trim();
        let names = Self::NAMES.map(|(name, _)| name);
        let found = Self::NAMES.iter().find(|(name, _)| *name == text);
        found.map(|(_, mode)| *mode).ok_or_else(|| {
            let hint = match nearest(text, names) {
                Some(meant) => format!("did you mean {meant}?"),
                None => "verify-full is the safe one".to_owned(),
            };
            let known = names.join(", ");
            Fault::new(
                format!("is `{text}`, which is not a mode (known: {known})"),
                hint,
            )
        })
    }
}
