//! From variables to settings, with everything that is wrong on the way.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::databases::Database;
use jubilee_core::Environment;
use secrecy::{ExposeSecret, SecretString};

use super::configuration_error::Problem;
use super::host;
use super::key::Key;
use super::origin::Origin;
use super::roots;
use super::settings::{DEFAULT_CONNECT_TIMEOUT, Settings};
use super::ssl_mode::SslMode;
use super::url::{self, Parts};
use super::variables::{Place, Variables};

/// PostgreSQL's registered port.
const USUAL_PORT: u16 = 5432;

pub(super) fn resolve(
    database: &Database,
    environment: Environment,
    variables: &Variables,
    origin: Origin,
) -> Result<Settings, Vec<Problem>> {
    let mut resolver = Resolver {
        database,
        variables,
        origin: &origin,
        is_development: environment == Environment::Development,
        problems: Vec::new(),
        missing: Vec::new(),
    };
    resolver.misspelt();
    resolver.other_environment(environment);
    let settings = resolver.parts().map(|parts| resolver.settings(parts));
    let problems = resolver.finish();
    match settings {
        Some(settings) if problems.is_empty() => Ok(Settings { origin, ..settings }),
        _ => Err(problems),
    }
}

struct Resolver<'a> {
    database: &'a Database,
    variables: &'a Variables,
    origin: &'a Origin,
    is_development: bool,
    problems: Vec<Problem>,
    missing: Vec<Key>,
}

