//! From layers to settings, with everything that is wrong on the way.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jubilee_core::Environment;
use secrecy::SecretString;
use tokio_postgres::Config as Driver;
use tokio_postgres::config::TargetSessionAttrs;

use crate::invocation::is_installed;

use super::fault::Fault;
use super::key::Key;
use super::layer::{Form, Layer, Place, Rank};
use super::passfile::{self, Passfile};
use super::settings::{DEFAULT_CONNECT_TIMEOUT, DEVELOPMENT_USER, Origin, Server, Settings};
use super::tls;
use super::value::{self, SslMode};

/// PostgreSQL's registered port.
const USUAL_PORT: u16 = 5432;

/// Merges the layers, the weakest first, and makes settings of them.
pub(super) fn resolve(
    layers: [Layer; 5],
    environment: Environment,
    mut origin: Origin,
    passfile: Option<PathBuf>,
    faults: &mut Vec<Fault>,
) -> Option<Settings> {
    for layer in &layers {
        origin.places.extend(layer.places());
        origin.url = layer.url.clone().or(origin.url);
    }
    let merged = layers
        .into_iter()
        .fold(config::Config::builder(), |all, layer| {
            all.add_source(layer)
        })
        .build()
        .and_then(config::Config::try_deserialize);
    // Every value is a text. The error may hold one, and is not shown.
    let Ok(values) = merged else {
        let hint = "this program has a defect; please report it";
        faults.push(Fault::new(
            "the layers of the configuration do not merge",
            hint,
        ));
        return None;
    };
    let mut resolver = Resolver {
        values,
        is_development: environment == Environment::Development,
        origin,
        faults,
        missing: Vec::new(),
    };
    let settings = resolver.settings(passfile);
    resolver.report_missing(environment);
    Some(settings)
}

/// Any text will do.
fn text(text: &str) -> Result<String, Fault> {
    Ok(text.to_owned())
}

/// The option that gives the session a role. Blanks and backslashes are escaped (PostgreSQL
/// manual, section 34.1.2, `options`).
fn role_option(role: &str) -> String {
    let mut option = "-c role=".to_owned();
    for c in role.chars() {
        if c == '\\' || c.is_ascii_whitespace() {
            option.push('\\');
        }
        option.push(c);
    }
    option
}

struct Resolver<'a> {
    /// What is configured, as it is written.
    values: BTreeMap<String, String>,
    is_development: bool,
    origin: Origin,
    faults: &'a mut Vec<Fault>,
    missing: Vec<Key>,
}

