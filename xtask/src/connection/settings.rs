//! How to reach one database.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::databases::Database;
use jubilee_core::Environment;
use secrecy::SecretString;

use super::configuration_error::ConfigurationError;
use super::origin::Origin;
use super::resolve::resolve;
use super::ssl_mode::SslMode;
use super::variables::Variables;

/// How long opening a connection may take unless a URL says otherwise.
pub const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How to reach one database. Neither `Debug` nor `Display` shows the password.
#[derive(Debug, Clone)]
pub struct Settings {
    /// A host name, an address (IPv6 without brackets), or the folder of a unix socket if it
    /// begins with `/`.
    pub host: String,
    /// The TCP port, or the number in the socket's name.
    pub port: u16,
    /// The database's name on the server.
    pub database: String,
    /// The role.
    pub user: String,
    /// The role's password, if the server may ask for one.
    pub password: Option<SecretString>,
    /// How far TLS is demanded.
    pub sslmode: SslMode,
    /// The certificates that may vouch for the server (PEM); else the system's.
    pub sslrootcert: Option<PathBuf>,
    /// How long opening a connection may take: finding the host, TLS and log-in included.
    pub connect_timeout: Duration,
    /// Where all this comes from, for messages.
    pub origin: Origin,
}

/// What to connect to.
#[derive(Debug, Clone)]
#[expect(
    clippy::large_enum_variant,
    reason = "there is one value a database, and it is taken apart at once"
)]
pub enum Source {
    /// Nothing is configured, in development: the server that this program runs itself.
    LocalServer,
    /// What the variables say.
    Configured(Settings),
}

impl Settings {
    /// Settings of this program's own: for a server that it runs, on a unix socket in `folder`.
    #[must_use]
    pub fn local_server(folder: &Path, port: u16, database: &str, user: &str) -> Self {
        Self {
            host: folder.display().to_string(),
            port,
            database: database.to_owned(),
            user: user.to_owned(),
            password: None,
            sslmode: SslMode::Disable,
            sslrootcert: None,
            connect_timeout: DEFAULT_CONNECT_TIMEOUT,
            origin: Origin::program(),
        }
    }

    /// Decides how to reach `database`.
    ///
    /// In development what is missing has a default: `localhost`, the database's development
    /// port, `jubilee_<database>`, the role `jubilee` with the password
    /// `jubilee_dev_<database>`, and `prefer`. In staging and production nothing is assumed but the
    /// port 5432 and the strictest mode, `verify-full`; a password may be missing only where the
    /// host is a unix socket, since the server may know the user from the operating system.
    /// Wherever root certificates are configured and no mode is, `verify-full` is meant.
    ///
    /// # Errors
    ///
    /// Everything that is wrong, at once.
    pub fn resolve(
        database: &Database,
        environment: Environment,
        variables: &Variables,
    ) -> Result<Source, ConfigurationError> {
        if environment == Environment::Development && !variables.configure_anything() {
            return Ok(Source::LocalServer);
        }
        let origin = Origin::variables(database, environment, variables);
        resolve(database, environment, variables, origin)
            .map(Source::Configured)
            .map_err(|problems| ConfigurationError {
                database: database.name,
                environment,
                problems,
            })
    }

    /// `user@host:port/database`, for messages.
    #[must_use]
    pub fn describe(&self) -> String {
        let (open, close) = if self.host.contains(':') {
            ("[", "]")
        } else {
            ("", "")
        };
        format!(
            "{}@{open}{}{close}:{}/{}",
            self.user, self.host, self.port, self.database
        )
    }

    /// The folder of the unix socket, if it is one.
    #[must_use]
    pub fn socket_folder(&self) -> Option<&Path> {
        self.host.starts_with('/').then(|| Path::new(&self.host))
    }
}

impl fmt::Display for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.describe())
    }
}
