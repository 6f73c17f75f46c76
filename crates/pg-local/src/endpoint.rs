//! Where a running server is reached.

use std::fmt::Write as _;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

/// Where a running server is reached. Over the socket, no password is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// The folder of the Unix socket; only the server's account and root can enter it.
    pub socket_dir: PathBuf,
    /// The number in the socket's name.
    pub port: u16,
    /// The port on 127.0.0.1, if the server listens there.
    pub tcp_port: Option<u16>,
    /// The superuser.
    pub user: String,
}

impl Endpoint {
    /// A URL for connecting to `database` over the socket (PostgreSQL manual, "Connection URIs"):
    /// `postgres://postgres@%2Frun…:5432/name`. With the folder in this place, sqlx reads it too.
    pub fn url(&self, database: &str) -> String {
        format!(
            "postgres://{}@{}:{}/{}",
            encode(self.user.as_bytes()),
            encode(self.socket_dir.as_os_str().as_bytes()),
            self.port,
            encode(database.as_bytes())
        )
    }
}

/// Percent-encodes everything but RFC 3986's unreserved characters.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let mut encoded = String::new();
    for &byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_url_reads_back() {
        let endpoint = Endpoint {
            socket_dir: "/tmp/a folder/50%".into(),
            port: 5433,
            tcp_port: None,
            user: "postgres".into(),
        };
        let url = endpoint.url("täst?&/ x");
        assert_eq!(
            url,
            "postgres://postgres@%2Ftmp%2Fa%20folder%2F50%25:5433/t%C3%A4st%3F%26%2F%20x"
        );
        let config: postgres::Config = url.parse().unwrap();
        assert_eq!(config.get_dbname(), Some("täst?&/ x"));
        assert_eq!(
            config.get_hosts(),
            [postgres::config::Host::Unix("/tmp/a folder/50%".into())]
        );
    }
}
