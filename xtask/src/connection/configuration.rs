//! What is configured: development's defaults, below the dotenv file of the environment, below the
//! environment variables.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use jubilee_core::Environment;

use crate::databases::Database;

use crate::invocation::is_installed;

use super::dotenv::Dotenv;
use super::fault::{ConfigurationError, Fault};
use super::key::{self, Key};
use super::layer::{Layer, Place, Rank};
use super::resolve::resolve;
use super::settings::{DEVELOPMENT_USER, Origin, Source};

/// A long statement looks like silence, and firewalls forget silent connections: after how many
/// seconds the other side is probed, and how far apart the probes are.
const KEEPALIVES_IDLE: &str = "30";
const KEEPALIVES_INTERVAL: &str = "10";

/// The environment variables of this process, and one dotenv file.
///
/// Development reads `.env`, staging `.env.staging` and production `.env.production`, never
/// another's. An empty variable counts as unset. The environment of the process is not changed.
/// `Debug` shows no values.
pub struct Configuration {
    environment: Environment,
    file: Dotenv,
    /// libpq's password file.
    passfile: Option<PathBuf>,
    /// Those of ours that are set and not empty.
    variables: Vec<Variable>,
    /// What is wrong for one database: variables that look like its and are not.
    unknown: Vec<(&'static str, Fault)>,
    /// What is wrong for every database.
    faults: Vec<Fault>,
}

/// A variable of ours that is set.
struct Variable {
    name: String,
    database: &'static str,
    key: Key,
    value: String,
    at: Place,
}

impl Configuration {
    /// Reads the environment of this process and the dotenv file of `environment`.
    ///
    /// The file is looked for in the current folder and above it, up to the first folder that
    /// holds `.git` or `Cargo.lock`; without such a folder in the current one only. `databases`
    /// are all that this program knows: they tell our variables from others.
    ///
    /// # Errors
    ///
    /// The file is there and cannot be read or understood.
    pub fn load(
        environment: Environment,
        databases: &[Database],
    ) -> Result<Self, ConfigurationError> {
        let folder = std::env::current_dir().map_err(|cause| {
            let fault = Fault::new(cause.to_string(), "change to the workspace's folder");
            ConfigurationError::of("the current folder cannot be read", fault)
        })?;
        Self::read(environment, databases, &folder, std::env::vars_os())
    }

