//! The same connection for PostgreSQL's own programs.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::ExposeSecret;

use super::settings::{Server, Settings};
use super::value::SslMode;

/// What stands for something else in a URL (RFC 3986, section 2.3, has the others).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

impl Settings {
    /// A URL of it as libpq has it, without the password.
    #[must_use]
    pub fn url(&self) -> String {
        let encoded = |text: &str| utf8_percent_encode(text, RESERVED).to_string();
        let (user, database) = (encoded(self.user()), encoded(self.database()));
        let mode = self.sslmode;
        if let [server] = &self.servers[..]
            && server.socket_folder().is_some()
        {
            let (folder, port) = (encoded(&server.host), server.port);
            return format!("postgres://{user}@/{database}?host={folder}&port={port}");
        }
        let hosts: Vec<String> = self.servers.iter().map(ToString::to_string).collect();
        let hosts = hosts.join(",");
        format!("postgres://{user}@{hosts}/{database}?sslmode={mode}")
    }

    /// It as variables for a program that uses libpq, the password among them: unlike arguments,
    /// other users do not see them.
    #[must_use]
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        let list = |part: fn(&Server) -> String| {
            let parts: Vec<String> = self.servers.iter().map(part).collect();
            parts.join(",")
        };
        let mut variables = vec![
            ("PGHOST", list(|server| server.host.clone())),
            ("PGPORT", list(|server| server.port.to_string())),
            ("PGDATABASE", self.database().to_owned()),
            ("PGUSER", self.user().to_owned()),
            ("PGSSLMODE", self.sslmode.to_string()),
        ];
        let password = self
            .servers
            .iter()
            .find_map(|server| server.password.as_ref());
        let password = password.map(|password| password.expose_secret().to_owned());
        variables.extend(password.map(|password| ("PGPASSWORD", password)));
        let options = self.driver.get_options().map(str::to_owned);
        variables.extend(options.map(|options| ("PGOPTIONS", options)));
        match &self.sslrootcert {
            Some(file) => variables.push(("PGSSLROOTCERT", file.display().to_string())),
            None if self.sslmode >= SslMode::VerifyCa => {
                variables.push(("PGSSLROOTCERT", "system".to_owned()));
            }
            None => {}
        }
        if let Some((certificate, key)) = &self.identity {
            variables.push(("PGSSLCERT", certificate.display().to_string()));
            variables.push(("PGSSLKEY", key.display().to_string()));
        }
        if self.must_write() == Some(true) {
            variables.push(("PGTARGETSESSIONATTRS", "read-write".to_owned()));
        }
        variables
    }
}
