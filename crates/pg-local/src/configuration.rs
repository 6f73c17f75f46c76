//! A server's configuration files. They are written anew at each start.
//!
//! What `initdb` chose stays in `postgresql.conf`; ours is a file of its own that is included at
//! its end. `ALTER SYSTEM` still has the last word.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::account::Account;
use crate::error::ServerError;

/// The file that is included.
const FILE: &str = "jubilee.conf";

/// What a server is told at its start.
pub(crate) struct Configuration<'a> {
    pub(crate) socket_dir: &'a Path,
    pub(crate) port: u16,
    pub(crate) tcp: bool,
    /// In addition; a later setting of the same name wins.
    pub(crate) settings: &'a [(String, String)],
    /// Lines for `pg_hba.conf` before the usual ones.
    pub(crate) hba: &'a [String],
}

impl Configuration<'_> {
    /// Writes `jubilee.conf`, which [`prepare`] has included, and `pg_hba.conf`.
    pub(crate) fn write(&self, data: &Path, account: Account) -> Result<(), ServerError> {
        account.write(&data.join(FILE), self.settings()?.as_bytes())?;
        account.write(&data.join("pg_hba.conf"), self.hba().as_bytes())
    }

    fn settings(&self) -> Result<String, ServerError> {
        let mut text =
            String::from("# Written by jubilee-pg-local at each start; changes are lost.\n");
        let socket_dir = self.socket_dir.display().to_string();
        let port = self.port.to_string();
        let own = [
            ("listen_addresses", if self.tcp { "127.0.0.1" } else { "" }),
            ("port", &port),
            // The value is a list; quotes keep a comma in the path from ending an element.
            (
                "unix_socket_directories",
                &format!("\"{}\"", socket_dir.replace('"', "\"\"")),
            ),
            ("password_encryption", "scram-sha-256"),
            ("timezone", "UTC"),
            ("log_timezone", "UTC"),
            ("min_wal_size", "32MB"),
            ("max_wal_size", "256MB"),
        ];
        let given = self
            .settings
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        for (name, value) in own.into_iter().chain(given) {
            let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
            if name.is_empty() || !name.chars().all(plain) {
                return Err(ServerError::Option {
                    what: "the setting",
                    name: name.to_owned(),
                    reason: "its name may hold letters, digits, `_` and `.`",
                });
            }
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{name} = {}", quoted(value));
        }
        Ok(text)
    }

    fn hba(&self) -> String {
        let mut text =
            String::from("# Written by jubilee-pg-local at each start; changes are lost.\n");
        for line in self.hba {
            text.push_str(line);
            text.push('\n');
        }
        text.push_str("local all all trust\nlocal replication all trust\n");
        if self.tcp {
            text.push_str("host all all 127.0.0.1/32 scram-sha-256\n");
        }
        text
    }
}

/// Has a new cluster's `postgresql.conf` include ours.
pub(crate) fn prepare(data: &Path, account: Account) -> Result<(), ServerError> {
    let file = data.join("postgresql.conf");
    let mut text =
        fs::read_to_string(&file).map_err(|cause| ServerError::folder("read", &file, cause))?;
    text.push_str(&format!("\ninclude = '{FILE}'\n"));
    account.write(&file, text.as_bytes())
}

/// A value as configuration files write it (PostgreSQL manual, "Parameter Interaction via the
/// Configuration File"); backslash escapes are read there.
fn quoted(value: &str) -> String {
    let escaped = value
        .replace('\\', "\\\\")
        .replace('\'', "''")
        .replace('\n', "\\n")
        .replace('\r', "\\r");
    format!("'{escaped}'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_quoted() {
        assert_eq!(quoted("it's a\\b\nc"), "'it''s a\\\\b\\nc'");
    }
}
