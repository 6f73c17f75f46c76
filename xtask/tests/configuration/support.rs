//! A folder with a dotenv file, an environment, and what comes of both.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use jubilee_core::Environment;
use secrecy::ExposeSecret;
use tempfile::TempDir;
use xtask::connection::{Configuration, ConfigurationError, Server, Settings, Source, SslMode};
use xtask::databases::{ChangeRate, Database, Review};

pub(crate) const DEVELOPMENT: Environment = Environment::Development;
pub(crate) const PRODUCTION: Environment = Environment::Production;

pub(crate) const CODEX: Database = database("codex", 5432);

pub(crate) const DATABASES: [Database; 3] = [
    CODEX,
    database("inspire", 5433),
    database("continuum", 5434),
];

const fn database(name: &'static str, development_port: u16) -> Database {
    Database {
        name,
        holds: "things",
        change_rate: ChangeRate::Rare,
        review: Review::Standard,
        development_port,
    }
}

/// A folder in which a command runs, and the environment that it has.
pub(crate) struct Place {
    pub(crate) folder: TempDir,
    pub(crate) environment: Environment,
    variables: Vec<(String, String)>,
}

impl Place {
    pub(crate) fn new(environment: Environment) -> Self {
        Self {
            folder: TempDir::new().unwrap(),
            environment,
            variables: Vec::new(),
        }
    }

    /// Sets variables, one a line. `FOLDER` in their values is this place's folder.
    pub(crate) fn set(mut self, lines: &str) -> Self {
        let folder = self.folder.path().display().to_string();
        let pair = |line: &str| {
            let (name, value) = line.trim().split_once('=').unwrap();
            (name.to_owned(), value.replace("FOLDER", &folder))
        };
        self.variables.extend(lines.lines().map(pair));
        self
    }

    /// Sets a variable to whatever text.
    pub(crate) fn set_raw(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Writes the environment's dotenv file.
    pub(crate) fn dotenv(self, text: &str) -> Self {
        let name = match self.environment {
            Environment::Development => ".env",
            Environment::Staging => ".env.staging",
            Environment::Production => ".env.production",
        };
        self.file(name, text, 0o600)
    }

    pub(crate) fn file(self, name: &str, text: &str, mode: u32) -> Self {
        let path = self.path(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        self
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn read(&self) -> Result<Configuration, ConfigurationError> {
        let own = |(name, value): &(String, String)| (OsString::from(name), OsString::from(value));
        let process = self.variables.iter().map(own);
        Configuration::read(self.environment, &DATABASES, self.folder.path(), process)
    }

    pub(crate) fn settings(&self) -> Settings {
        match self.read().unwrap().source(&CODEX).unwrap() {
            Source::Configured(settings) => *settings,
            Source::LocalServer => panic!("nothing is configured"),
        }
    }

    /// All that was decided for codex, on one line; or everything that is wrong.
    pub(crate) fn said(&self) -> String {
        let source = self.read().and_then(|read| read.source(&CODEX));
        let said = match source {
            Ok(Source::LocalServer) => "local server".to_owned(),
            Ok(Source::Configured(settings)) => line(&settings),
            Err(error) => format!("{error}\n{}\n-> {}", error.why(), error.hint()),
        };
        said.replace(&self.folder.path().display().to_string(), "FOLDER")
    }
}

/// Each server's password, once if it is the same, and then what is not as usual.
pub(crate) fn line(settings: &Settings) -> String {
    let password = |server: &Server| match &server.password {
        Some(password) => password.expose_secret().to_owned(),
        None => "-".to_owned(),
    };
    let mut passwords: Vec<String> = settings.servers.iter().map(password).collect();
    passwords.dedup();
    let mut said = format!("{settings} {}", passwords.join("|"));
    if settings.sslmode != SslMode::Prefer {
        said.push_str(&format!(" {}", settings.sslmode));
    }
    if let Some(file) = &settings.sslrootcert {
        said.push_str(&format!(" roots {}", file.display()));
    }
    if let Some((certificate, key)) = &settings.identity {
        said.push_str(&format!(" as {} {}", certificate.display(), key.display()));
    }
    if let Some(role) = &settings.role {
        said.push_str(&format!(" role {role}"));
    }
    if settings.connect_timeout.as_secs() != 10 {
        said.push_str(&format!(" {}s", settings.connect_timeout.as_secs()));
    }
    said
}
