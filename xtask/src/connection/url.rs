//! `DB_CODEX_URL`: a connection as one URL, as libpq takes it (PostgreSQL manual, section 34.1.1.2).
//!
//! tokio-postgres has a parser too. It refuses `verify-ca` and `verify-full`, takes a dozen
//! parameters that this program would have to honour, and says little about what is wrong.

use std::fmt;

use jubilee_lint::nearest;
use percent_encoding::percent_decode_str;
use secrecy::SecretString;

/// The parts of a connection's configuration that are there, as they are written. `Debug` does not
/// show the password.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub(super) user: Option<String>,
    pub(super) password: Option<SecretString>,
    pub(super) host: Option<String>,
    pub(super) port: Option<String>,
    pub(super) name: Option<String>,
    pub(super) ssl_mode: Option<String>,
    pub(super) ssl_root_cert: Option<String>,
    pub(super) connect_timeout: Option<String>,
}

/// The parameters that a URL may have.
const PARAMETERS: [&str; 5] = ["host", "port", "sslmode", "sslrootcert", "connect_timeout"];

/// What is wrong with a URL. It never holds a part in which a password could stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UrlFault {
    /// It begins neither with `postgres://` nor with `postgresql://`.
    Scheme,
    /// A character that only its percent-encoded form may stand for splits it in the wrong place.
    Unencoded,
    /// A `%` is not followed by two hexadecimal digits.
    Percent {
        /// In which part: "password".
        part: &'static str,
    },
    /// A part is not UTF-8 once it is decoded.
    NotUtf8 {
        /// Which: "password".
        part: &'static str,
    },
    /// A part is there twice.
    Twice {
        /// Which: "host".
        part: &'static str,
    },
    /// A parameter is not known.
    Parameter {
        /// Its name.
        name: String,
    },
}

/// Takes a URL apart, or says everything that is wrong with it.
pub(super) fn parse(url: &str) -> Result<Parts, Vec<UrlFault>> {
    let rest = url.split_once("://").filter(|(scheme, _)| {
        scheme.eq_ignore_ascii_case("postgres") || scheme.eq_ignore_ascii_case("postgresql")
    });
    let Some((_, rest)) = rest else {
        return Err(vec![UrlFault::Scheme]);
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at(end);
    // The `@` before the host comes after the password. So an `@` in the rest means that the
    // password was cut in two, and whatever stands behind the last `@` is no part of it.
    if rest.contains(['@', '#']) {
        return Err(vec![UrlFault::Unencoded]);
    }
    let (userinfo, host_and_port) = match authority.rsplit_once('@') {
        Some((userinfo, host_and_port)) => (Some(userinfo), host_and_port),
        None => (None, authority),
    };
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));

    let mut reader = Reader::default();
    if let Some(userinfo) = userinfo {
        let (user, password) = userinfo.split_once(':').unwrap_or((userinfo, ""));
        reader.parts.user = reader.decode("user", user);
        reader.parts.password = reader.decode("password", password).map(SecretString::from);
    }
    let (host, port) = split_port(host_and_port);
    reader.parts.host = reader.decode("host", host);
    reader.parts.port = reader.decode("port", port);
    reader.parts.name = reader.decode("database name", path.strip_prefix('/').unwrap_or(path));
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        reader.parameter(pair);
    }
    if reader.faults.is_empty() {
        Ok(reader.parts)
    } else {
        Err(reader.faults)
    }
}

/// Splits `host:port`; the colons within `[::1]` belong to the address.
fn split_port(text: &str) -> (&str, &str) {
    match text.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, port),
        _ => (text, ""),
    }
}

#[derive(Default)]
struct Reader {
    parts: Parts,
    faults: Vec<UrlFault>,
}

impl Reader {
    /// Decodes a part. An empty one counts as missing.
    fn decode(&mut self, part: &'static str, text: &str) -> Option<String> {
        let is_encoded =
            |rest: &str| rest.chars().take(2).filter(char::is_ascii_hexdigit).count() == 2;
        if !text.split('%').skip(1).all(is_encoded) {
            self.faults.push(UrlFault::Percent { part });
            return None;
        }
        match percent_decode_str(text).decode_utf8() {
            Ok(text) => Some(text.into_owned()).filter(|text| !text.is_empty()),
            Err(_) => {
                self.faults.push(UrlFault::NotUtf8 { part });
                None
            }
        }
    }

    fn parameter(&mut self, pair: &str) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let Some(part) = PARAMETERS.into_iter().find(|known| *known == name) else {
            self.faults.push(UrlFault::Parameter {
                name: name.to_owned(),
            });
            return;
        };
        let Some(value) = self.decode(part, value) else {
            return;
        };
        let slot = match part {
            "host" => &mut self.parts.host,
            "port" => &mut self.parts.port,
            "sslmode" => &mut self.parts.ssl_mode,
            "sslrootcert" => &mut self.parts.ssl_root_cert,
            _ => &mut self.parts.connect_timeout,
        };
        if slot.replace(value).is_some() {
            self.faults.push(UrlFault::Twice { part });
        }
    }
}

