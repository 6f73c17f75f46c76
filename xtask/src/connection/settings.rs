//! How to reach one database.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jubilee_core::Environment;
use secrecy::SecretString;
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

/// Where settings come from, so that a message can name what to change.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    pub(super) environment: Environment,
    /// With what the variables begin: `DB_CODEX`. None for a server that this program runs itself.
    pub(super) prefix: Option<String>,
    /// The dotenv file that is there or could be, as messages name it.
    pub(super) file: PathBuf,
    /// Whether it is there.
    pub(super) has_file: bool,
    /// Whether it has lines that are not understood, so that what is missing may be in these.
    pub(super) is_partial: bool,
    /// The port on which docker-compose.yml has the database.
    pub(super) development_port: u16,
    /// The folder from which relative paths in that file start.
    pub(super) folder: Option<PathBuf>,
    /// Where the URL stands, if there is one.
    pub(super) url: Option<Place>,
    /// Where the settings stand that are set.
    pub(super) places: BTreeMap<Key, Place>,
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
            origin: Origin {
                environment: Environment::Development,
                prefix: None,
                file: PathBuf::new(),
                has_file: false,
                is_partial: false,
                development_port: 0,
                folder: None,
                url: None,
                places: BTreeMap::new(),
            },
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
        let places = [Key::HOST, Key::PORT, Key::NAME].map(|key| self.origin.places.get(&key));
        let places = places.into_iter().flatten();
        let mut of_environment = places.filter(|place| place.rank == Rank::Environment);
        of_environment.next().map(ToString::to_string)
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

    /// Whether the server must take writes, must not, or may do as it likes.
    pub(super) fn must_write(&self) -> Option<bool> {
        match self.driver.get_target_session_attrs() {
            TargetSessionAttrs::ReadWrite => Some(true),
            TargetSessionAttrs::ReadOnly => Some(false),
            _ => None,
        }
    }

    /// Whether options are set, besides the role.
    pub(super) fn has_options(&self) -> bool {
        self.origin.places.contains_key(&Key::OPTIONS)
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
    /// What holds the value of `key`, as a phrase that fits "check …": "DB_CODEX_HOST in .env:3",
    /// "the environment variable DB_CODEX_HOST".
    pub(super) fn locate(&self, key: Key) -> String {
        let place = self.places.get(&key);
        match (place.filter(|place| place.rank != Rank::Default), &self.url) {
            _ if self.prefix.is_none() => self.variable_named(""),
            (Some(place), _) => place.to_string(),
            (None, Some(url)) => format!("{} of {url}", key.part_of_url()),
            (None, None) => {
                let name = self.variable_named(&key.suffix());
                match is_installed() {
                    true => format!("{name} (not set so far)"),
                    false => format!("{name} in {} (not set so far)", self.file.display()),
                }
            }
        }
    }

    /// The variable whose name ends like this.
    pub(super) fn variable_named(&self, suffix: &str) -> String {
        match &self.prefix {
            Some(prefix) => format!("{prefix}_{suffix}"),
            None => format!("the local server (`{} db status`)", program()),
        }
    }

    /// Whether development's password was taken, since none is set.
    pub(super) fn assumes_password(&self) -> bool {
        let place = self.places.get(&Key::PASSWORD);
        place.is_some_and(|place| place.rank == Rank::Default)
    }

    /// Where the host and the port stand.
    pub(super) fn locate_server(&self) -> String {
        match &self.url {
            Some(url) => url.to_string(),
            None if self.prefix.is_none() => self.locate(Key::HOST),
            None => format!("{} and {}", self.locate(Key::HOST), self.locate(Key::PORT)),
        }
    }

    /// What to mind where a value with odd characters stands.
    pub(super) fn care(&self, key: Key) -> &'static str {
        match self.places.get(&key).map(|place| (place.form, place.rank)) {
            Some((Form::PartOfUrl, _)) => " (percent-encoded: % as %25, @ as %40, / as %2F)",
            Some((Form::Variable, Rank::File)) => {
                " (one with $, #, quotes or spaces stands there in single quotes)"
            }
            _ => "",
        }
    }
}
