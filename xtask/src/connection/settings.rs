//! How to reach one database.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::{ExposeSecret, SecretString};
use tokio_postgres::Config as Driver;
use tokio_postgres::config::TargetSessionAttrs;

use crate::invocation::{is_installed, program};

use super::key::Key;
use super::layer::{Form, Place, Rank};
use super::value::SslMode;

/// How long opening a connection to one server may take unless the configuration says otherwise.
pub(super) const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The role that development assumes; development's password is its alone.
pub(super) const DEVELOPMENT_USER: &str = "jubilee";

/// What stands for something else in a URL (RFC 3986, section 2.3, has the others).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// How to reach one database. Neither `Debug` nor `Display` shows a password.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where it may be, at least one place. The first that accepts, and is such as
    /// `target_session_attrs` asks for, is taken.
    pub servers: Vec<Server>,
    /// How far TLS is demanded.
    pub sslmode: SslMode,
    /// The certificates that may vouch for the server (PEM); else the system's.
    pub sslrootcert: Option<PathBuf>,
    /// The client's certificate and its key (PEM).
    pub identity: Option<(PathBuf, PathBuf)>,
    /// How long opening a connection to one server may take: finding the host, TLS and log-in
    /// included.
    pub connect_timeout: Duration,
    /// The role that the session takes after the log-in.
    pub role: Option<String>,
    /// The user, the database, and all that the driver or the socket is told. It has neither host
    /// nor password: these are the servers'.
    pub(super) driver: Driver,
    /// Where all this comes from, for messages.
    pub(super) origin: Origin,
}

/// One place where the database may be.
#[derive(Debug, Clone)]
pub struct Server {
    /// A host name, an address (IPv6 without brackets), or the folder of a unix socket if it
    /// begins with `/`.
    pub host: String,
    /// The TCP port, or the number in the socket's name.
    pub port: u16,
    /// The role's password, if the server may ask for one.
    pub password: Option<SecretString>,
}

/// What to connect to.
#[derive(Debug, Clone)]
pub enum Source {
    /// Nothing is configured, in development: the server that this program runs itself.
    LocalServer,
    /// What the variables say.
    Configured(Box<Settings>),
}

/// Where settings come from, so that a message can name what to change. The default is that of a
/// server that this program runs itself.
#[derive(Debug, Clone, Default)]
pub(super) struct Origin {
    /// With what the variables begin: `DB_CODEX`.
    pub(super) prefix: Option<String>,
    /// The dotenv file, if there is one.
    pub(super) file: Option<PathBuf>,
    /// How messages name it, or the one that could be made.
    pub(super) shown: PathBuf,
    /// Whether it has lines that are not understood, so that what is missing may be in these.
    pub(super) is_partial: bool,
    /// In development, the port on which docker-compose.yml has the database.
    pub(super) compose_port: Option<u16>,
    /// Where the URL stands, if there is one.
    pub(super) url: Option<Place>,
    /// Where the settings stand that are set.
    pub(super) places: BTreeMap<Key, Place>,
    /// Why the password file that was asked gave no password.
    pub(super) no_password: Option<String>,
}

impl Settings {
    /// Settings of this program's own: for a server that it runs, on a unix socket in `folder`.
    #[must_use]
    pub fn local_server(folder: &Path, port: u16, database: &str, user: &str) -> Self {
        let mut driver = Driver::new();
        driver.dbname(database).user(user);
        Self {
            servers: vec![Server {
                host: folder.display().to_string(),
                port,
                password: None,
            }],
            sslmode: SslMode::Disable,
            sslrootcert: None,
            identity: None,
            connect_timeout: DEFAULT_CONNECT_TIMEOUT,
            role: None,
            driver,
            origin: Origin::default(),
        }
    }

    /// The database's name on the server.
    #[must_use]
    pub fn database(&self) -> &str {
        self.driver.get_dbname().unwrap_or_default()
    }

    /// The same for another database of that server.
    #[must_use]
    pub fn in_database(&self, name: &str) -> Self {
        let mut settings = self.clone();
        settings.driver.dbname(name);
        settings
    }

    /// What of the environment, rather than of the dotenv file, says which database that is.
    #[must_use]
    pub fn named_by_environment(&self) -> Option<String> {
        let keys = [Key::Host, Key::Port, Key::Dbname];
        let mut places = keys.iter().filter_map(|key| self.origin.places.get(key));
        let found = places.find(|place| place.rank == Rank::Environment);
        found.map(ToString::to_string)
    }

    /// The role that logs in.
    #[must_use]
    pub fn user(&self) -> &str {
        self.driver.get_user().unwrap_or_default()
    }