impl Resolver<'_> {
    fn misspelt(&mut self) {
        let found = self.variables.misspelt(self.database);
        self.problems
            .extend(found.into_iter().map(|(name, place, meant)| {
                let at = match place {
                    Place::Process => format!("the environment variable {name}"),
                    Place::File => format!("{name} in {}", self.variables.shown_file().display()),
                };
                Problem::Misspelt { at, meant }
            }));
    }

    /// The environment is decided before a file is read, from real variables. A file that names
    /// another one belongs to that: its credentials must not be used here.
    fn other_environment(&mut self, environment: Environment) {
        let said = ["JUBILEE_ENV", "NODE_ENV"]
            .into_iter()
            .find_map(|variable| Some((variable, self.variables.get(variable)?)));
        if let Some((variable, said)) = said
            && said.place == Place::File
            && said.value != environment.name()
        {
            self.problems.push(Problem::OtherEnvironment {
                variable,
                value: said.value.to_owned(),
                file: self.variables.shown_file().to_owned(),
                environment,
            });
        }
    }

    /// What is configured, from the URL or from single variables.
    fn parts(&mut self) -> Option<Parts> {
        let value = |key: Key| {
            let variable = self.variables.get(&key.of(self.database))?;
            Some(variable.value.to_owned())
        };
        let Some(url) = value(Key::Url) else {
            return Some(Parts {
                user: value(Key::User),
                password: value(Key::Password).map(SecretString::from),
                host: value(Key::Host),
                port: value(Key::Port),
                name: value(Key::Name),
                ssl_mode: value(Key::SslMode),
                ssl_root_cert: value(Key::SslRootCert),
                connect_timeout: None,
            });
        };
        let others = Key::ALL
            .into_iter()
            .filter(|key| *key != Key::Url && value(*key).is_some());
        let others: Vec<String> = others.map(|key| self.variable(key)).collect();
        let at = self.origin.locate(Key::Url);
        if !others.is_empty() {
            self.problems.push(Problem::UrlAndVariables {
                url: at.clone(),
                others,
            });
        }
        match url::parse(&url) {
            Ok(parts) => Some(parts),
            Err(faults) => {
                self.problems
                    .extend(faults.into_iter().map(|fault| Problem::Url {
                        at: at.clone(),
                        fault,
                    }));
                None
            }
        }
    }

    /// Where a single variable stands, even if a URL is set too.
    fn variable(&self, key: Key) -> String {
        let name = key.of(self.database);
        match self.variables.get(&name).map(|variable| variable.place) {
            Some(Place::File) => format!("{name} in {}", self.variables.shown_file().display()),
            Some(Place::Process) => format!("the environment variable {name}"),
            None => name,
        }
    }

    /// Settings from the parts; where a part is wrong, with something in its place.
    fn settings(&mut self, parts: Parts) -> Settings {
        let host = parts.host.and_then(|host| self.host(host.trim()));
        let host = self.required(Key::Host, host, || "localhost".to_owned());
        let is_socket = host.starts_with('/');
        let port = parts.port.map(|port| self.port(port.trim()));
        let usual = if self.is_development {
            self.database.development_port
        } else {
            USUAL_PORT
        };
        let default_name = self.database.default_database_name();
        let database = self.required(Key::Name, parts.name, || default_name);
        let user = self.required(Key::User, parts.user, || "jubilee".to_owned());
        let password = match parts.password {
            None if self.is_development => {
                Some(format!("jubilee_dev_{}", self.database.name).into())
            }
            None if is_socket => None,
            None => {
                self.missing.push(Key::Password);
                None
            }
            given => given,
        };
        let sslrootcert = parts
            .ssl_root_cert
            .map(|file| self.root_certificates(&file));
        let sslmode = match parts.ssl_mode {
            Some(mode) => self.ssl_mode(mode.trim()),
            None if self.is_development && sslrootcert.is_none() => SslMode::Prefer,
            None => SslMode::VerifyFull,
        };
        if sslrootcert.is_some() && !is_socket && !sslmode.demands_tls() {
            self.problems.push(Problem::RootCertificatesUnused {
                at: self.origin.locate(Key::SslRootCert),
                mode: sslmode,
            });
        }
        let connect_timeout = match parts.connect_timeout {
            Some(seconds) => self.connect_timeout(seconds.trim()),
            None => DEFAULT_CONNECT_TIMEOUT,
        };
        let exposed = password.as_ref().map_or("", ExposeSecret::expose_secret);
        for (key, value) in [
            (Key::Host, host.as_str()),
            (Key::Name, &database),
            (Key::User, &user),
            (Key::Password, exposed),
        ] {
            if value.contains('\0') {
                self.problems.push(Problem::Nul {
                    at: self.origin.locate(key),
                });
            }
        }
        Settings {
            host,
            port: port.unwrap_or(usual),
            database,
            user,
            password,
            sslmode,
            sslrootcert,
            connect_timeout,
            origin: Origin::program(),
        }
    }

    fn required(
        &mut self,
        key: Key,
        given: Option<String>,
        default: impl FnOnce() -> String,
    ) -> String {
        match given {
            Some(given) => given,
            None if self.is_development => default(),
            None => {
                // A host that is there and wrong is a problem already.
                let at = self.origin.locate(key);
                let said = |problem: &Problem| matches!(problem, Problem::Host { at: host, .. } if *host == at);
                if !self.problems.iter().any(said) {
                    self.missing.push(key);
                }
                String::new()
            }
        }
    }

    fn host(&mut self, host: &str) -> Option<String> {
        match host::check(host) {
            Ok(host) => Some(host),
            Err((fault, hint)) => {
                self.problems.push(Problem::Host {
                    at: self.origin.locate(Key::Host),
                    fault,
                    hint,
                });
                None
            }
        }
    }

    fn port(&mut self, port: &str) -> u16 {
        match port.parse() {
            Ok(port) if port > 0 => port,
            _ => {
                self.problems.push(Problem::Port {
                    at: self.origin.locate(Key::Port),
                    value: port.to_owned(),
                });
                USUAL_PORT
            }
        }
    }

    fn ssl_mode(&mut self, mode: &str) -> SslMode {
        SslMode::from_name(mode).unwrap_or_else(|| {
            self.problems.push(Problem::SslMode {
                at: self.origin.locate(Key::SslMode),
                value: mode.to_owned(),
            });
            SslMode::VerifyFull
        })
    }

    fn connect_timeout(&mut self, seconds: &str) -> Duration {
        match seconds.parse() {
            Ok(seconds @ 1..=3600) => Duration::from_secs(seconds),
            _ => {
                self.problems.push(Problem::ConnectTimeout {
                    at: format!(
                        "the parameter connect_timeout of {}",
                        self.origin.locate(Key::Url)
                    ),
                    value: seconds.to_owned(),
                });
                DEFAULT_CONNECT_TIMEOUT
            }
        }
    }

    /// A relative path in the dotenv file starts from that file's folder, wherever the program
    /// runs.
    fn root_certificates(&mut self, file: &str) -> PathBuf {
        let folder = self.variables.file().and_then(Path::parent);
        let file = match folder {
            Some(folder) if self.origin.is_in_file(Key::SslRootCert) => folder.join(file),
            _ => PathBuf::from(file),
        };
        if let Err(cause) = roots::from_file(&file) {
            self.problems.push(Problem::RootCertificates {
                at: self.origin.locate(Key::SslRootCert),
                file: file.clone(),
                cause,
            });
        }
        file
    }

    fn finish(mut self) -> Vec<Problem> {
        if !self.missing.is_empty() {
            let url = Key::Url.of(self.database);
            let name = |key: &Key| {
                if self.origin.is_url() {
                    format!("the {} of {url}", key.part_of_url())
                } else {
                    key.of(self.database)
                }
            };
            self.problems.push(Problem::Missing {
                what: self.missing.iter().map(name).collect(),
                file: self.variables.shown_file().to_owned(),
            });
        }
        self.problems
    }
}