    /// As [`Configuration::load`], with another folder and environment than those of this process.
    ///
    /// # Errors
    ///
    /// As [`Configuration::load`].
    pub fn read(
        environment: Environment,
        databases: &[Database],
        folder: &Path,
        process: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self, ConfigurationError> {
        let file = Dotenv::load(environment, folder)?;
        let (process, mut faults) = unicode(process, databases);
        faults.extend(other_environment(environment, &process, &file));
        let mut read = Self {
            environment,
            passfile: passfile(&process),
            variables: Vec::new(),
            unknown: Vec::new(),
            faults,
            file,
        };
        read.add_variables(process, databases);
        read.with_whole_file(databases)
    }

    /// A file with lines that are not understood is an error for all databases, together with all
    /// that is wrong otherwise.
    fn with_whole_file(self, databases: &[Database]) -> Result<Self, ConfigurationError> {
        let name = self.file.shown.display();
        let message = match self.file.faults.len() {
            0 => return Ok(self),
            1 => format!("{name} has a line that is not understood"),
            n => format!("{name} has {n} lines that are not understood"),
        };
        let others = databases.iter().filter_map(|of| self.source(of).err());
        let others = others.flat_map(|error| error.faults);
        let faults = self.file.faults.iter().cloned().chain(others).collect();
        Err(ConfigurationError { message, faults })
    }

    /// What is odd about the variables and stops nothing, in the order of their names.
    #[must_use]
    pub fn warnings(&self) -> Vec<Fault> {
        let mut warnings = Vec::new();
        if self.file.is_folder {
            let shown = self.file.shown.display();
            warnings.push(Fault::new(
                format!("{shown} is a folder, so it configures nothing"),
                format!(
                    "to configure the databases, make {shown} a file (.env.example explains it)"
                ),
            ));
        }
        for Variable {
            name, value, at, ..
        } in &self.variables
        {
            let (in_file, is_repeated) = (at.rank == Rank::File, self.file.repeated.contains(name));
            let odd = [
                (
                    value.trim() != value,
                    "begins or ends with a blank or a line break",
                    "if that is not meant, set it without (a file read with `cat` ends with a line \
                     break; `$(cat FILE)` drops it)",
                ),
                (
                    !in_file && is_quoted(value),
                    "begins and ends with quotes, which are part of its value",
                    "set it without (dotenv files may have quotes; `docker run --env-file` and \
                     systemd's EnvironmentFile pass them on, or read them otherwise)",
                ),
                (
                    in_file && is_repeated,
                    "is set a second time there, and this one counts",
                    "delete the lines that do not count",
                ),
            ];
            let odd = odd.into_iter().filter(|(is_odd, ..)| *is_odd);
            warnings.extend(odd.map(|(_, what, hint)| Fault::new(what, hint).of(at)));
        }
        warnings.extend(self.two_databases());
        warnings
    }

    /// A direct URL leads around the pooler to the same database. It may have another name there, so
    /// another name is no mistake for sure.
    fn two_databases(&self) -> Vec<Fault> {
        let direct = |variable: &&Variable| variable.key == Key::DirectUrl;
        let direct = self.variables.iter().filter(direct);
        let databases: BTreeSet<&str> = direct.map(|variable| variable.database).collect();
        let differ = |database: &&str| {
            let [file, direct_of_file, environment, direct] = self.said(database, &mut Vec::new());
            let (name, at) = environment.get(Key::Dbname).or(file.get(Key::Dbname))?;
            let direct = direct.get(Key::Dbname);
            let (other, other_at) = direct.or(direct_of_file.get(Key::Dbname))?;
            (name != other).then(|| {
                Fault::new(
                    format!("{other_at} is `{other}`, and {at} is `{name}`"),
                    format!("`{other}` is used; if both should be the same database, correct one of them"),
                )
            })
        };
        databases.iter().filter_map(differ).collect()
    }

    /// Decides how to reach `database`.
    ///
    /// A variable of the environment replaces the same one of the file; a URL in the environment
    /// replaces all that the file says of the database. In one layer, two that say the same thing
    /// differently are an error. A direct URL replaces the host, the port and what goes with these,
    /// also those of the URL; what else is said completes it.
    ///
    /// In development what is missing has a default: `localhost`, the database's development
    /// port, `jubilee_<database>`, the role `jubilee` with the password
    /// `jubilee_dev_<database>` (another role gets none), and `prefer`. In staging and production nothing is assumed but the
    /// port 5432 and the strictest mode, `verify-full`; a password may be missing only where the
    /// server may know the user by other means: on a unix socket, or by a client certificate.
    /// Wherever root certificates are configured and no mode is, `verify-full` is meant.
    ///
    /// # Errors
    ///
    /// Everything that is wrong, at once.
    pub fn source(&self, database: &Database) -> Result<Source, ConfigurationError> {
        let is_development = self.environment == Environment::Development;
        let is_empty =
            self.variables.is_empty() && self.unknown.is_empty() && self.faults.is_empty();
        if is_development && self.file.path.is_none() && is_empty {
            return Ok(Source::LocalServer);
        }
        let mut faults = self.faults.clone();
        let unknown = self.unknown.iter().filter(|(of, _)| *of == database.name);
        faults.extend(unknown.map(|(_, fault)| fault.clone()));
        let [file, direct_of_file, environment, direct] = self.said(database.name, &mut faults);
        let defaults = defaults(self.environment, database);
        let layers = [defaults, file, direct_of_file, environment, direct];
        let origin = Origin {
            prefix: Some(database.variable_prefix()),
            file: self.file.path.clone(),
            shown: self.file.shown.clone(),
            is_partial: !self.file.faults.is_empty(),
            compose_port: is_development.then_some(database.development_port),
            ..Origin::default()
        };
        let passfile = self.passfile.clone();
        let settings = resolve(layers, self.environment, origin, passfile, &mut faults);
        match settings {
            Some(settings) if faults.is_empty() => Ok(Source::Configured(Box::new(settings))),
            _ => Err(ConfigurationError {
                message: format!(
                    "the connection to {} is not configured properly for {}",
                    database.name, self.environment
                ),
                faults,
            }),
        }
    }

    /// What is said of a database and counts, the weakest first: in the file, by the file's direct
    /// URL, in the environment, by its direct URL.
    fn said(&self, database: &str, faults: &mut Vec<Fault>) -> [Layer; 4] {
        let [mut environment, direct] = self.layers(database, Rank::Environment, faults);
        let [mut file, mut direct_of_file] = match environment.url {
            Some(_) => Default::default(),
            None => self.layers(database, Rank::File, faults),
        };
        if direct.url.is_some() || environment.names_a_server() {
            direct_of_file = Layer::default();
        }
        if direct.url.is_some() {
            environment.drop_address();
        }
        if direct.url.is_some() || direct_of_file.url.is_some() {
            file.drop_address();
        }
        [file, direct_of_file, environment, direct]
    }

    /// What the file, or the environment, says of a database; and what its direct URL says.
    fn layers(&self, database: &str, rank: Rank, faults: &mut Vec<Fault>) -> [Layer; 2] {
        let [mut layer, mut direct] = <[Layer; 2]>::default();
        let of = |variable: &&Variable| variable.database == database && variable.at.rank == rank;
        // URLs first, so that the others are said to contradict them.
        let (urls, others): (Vec<_>, Vec<_>) = (self.variables.iter())
            .filter(of)
            .partition(|variable| variable.key.is_url());
        for variable in urls.into_iter().chain(others) {
            let layer = match variable.key {
                Key::DirectUrl => &mut direct,
                _ => &mut layer,
            };
            let Variable { key, value, at, .. } = variable;
            layer.add(*key, value, at.clone(), faults);
        }
        [layer, direct]
    }

    /// Adds those of ours.
    fn add_variables(&mut self, process: Process, databases: &[Database]) {
        let of_process = process.into_iter().map(|(name, value)| {
            let at = format!("the environment variable {name}");
            (name, value, Place::new(at, Rank::Environment))
        });
        let of_file = self.file.variables.iter().map(|(name, (value, line))| {
            let at = format!("{name} in {}:{line}", self.file.shown.display());
            (name.clone(), value.clone(), Place::new(at, Rank::File))
        });
        for (name, value, at) in of_process.chain(of_file) {
            match key::read(&name, databases) {
                None => {}
                Some((database, Ok(key))) => self.variables.push(Variable {
                    name,
                    database,
                    key,
                    value,
                    at,
                }),
                Some((database, Err(meant))) => {
                    let hint = match meant {
                        Some(meant) => format!("did you mean {meant}?"),
                        None if is_installed() => format!("known are {}", known_suffixes()),
                        None => ".env.example lists those that are known".to_owned(),
                    };
                    let fault = Fault::new(format!("{at} is not a known variable"), hint);
                    self.unknown.push((database, fault));
                }
            }
        }
    }
}

/// The weakest layer.
fn defaults(environment: Environment, database: &Database) -> Layer {
    let mut defaults = Layer::default();
    let mut assume = |key, value: &str| {
        let nowhere = Place::new(String::new(), Rank::Default);
        defaults.set(key, value.to_owned(), nowhere);
    };
    assume(Key::KeepalivesIdle, KEEPALIVES_IDLE);
    assume(Key::KeepalivesInterval, KEEPALIVES_INTERVAL);
    if environment == Environment::Development {
        assume(Key::Host, "localhost");
        assume(Key::Port, &database.development_port.to_string());
        assume(Key::Dbname, &database.default_database_name());
        assume(Key::User, DEVELOPMENT_USER);
        assume(Key::Password, &format!("jubilee_dev_{}", database.name));
    }
    defaults
}

/// Whether a value has the quotes around it that a shell or a dotenv file would have taken off.
fn is_quoted(value: &str) -> bool {
    let value = value.trim();
    let within = |quote| value.len() > 1 && value.starts_with(quote) && value.ends_with(quote);
    within('"') || within('\'')
}

/// The ends of all names of variables.
fn known_suffixes() -> String {
    let suffixes: Vec<String> = Key::all().map(|key| format!("_{}", key.suffix())).collect();
    suffixes.join(", ")
}

/// The environment's variables that are not empty.
type Process = BTreeMap<String, String>;

/// Those that are Unicode; of others' those that are not do not matter.
fn unicode(
    process: impl IntoIterator<Item = (OsString, OsString)>,
    databases: &[Database],
) -> (Process, Vec<Fault>) {
    let (mut values, mut faults) = (Process::new(), Vec::new());
    for (name, value) in process.into_iter().filter(|(_, value)| !value.is_empty()) {
        let name = name.to_string_lossy().into_owned();
        if let Ok(value) = value.into_string() {
            values.insert(name, value);
        } else if key::read(&name, databases).is_some() {
            faults.push(Fault::new(
                format!("the environment variable {name} is not UTF-8 text"),
                format!("set it to UTF-8 text, or run `unset {name}`"),
            ));
        }
    }
    (values, faults)
}

/// libpq's password file: the one that is named, else the usual one if there is one.
fn passfile(process: &Process) -> Option<PathBuf> {
    let usual = || {
        let usual = Path::new(process.get("HOME")?).join(".pgpass");
        usual.try_exists().unwrap_or(true).then_some(usual)
    };
    process.get("PGPASSFILE").map(PathBuf::from).or_else(usual)
}

/// The environment is decided before a file is read, from real variables. A file that names
/// another one belongs to that: its credentials must not be used here.
fn other_environment(environment: Environment, process: &Process, file: &Dotenv) -> Option<Fault> {
    let is_set = |name: &&str| process.contains_key(*name) || file.variables.contains_key(*name);
    let name = ["JUBILEE_ENV", "NODE_ENV"].into_iter().find(is_set)?;
    let (value, line) = file.variables.get(name)?;
    let is_other = !process.contains_key(name) && value != environment.name();
    let shown = file.shown.display();
    is_other.then(|| {
        Fault::new(
            format!("{shown}:{line} says {name}={value}, and this run is in {environment}"),
            format!(
                "take {name} out of {shown} and set it in the shell (it is looked at before the \
                 file is read), or write {name}={environment} there"
            ),
        )
    })
}

impl fmt::Debug for Configuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Configuration")
            .field("environment", &self.environment)
            .finish_non_exhaustive()
    }
}