    /// `user@host:port/database`, for messages.
    #[must_use]
    pub fn describe(&self) -> String {
        let servers: Vec<String> = self.servers.iter().map(Server::to_string).collect();
        format!("{}@{}/{}", self.user(), servers.join(","), self.database())
    }

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
        let mut add = |name, value: &str| variables.push((name, value.to_owned()));
        let mut passwords = self.servers.iter().filter_map(|it| it.password.as_ref());
        if let Some(password) = passwords.next() {
            add("PGPASSWORD", password.expose_secret());
        }
        if let Some(options) = self.driver.get_options() {
            add("PGOPTIONS", options);
        }
        if let Some(file) = &self.sslrootcert {
            add("PGSSLROOTCERT", &file.to_string_lossy());
        } else if self.sslmode >= SslMode::VerifyCa {
            add("PGSSLROOTCERT", "system");
        }
        if let Some((certificate, key)) = &self.identity {
            add("PGSSLCERT", &certificate.to_string_lossy());
            add("PGSSLKEY", &key.to_string_lossy());
        }
        if self.must_write() == Some(true) {
            add("PGTARGETSESSIONATTRS", "read-write");
        }
        variables
    }

    /// Whether the server must take writes, must not, or may do as it likes.
    pub(super) fn must_write(&self) -> Option<bool> {
        match self.driver.get_target_session_attrs() {
            TargetSessionAttrs::ReadWrite => Some(true),
            TargetSessionAttrs::ReadOnly => Some(false),
            _ => None,
        }
    }

    /// Whether a connection without TLS is out of the question.
    pub(super) fn demands_tls(&self) -> bool {
        self.sslmode >= SslMode::Require
    }
}

impl Server {
    /// The folder of the unix socket, if it is one.
    #[must_use]
    pub fn socket_folder(&self) -> Option<&Path> {
        self.host.starts_with('/').then(|| Path::new(&self.host))
    }

    pub(super) fn is_on_tcp(&self) -> bool {
        self.socket_folder().is_none()
    }
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.host.contains(':') {
            true => write!(f, "[{}]:{}", self.host, self.port),
            false => write!(f, "{}:{}", self.host, self.port),
        }
    }
}

impl fmt::Display for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.describe())
    }
}

impl Origin {
    /// Whether it has a value, be it a default.
    pub(super) fn is_set(&self, key: Key) -> bool {
        self.places.contains_key(&key)
    }

    /// Whether somebody set it.
    pub(super) fn is_configured(&self, key: Key) -> bool {
        self.rank(key).is_some_and(|rank| rank != Rank::Default)
    }

    pub(super) fn rank(&self, key: Key) -> Option<Rank> {
        self.places.get(&key).map(|place| place.rank)
    }

    /// What holds the value of `key`, as a phrase that fits "check …": "DB_CODEX_HOST in .env:3",
    /// "the environment variable DB_CODEX_HOST".
    pub(super) fn locate(&self, key: Key) -> String {
        let place = self.places.get(&key).filter(|_| self.is_configured(key));
        match (place, &self.url) {
            _ if self.prefix.is_none() => self.variable_named(key),
            (Some(place), _) => place.to_string(),
            (None, Some(url)) => format!("{} of {url}", key.part_of_url()),
            (None, None) => {
                let name = self.variable_named(key);
                match is_installed() {
                    true => format!("{name} (not set so far)"),
                    false => format!("{name} in {} (not set so far)", self.shown.display()),
                }
            }
        }
    }

    /// The variable that sets it.
    pub(super) fn variable_named(&self, key: Key) -> String {
        match &self.prefix {
            Some(prefix) => format!("{prefix}_{}", key.suffix()),
            None => format!("the local server (`{} db status`)", program()),
        }
    }

    /// Where the host and the port stand.
    pub(super) fn locate_server(&self) -> String {
        match &self.url {
            Some(url) => url.to_string(),
            None if self.prefix.is_none() => self.locate(Key::Host),
            None => format!("{} and {}", self.locate(Key::Host), self.locate(Key::Port)),
        }
    }

    /// Where the password stands, and what to mind there if it has odd characters.
    pub(super) fn locate_password(&self) -> String {
        let place = self.places.get(&Key::Password);
        let care = match place.map(|place| (place.form, place.rank)) {
            Some((Form::PartOfUrl, _)) => " (percent-encoded: % as %25, @ as %40, / as %2F)",
            Some((Form::Variable, Rank::File)) => {
                " (one with $, #, quotes or spaces stands there in single quotes)"
            }
            _ => "",
        };
        format!("{}{care}", self.locate(Key::Password))
    }
}