impl UrlFault {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Scheme => {
                "write it as postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=verify-full"
                    .to_owned()
            }
            Self::Unencoded | Self::Percent { .. } => {
                "percent-encode the user and the password: % as %25, @ as %40, / as %2F, ? as %3F, \
                 # as %23, : as %3A"
                    .to_owned()
            }
            Self::NotUtf8 { part } => format!("percent-encode the UTF-8 form of the {part}"),
            Self::Twice { part } => format!("name the {part} once"),
            Self::Parameter { name } => match nearest(name, PARAMETERS) {
                Some(meant) => format!("did you mean {meant}?"),
                None => "leave it out".to_owned(),
            },
        }
    }
}

impl fmt::Display for UrlFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scheme => f.write_str("begins neither with postgres:// nor with postgresql://"),
            Self::Unencoded => f.write_str(
                "has a `@` behind its host or a `#`: the user, the password or another part holds a \
                 character that is not percent-encoded",
            ),
            Self::Percent { part } => {
                write!(f, "has a `%` without two hexadecimal digits in its {part}")
            }
            Self::NotUtf8 { part } => write!(f, "has a {part} that is not UTF-8"),
            Self::Twice { part } => write!(f, "has two values for {part}"),
            Self::Parameter { name } => write!(
                f,
                "has the unknown parameter `{name}` (known: {})",
                PARAMETERS.join(", ")
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;

    fn shown(url: &str) -> String {
        let parts = match parse(url) {
            Ok(parts) => parts,
            Err(faults) => {
                let said: Vec<String> = faults.iter().map(ToString::to_string).collect();
                return said.join("; ");
            }
        };
        let password = parts
            .password
            .as_ref()
            .map(|p| p.expose_secret().to_owned());
        [
            ("user", parts.user),
            ("password", password),
            ("host", parts.host),
            ("port", parts.port),
            ("name", parts.name),
            ("sslmode", parts.ssl_mode),
            ("sslrootcert", parts.ssl_root_cert),
            ("connect_timeout", parts.connect_timeout),
        ]
        .into_iter()
        .filter_map(|(part, value)| Some(format!("{part}={}", value?)))
        .collect::<Vec<_>>()
        .join(" ")
    }

    #[test]
    fn the_parts_are_found() {
        let cases = [
            ("postgres://", ""),
            (
                "postgresql://u:p@h:1/d",
                "user=u password=p host=h port=1 name=d",
            ),
            ("POSTGRES://h", "host=h"),
            ("postgres://u@h/", "user=u host=h"),
            (
                "postgres://u:p@ss@h/d",
                "user=u password=p@ss host=h name=d",
            ),
            ("postgres://u:p%40%2F%3a@h", "user=u password=p@/: host=h"),
            ("postgres://u:p+q@h", "user=u password=p+q host=h"),
            ("postgres://[::1]:5433/d", "host=[::1] port=5433 name=d"),
            ("postgres://[::1]/d", "host=[::1] name=d"),
            ("postgres://%2Frun%2Fpg/d", "host=/run/pg name=d"),
            (
                "postgres:///d?host=/run/pg&port=1&sslmode=verify-full",
                "host=/run/pg port=1 name=d sslmode=verify-full",
            ),
            (
                "postgres://h?sslrootcert=/a%20b.pem&connect_timeout=3",
                "host=h sslrootcert=/a b.pem connect_timeout=3",
            ),
        ];
        for (url, parts) in cases {
            assert_eq!(shown(url), parts, "{url}");
        }
    }

    #[test]
    fn faults_are_all_named() {
        let known = "(known: host, port, sslmode, sslrootcert, connect_timeout)";
        let unencoded = UrlFault::Unencoded.to_string();
        let cases = [
            ("mysql://h", UrlFault::Scheme.to_string()),
            ("localhost:5432", UrlFault::Scheme.to_string()),
            ("postgres://u:pa/ss@h/d", unencoded.clone()),
            ("postgres://u:p@x:y/z@h/d", unencoded.clone()),
            ("postgres://u:p?q@h", unencoded.clone()),
            ("postgres://u:p#q", unencoded),
            (
                "postgres://u:50%off@h:%/d",
                "has a `%` without two hexadecimal digits in its password; \
                 has a `%` without two hexadecimal digits in its port"
                    .to_owned(),
            ),
            (
                "postgres://u:%ff@h",
                "has a password that is not UTF-8".to_owned(),
            ),
            ("postgres://h?host=i", "has two values for host".to_owned()),
            (
                "postgres://h?options=x&sslmod=require",
                format!(
                    "has the unknown parameter `options` {known}; \
                     has the unknown parameter `sslmod` {known}"
                ),
            ),
        ];
        for (url, faults) in cases {
            assert_eq!(shown(url), faults, "{url}");
        }
        let slip = UrlFault::Parameter {
            name: "sslmod".into(),
        };
        assert_eq!(slip.hint(), "did you mean sslmode?");
    }
}
