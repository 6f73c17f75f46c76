//! What the values of settings may be. The faults' texts continue "DB_CODEX_PORT in .env:3 …".

use std::fmt;
use std::net::Ipv6Addr;
use std::time::Duration;

use clap::ValueEnum;
use jubilee_lint::nearest;

use crate::databases::name_of;

use super::fault::Fault;

/// A time limit.
pub(super) fn seconds(text: &str) -> Result<Duration, Fault> {
    match text.trim().parse() {
        Ok(seconds @ 1..=3600) => Ok(Duration::from_secs(seconds)),
        _ => Err(Fault::new(
            format!("is `{text}`, which is not a number of seconds (1 to 3600)"),
            "leave it out for 10 seconds",
        )),
    }
}

/// The hosts, as the system takes them: names, addresses (IPv6 without brackets), or folders of
/// unix sockets.
///
/// What is wrong is not repeated: it may be a whole URL with a password.
pub(super) fn hosts(text: &str) -> Result<Vec<String>, Fault> {
    if text.contains("://") || text.contains('@') {
        return Err(Fault::new(
            "holds a URL",
            "put a URL into the variable that ends with _URL",
        ));
    }
    text.split(',').map(host).collect()
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
pub(super) fn ports(text: &str) -> Result<Vec<u16>, Fault> {
    let port = |port: &str| port.trim().parse().ok().filter(|port| *port > 0);
    let ports: Option<Vec<u16>> = text.split(',').map(port).collect();
    ports.ok_or_else(|| {
        Fault::new(
            format!("is `{text}`, which is not a port (1 to 65535)"),
            "PostgreSQL's usual port is 5432",
        )
    })
}

/// How far TLS is demanded: libpq's `sslmode` without `allow` (PostgreSQL manual, section 34.19.3).
///
/// TLS is not spoken over unix sockets, whatever the mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
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
    pub(super) fn parse(text: &str) -> Result<Self, Fault> {
        let text = text.trim();
        Self::from_str(text, false).map_err(|_| {
            let names: Vec<String> = Self::value_variants().iter().map(Self::to_string).collect();
            let hint = match nearest(text, names.iter().map(String::as_str)) {
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

impl fmt::Display for SslMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&name_of(*self))
    }
}
