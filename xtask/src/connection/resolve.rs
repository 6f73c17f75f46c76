//! From layers to settings, with everything that is wrong on the way.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jubilee_core::Environment;
use secrecy::SecretString;
use serde::Deserialize;
use tokio_postgres::Config as Driver;
use tokio_postgres::config::TargetSessionAttrs;

use crate::invocation::is_installed;

use super::fault::Fault;
use super::key::Key;
use super::layer::{Form, Layer, Place, Rank};
use super::passfile::{self, Passfile};
use super::settings::{DEFAULT_CONNECT_TIMEOUT, DEVELOPMENT_USER, Origin, Server, Settings};
use super::tls;
use super::value::{Given, Hosts, Ports, Seconds, SslMode};

/// PostgreSQL's registered port.
const USUAL_PORT: u16 = 5432;

/// What is configured for one database, as it is written.
#[derive(Deserialize)]
struct Written {
    host: Option<Given<Hosts>>,
    port: Option<Given<Ports>>,
    dbname: Option<Given<String>>,
    user: Option<Given<String>>,
    password: Option<Given<SecretString>>,
    passfile: Option<Given<PathBuf>>,
    sslmode: Option<Given<SslMode>>,
    sslrootcert: Option<Given<PathBuf>>,
    sslcert: Option<Given<PathBuf>>,
    sslkey: Option<Given<PathBuf>>,
    options: Option<Given<String>>,
    role: Option<Given<String>>,
    application_name: Option<Given<String>>,
    connect_timeout: Option<Given<Seconds>>,
    /// What only the driver reads.
    #[serde(flatten)]
    driver: BTreeMap<String, Given<String>>,
}

/// Merges the layers, the weakest first, and makes settings of them.
pub(super) fn resolve(
    layers: Vec<Layer>,
    origin: Origin,
    passfile: Option<PathBuf>,
    faults: &mut Vec<Fault>,
) -> Option<Settings> {
    let merged = layers
        .into_iter()
        .fold(config::Config::builder(), |all, layer| {
            all.add_source(layer)
        })
        .build()
        .and_then(config::Config::try_deserialize::<Written>);
    match merged {
        Ok(written) => {
            let mut resolver = Resolver {
                origin,
                faults,
                missing: Vec::new(),
            };
            let settings = resolver.settings(written, passfile);
            resolver.report_missing();
            Some(settings)
        }
        // Every value is a text, and any text is read. The error may hold one, and is not shown.
        Err(_) => {
            let hint = "this program has a defect; please report it";
            faults.push(Fault::new(
                "the layers of the configuration do not merge",
                hint,
            ));
            None
        }
    }
}

/// The option that gives the session a role. Blanks and backslashes are escaped (PostgreSQL
/// manual, section 34.1.2, `options`).
fn role_option(role: &str) -> String {
    let escape = |c: char| match c {
        '\\' => vec!['\\', '\\'],
        c if c.is_ascii_whitespace() => vec!['\\', c],
        c => vec![c],
    };
    format!(
        "-c role={}",
        role.chars().flat_map(escape).collect::<String>()
    )
}

struct Resolver<'a> {
    origin: Origin,
    faults: &'a mut Vec<Fault>,
    missing: Vec<Key>,
}