impl Resolver<'_> {
    /// Settings; where something is wrong, without it.
    fn settings(&mut self, passfile: Option<PathBuf>) -> Settings {
        let hosts = self.required(Key::Host, value::hosts);
        let ports = self.read(Key::Port, value::ports);
        let database = self.required(Key::Dbname, text).unwrap_or_default();
        let user = self.required(Key::User, text).unwrap_or_default();
        let options = self.read(Key::Options, text);
        let role = self.read(Key::Role, text);
        let application_name = self.read(Key::ApplicationName, text);
        let connect_timeout = self.read(Key::ConnectTimeout, value::seconds);
        let passfile = self.path(Key::Passfile).or(passfile);
        let password = self.password();
        let sslmode = self.read(Key::Sslmode, SslMode::parse);
        let sslrootcert = self.path(Key::Sslrootcert);
        let certificate = self.path(Key::Sslcert);
        let key = self.path(Key::Sslkey);

        let mut driver = self.driver();
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
        let hosts = hosts.unwrap_or_else(|| vec![String::new()]);
        if hosts.len() > 1 && !self.origin.is_set(Key::TargetSessionAttrs) {
            // Of a primary and its standbys, a migration means the primary.
            driver.target_session_attrs(TargetSessionAttrs::ReadWrite);
        }
        let ports = self.ports(ports, hosts.len());
        let servers = hosts.into_iter().zip(ports).map(|(host, port)| Server {
            host,
            port,
            password: None,
        });
        let mut settings = Settings {
            servers: servers.collect(),
            sslmode: match sslmode {
                Some(mode) => mode,
                None if self.is_development && sslrootcert.is_none() => SslMode::Prefer,
                None => SslMode::VerifyFull,
            },
            sslrootcert,
            identity: self.identity(certificate, key),
            connect_timeout: connect_timeout.unwrap_or(DEFAULT_CONNECT_TIMEOUT),
            role,
            driver,
            origin: self.origin.clone(),
        };
        self.tls(&settings);
        self.passwords(&mut settings, password, passfile);
        settings
    }

    /// What `parse` makes of a value, unless it is wrong; then a fault is added.
    fn read<T>(&mut self, key: Key, parse: fn(&str) -> Result<T, Fault>) -> Option<T> {
        let value = self.values.get(&key.parameter())?;
        let parsed = match value.contains('\0') {
            true => Err(Fault::new(
                "holds a NUL character",
                "delete it: PostgreSQL has no place for it",
            )),
            false => parse(value),
        };
        let place = self.origin.places.get(&key)?;
        parsed
            .map_err(|fault| self.faults.push(fault.of(place)))
            .ok()
    }

    fn required<T>(&mut self, key: Key, parse: fn(&str) -> Result<T, Fault>) -> Option<T> {
        if !self.origin.is_set(key) {
            self.missing.push(key);
        }
        self.read(key, parse)
    }

    /// A relative path in the dotenv file starts from that file's folder, wherever the program
    /// runs.
    fn path(&mut self, key: Key) -> Option<PathBuf> {
        let path = self.read(key, text)?;
        let in_file = self.origin.rank(key) == Some(Rank::File);
        let folder = self.origin.file.as_deref().and_then(Path::parent);
        Some(match folder.filter(|_| in_file) {
            Some(folder) => folder.join(path),
            None => path.into(),
        })
    }

    fn ports(&mut self, ports: Option<Vec<u16>>, hosts: usize) -> Vec<u16> {
        match ports.as_deref() {
            None => vec![USUAL_PORT; hosts],
            Some([port]) => vec![*port; hosts],
            Some(ports) => {
                if ports.len() != hosts {
                    let at = self.origin.locate(Key::Port);
                    let what = format!("{at} gives {} ports for {hosts} host(s)", ports.len());
                    self.fault(what, "give one port for all hosts, or one for each");
                }
                ports.to_vec()
            }
        }
    }

    /// What only the driver reads, as it reads it.
    fn driver(&mut self) -> Driver {
        let number = "write a whole number";
        let mut all = String::new();
        for (key, known) in [
            (Key::TargetSessionAttrs, "known: any, read-write, read-only"),
            (Key::ChannelBinding, "known: disable, prefer, require"),
            (Key::Keepalives, number),
            (Key::KeepalivesIdle, number),
            (Key::KeepalivesInterval, number),
            (Key::KeepalivesCount, number),
        ] {
            let Some(value) = self.read(key, text) else {
                continue;
            };
            let name = match key {
                Key::KeepalivesCount => "keepalives_retries".to_owned(),
                key => key.parameter(),
            };
            let escaped = value.replace('\\', r"\\").replace('\'', r"\'");
            let pair = format!("{name}='{escaped}' ");
            if pair.parse::<Driver>().is_ok() {
                all.push_str(&pair);
            } else {
                let at = self.origin.locate(key);
                self.fault(format!("{at} is `{value}`, which is not valid"), known);
            }
        }
        all.parse().unwrap_or_default()
    }

    /// The client's certificate and key.
    fn identity(
        &mut self,
        certificate: Option<PathBuf>,
        key: Option<PathBuf>,
    ) -> Option<(PathBuf, PathBuf)> {
        for (set, missing) in [(Key::Sslcert, Key::Sslkey), (Key::Sslkey, Key::Sslcert)] {
            if self.origin.is_set(set) && !self.origin.is_set(missing) {
                let missing = self.origin.variable_named(missing);
                let what = format!("{} is set, and {missing} is not", self.origin.locate(set));
                self.fault(what, format!("set {missing} too"));
            }
        }
        let identity = certificate.zip(key)?;
        if let Err((file, cause)) = tls::identity(&identity) {
            let is_key = file == identity.1;
            let key = if is_key { Key::Sslkey } else { Key::Sslcert };
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
            self.bad_file(Key::Sslrootcert, file, &cause);
        }
        let on_tcp = settings.servers.iter().any(Server::is_on_tcp);
        for (key, is_unused, why) in [
            (
                Key::Sslrootcert,
                !settings.demands_tls(),
                "checks no certificate",
            ),
            (Key::Sslcert, mode == SslMode::Disable, "uses no TLS"),
        ] {
            if on_tcp && is_unused && self.origin.is_set(key) {
                let at = self.origin.locate(key);
                let hint = "set the mode to verify-full, or leave the certificates out";
                self.fault(format!("{at} is set, and the mode {mode} {why}"), hint);
            }
        }
    }

    fn bad_file(&mut self, key: Key, file: &Path, cause: &str) {
        let (at, file) = (self.origin.locate(key), file.display());
        let hint = match key {
            Key::Password => format!("put the password alone into {file}"),
            Key::Sslkey => {
                format!("chmod 600 {file}, and look at it: openssl pkey -noout -in {file}")
            }
            Key::Sslcert => format!("look at it: openssl x509 -noout -subject -dates -in {file}"),
            _ => format!(
                "put the certificate of the authority that signed the server's there, as PEM, and \
                 look at it: openssl x509 -noout -subject -dates -in {file}"
            ),
        };
        self.fault(format!("{at} is {file}: {cause}"), hint);
    }

    fn password(&mut self) -> Option<SecretString> {
        let place = self.origin.places.get(&Key::Password)?;
        if place.form != Form::SecretFile {
            return self.read(Key::Password, text).map(SecretString::from);
        }
        let file = self.path(Key::Password)?;
        passfile::secret(&file)
            .map_err(|cause| self.bad_file(Key::Password, &file, &cause))
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
        let is_configured = self.origin.is_configured(Key::Password);
        let is_needed =
            settings.identity.is_none() && settings.servers.iter().any(Server::is_on_tcp);
        let path = passfile.filter(|_| !is_configured);
        let passfile = path.as_deref().map(Passfile::read).transpose();
        let passfile = passfile.unwrap_or_else(|fault| {
            match is_needed {
                true => self.faults.push(fault),
                false => self.origin.no_password = Some(fault.what),
            }
            None
        });
        let passfile = passfile.zip(path);
        let (database, user) = (settings.database().to_owned(), settings.user().to_owned());
        let password = password.filter(|_| is_configured || user == DEVELOPMENT_USER);
        for server in &mut settings.servers {
            let Some((passfile, path)) = &passfile else {
                server.password.clone_from(&password);
                continue;
            };
            server.password = passfile.find(&server.host, server.port, &database, &user);
            if server.password.is_some() {
                let text = format!("the password file {}", path.display());
                let place = Place::new(text, Rank::Environment);
                settings.origin.places.insert(Key::Password, place);
            } else {
                let place = format!("{server}:{database}:{user}");
                self.origin.no_password = Some(passfile.why_none(path, &place));
                server.password.clone_from(&password);
            }
        }
        settings
            .origin
            .no_password
            .clone_from(&self.origin.no_password);
        let lacks = |server: &Server| server.is_on_tcp() && server.password.is_none();
        // In development a server may ask for none.
        if is_needed && !is_configured && !self.is_development && settings.servers.iter().any(lacks)
        {
            self.missing.push(Key::Password);
        }
    }

    fn fault(&mut self, what: impl Into<String>, hint: impl Into<String>) {
        self.faults.push(Fault::new(what, hint));
    }

    fn report_missing(mut self, environment: Environment) {
        if self.missing.is_empty() || self.origin.is_partial {
            return;
        }
        let name = |key: &Key| self.origin.variable_named(*key);
        let names = self.missing.iter().map(name).collect::<Vec<_>>().join(", ");
        let parts: Vec<String> = self.missing.iter().map(|key| key.part_of_url()).collect();
        let file = self.origin.shown.display();
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
                match self.origin.file.is_some() {
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
        if let Some(why) = self.origin.no_password.take()
            && self.missing.contains(&Key::Password)
        {
            self.fault(why, "");
        }
    }
}