impl Resolver<'_> {
    /// Settings; where something is wrong, without it.
    fn settings(&mut self, written: Written, passfile: Option<PathBuf>) -> Settings {
        let hosts = self.required(Key::HOST, written.host);
        let ports = self.read(Key::PORT, written.port);
        let database = self.required(Key::NAME, written.dbname).unwrap_or_default();
        let user = self.required(Key::USER, written.user).unwrap_or_default();
        let options = self.read(Key::OPTIONS, written.options);
        let role = self.read(Key::ROLE, written.role);
        let application_name = self.read(Key::APPLICATION_NAME, written.application_name);
        let connect_timeout = self.read(Key::CONNECT_TIMEOUT, written.connect_timeout);
        let passfile = self.path(Key::PASSFILE, written.passfile).or(passfile);
        let password = self.password(written.password);
        let sslmode = self.read(Key::SSL_MODE, written.sslmode);
        let sslrootcert = self.path(Key::SSL_ROOT_CERT, written.sslrootcert);
        let certificate = self.path(Key::SSL_CERT, written.sslcert);
        let key = self.path(Key::SSL_KEY, written.sslkey);

        let mut driver = self.driver(written.driver);
        driver.dbname(&database).user(&user);
        let role_option = role.as_deref().map(role_option);
        let options: Vec<String> = options.into_iter().chain(role_option).collect();
        if !options.is_empty() {
            driver.options(options.join(" "));
        }
        if let Some(name) = application_name {
            driver.application_name(name);
        }

        // Without a host there is a fault already; others are still looked for.
        let hosts = hosts.map_or_else(|| vec![String::new()], |hosts| hosts.0);
        if hosts.len() > 1 && !self.is_set(Key::TARGET_SESSION_ATTRS) {
            // Of a primary and its standbys, a migration means the primary.
            driver.target_session_attrs(TargetSessionAttrs::ReadWrite);
        }
        let ports = self.ports(ports, hosts.len());
        let servers = hosts.into_iter().zip(ports).map(|(host, port)| Server {
            host,
            port,
            password: None,
        });
        let is_development = self.origin.environment == Environment::Development;
        let mut settings = Settings {
            servers: servers.collect(),
            sslmode: match sslmode {
                Some(mode) => mode,
                None if is_development && sslrootcert.is_none() => SslMode::Prefer,
                None => SslMode::VerifyFull,
            },
            sslrootcert,
            identity: self.identity(certificate, key),
            connect_timeout: connect_timeout.map_or(DEFAULT_CONNECT_TIMEOUT, |limit| limit.0),
            role,
            driver,
            origin: self.origin.clone(),
        };
        self.tls(&settings);
        self.passwords(&mut settings, password, passfile);
        settings
    }

    fn read<T>(&mut self, key: Key, given: Option<Given<T>>) -> Option<T> {
        let given = given?;
        self.origin.places.insert(key, given.at.clone());
        given.read(self.faults)
    }

    fn required<T>(&mut self, key: Key, given: Option<Given<T>>) -> Option<T> {
        if given.is_none() {
            self.missing.push(key);
        }
        self.read(key, given)
    }

    /// A relative path in the dotenv file starts from that file's folder, wherever the program
    /// runs.
    fn path(&mut self, key: Key, given: Option<Given<PathBuf>>) -> Option<PathBuf> {
        let in_file = given
            .as_ref()
            .is_some_and(|given| given.at.rank == Rank::File);
        let path = self.read(key, given)?;
        Some(match &self.origin.folder {
            Some(folder) if in_file => folder.join(path),
            _ => path,
        })
    }

    fn ports(&mut self, ports: Option<Ports>, hosts: usize) -> Vec<u16> {
        match ports.map(|ports| ports.0).as_deref() {
            None => vec![USUAL_PORT; hosts],
            Some([port]) => vec![*port; hosts],
            Some(ports) => {
                if ports.len() != hosts {
                    let at = self.origin.locate(Key::PORT);
                    let what = format!("{at} gives {} ports for {hosts} host(s)", ports.len());
                    self.fault(what, "give one port for all hosts, or one for each");
                }
                ports.to_vec()
            }
        }
    }

    /// What only the driver reads, as it reads it.
    fn driver(&mut self, given: BTreeMap<String, Given<String>>) -> Driver {
        let mut text = String::new();
        for key in Key::ALL {
            let given = given.get(key.parameter()).cloned();
            let Some(value) = self.read(key, given) else {
                continue;
            };
            let (name, known) = match key.parameter() {
                "target_session_attrs" => (key.parameter(), "known: any, read-write, read-only"),
                "channel_binding" => (key.parameter(), "known: disable, prefer, require"),
                "keepalives_count" => ("keepalives_retries", "write a whole number"),
                name => (name, "write a whole number"),
            };
            let escaped = value.replace('\\', r"\\").replace('\'', r"\'");
            let pair = format!("{name}='{escaped}' ");
            if pair.parse::<Driver>().is_ok() {
                text.push_str(&pair);
            } else {
                let at = self.origin.locate(key);
                self.fault(format!("{at} is `{value}`, which is not valid"), known);
            }
        }
        text.parse().unwrap_or_default()
    }

    /// The client's certificate and key.
    fn identity(
        &mut self,
        certificate: Option<PathBuf>,
        key: Option<PathBuf>,
    ) -> Option<(PathBuf, PathBuf)> {
        for (set, missing) in [(Key::SSL_CERT, Key::SSL_KEY), (Key::SSL_KEY, Key::SSL_CERT)] {
            if self.is_set(set) && !self.is_set(missing) {
                let missing = self.origin.variable_named(&missing.suffix());
                let what = format!("{} is set, and {missing} is not", self.origin.locate(set));
                self.fault(what, format!("set {missing} too"));
            }
        }
        let identity = certificate.zip(key)?;
        if let Err((file, cause)) = tls::identity(&identity) {
            let is_key = file == identity.1;
            let key = if is_key { Key::SSL_KEY } else { Key::SSL_CERT };
            self.bad_file(key, file, &cause);
        }
        Some(identity)
    }

    /// What is wrong with the certificates that may vouch for the server, and whether all that
    /// is configured for TLS is used.
    fn tls(&mut self, settings: &Settings) {
        let mode = settings.sslmode;
        if let Some(file) = &settings.sslrootcert
            && let Err(cause) = tls::roots_from_file(file)
        {
            self.bad_file(Key::SSL_ROOT_CERT, file, &cause);
        }
        let on_tcp = |server: &Server| server.socket_folder().is_none();
        let on_tcp = settings.servers.iter().any(on_tcp);
        for (key, is_unused, why) in [
            (
                Key::SSL_ROOT_CERT,
                !settings.demands_tls(),
                "checks no certificate",
            ),
            (Key::SSL_CERT, mode == SslMode::Disable, "uses no TLS"),
        ] {
            if on_tcp && is_unused && self.is_set(key) {
                let at = self.origin.locate(key);
                let hint = "set the mode to verify-full, or leave the certificates out";
                self.fault(format!("{at} is set, and the mode {mode} {why}"), hint);
            }
        }
    }

    fn bad_file(&mut self, key: Key, file: &Path, cause: &str) {
        let (at, file) = (self.origin.locate(key), file.display());
        let hint = match key {
            Key::PASSWORD => format!("put the password alone into {file}"),
            Key::SSL_KEY => {
                format!("chmod 600 {file}, and look at it: openssl pkey -noout -in {file}")
            }
            Key::SSL_CERT => format!("look at it: openssl x509 -noout -subject -dates -in {file}"),
            _ => format!(
                "put the certificate of the authority that signed the server's there, as PEM, and \
                 look at it: openssl x509 -noout -subject -dates -in {file}"
            ),
        };
        self.fault(format!("{at} is {file}: {cause}"), hint);
    }

    fn password(&mut self, given: Option<Given<SecretString>>) -> Option<SecretString> {
        let given = given?;
        if given.at.form != Form::SecretFile {
            return self.read(Key::PASSWORD, Some(given));
        }
        let file = self.path(Key::PASSWORD, Some(given.path()))?;
        let secret = passfile::secret(&file);
        secret
            .map_err(|cause| self.bad_file(Key::PASSWORD, &file, &cause))
            .ok()
    }

    /// Gives each server its password: the one that is configured, else the password file's,
    /// else the default.
    fn passwords(
        &mut self,
        settings: &mut Settings,
        password: Option<SecretString>,
        passfile: Option<PathBuf>,
    ) {
        let place = self.origin.places.get(&Key::PASSWORD);
        let is_configured = place.is_some_and(|place| place.rank != Rank::Default);
        let on_tcp = |server: &Server| server.socket_folder().is_none();
        let is_needed = settings.identity.is_none() && settings.servers.iter().any(on_tcp);
        let path = passfile.filter(|_| !is_configured).unwrap_or_default();
        let passfile = Passfile::read(&path).unwrap_or_else(|fault| {
            self.faults.extend(is_needed.then_some(fault));
            Passfile::default()
        });
        let (database, user) = (settings.database().to_owned(), settings.user().to_owned());
        let password = password.filter(|_| is_configured || user == DEVELOPMENT_USER);
        for server in &mut settings.servers {
            server.password = passfile.find(&server.host, server.port, &database, &user);
            if server.password.is_some() {
                let text = format!("the password file {}", path.display());
                let place = Place::new(text, Rank::Environment);
                settings.origin.places.insert(Key::PASSWORD, place);
            } else {
                server.password.clone_from(&password);
            }
        }
        let lacks = |server: &Server| on_tcp(server) && server.password.is_none();
        // In development a server may ask for none.
        let is_development = self.origin.environment == Environment::Development;
        if is_needed && !is_configured && !is_development && settings.servers.iter().any(lacks) {
            self.missing.push(Key::PASSWORD);
        }
    }

    fn is_set(&self, key: Key) -> bool {
        self.origin.places.contains_key(&key)
    }

    fn fault(&mut self, what: impl Into<String>, hint: impl Into<String>) {
        self.faults.push(Fault::new(what, hint));
    }

    fn report_missing(mut self) {
        if self.missing.is_empty() || self.origin.is_partial {
            return;
        }
        let environment = self.origin.environment;
        let name = |key: &Key| self.origin.variable_named(&key.suffix());
        let names = self.missing.iter().map(name).collect::<Vec<_>>().join(", ");
        let parts: Vec<String> = self.missing.iter().map(|key| key.part_of_url()).collect();
        let file = self.origin.file.display();
        let (what, hint) = match &self.origin.url {
            Some(url) => (
                format!("{url} lacks {}", parts.join(", ")),
                format!("add to the URL what is missing, or set {names} beside it"),
            ),
            None if is_installed() => (
                format!("nothing sets {names}"),
                format!("set {names} in the environment"),
            ),
            None => (
                match self.origin.has_file {
                    true => format!("nothing sets {names}"),
                    false => format!("there is no {file}; nothing sets {names}"),
                },
                format!("set {names} in {file} or in the environment (.env.example explains each)"),
            ),
        };
        self.fault(
            format!("{what}, and nothing is assumed in {environment}"),
            hint,
        );
    }
}
