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
use super::key::{self, Key, Reading, Says};
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
    /// What is wrong for every database.
    faults: Vec<Fault>,
}

/// What is said of a database, in the environment and in the file, and what their direct URLs say.
struct Said {
    environment: Layer,
    direct: Layer,
    file: Layer,
    direct_of_file: Layer,
}

/// A variable of ours that is set.
struct Variable {
    name: String,
    reading: Reading,
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
        let folder = std::env::current_dir().map_err(|cause| ConfigurationError {
            message: "the current folder cannot be read".to_owned(),
            faults: vec![Fault::new(
                cause.to_string(),
                "change to the workspace's folder",
            )],
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
        let read = Self {
            environment,
            passfile: passfile(&process),
            variables: variables(&process, &file, databases),
            faults,
            file,
        };
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
        let mut faults = self.file.faults.clone();
        for error in databases
            .iter()
            .filter_map(|database| self.source(database).err())
        {
            for fault in error.faults {
                if !faults.contains(&fault) {
                    faults.push(fault);
                }
            }
        }
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
        for variable in &self.variables {
            if !matches!(variable.reading, Reading::Known(..)) {
                continue;
            }
            if variable.value.trim() != variable.value {
                warnings.push(Fault::new(
                    format!(
                        "{} begins or ends with a blank or a line break",
                        variable.at
                    ),
                    "if that is not meant, set it without (a file read with `cat` ends with a line \
                     break; `$(cat FILE)` drops it)",
                ));
            }
            if variable.at.rank == Rank::Environment && is_quoted(&variable.value) {
                warnings.push(Fault::new(
                    format!(
                        "{} begins and ends with quotes, which are part of its value",
                        variable.at
                    ),
                    "set it without (dotenv files may have quotes; `docker run --env-file` and \
                     systemd's EnvironmentFile pass them on, or read them otherwise)",
                ));
            }
            if variable.at.rank == Rank::File && self.file.repeated.contains(&variable.name) {
                warnings.push(Fault::new(
                    format!(
                        "{} is set a second time there, and this one counts",
                        variable.at
                    ),
                    "delete the lines that do not count",
                ));
            }
        }
        warnings.extend(self.two_databases());
        warnings
    }

    /// A direct URL leads around the pooler to the same database. It may have another name there, so
    /// another name is no mistake for sure.
    fn two_databases(&self) -> Vec<Fault> {
        let known = |variable: &Variable| match variable.reading {
            Reading::Known(of, Says::DirectUrl) => Some(of),
            _ => None,
        };
        let databases: BTreeSet<&str> = self.variables.iter().filter_map(known).collect();
        let differ = |database: &&str| {
            let said = self.said(database, &mut Vec::new());
            let (name, at) = said
                .environment
                .get(Key::NAME)
                .or(said.file.get(Key::NAME))?;
            let direct = said.direct.get(Key::NAME);
            let (other, other_at) = direct.or(said.direct_of_file.get(Key::NAME))?;
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
        let is_empty = self.variables.is_empty() && self.faults.is_empty();
        if is_development && self.file.path.is_none() && is_empty {
            return Ok(Source::LocalServer);
        }
        let mut faults = self.faults.clone();
        faults.extend(self.unknown(database));
        let (layers, origin) = self.layers(database, &mut faults);
        let settings = resolve(layers, origin, self.passfile.clone(), &mut faults);
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

    /// The layers that count for a database, the weakest first.
    fn layers(&self, database: &Database, faults: &mut Vec<Fault>) -> (Vec<Layer>, Origin) {
        let mut defaults = Layer::default();
        let mut assume = |key, value: &str| {
            let nowhere = Place::new(String::new(), Rank::Default);
            defaults.set(key, value.to_owned(), nowhere);
        };
        assume(Key::KEEPALIVES_IDLE, KEEPALIVES_IDLE);
        assume(Key::KEEPALIVES_INTERVAL, KEEPALIVES_INTERVAL);
        let Said {
            mut environment,
            direct,
            mut file,
            direct_of_file,
        } = self.said(database.name, faults);
        if self.environment == Environment::Development {
            assume(Key::HOST, "localhost");
            assume(Key::PORT, &database.development_port.to_string());
            assume(Key::NAME, &database.default_database_name());
            assume(Key::USER, DEVELOPMENT_USER);
            assume(Key::PASSWORD, &format!("jubilee_dev_{}", database.name));
        }
        let layers = [&direct, &environment, &direct_of_file, &file];
        let url = layers.iter().find_map(|layer| layer.url.clone());
        if direct.url.is_some() {
            environment.drop_address();
        }
        if direct.url.is_some() || direct_of_file.url.is_some() {
            file.drop_address();
        }
        let layers = vec![defaults, file, direct_of_file, environment, direct];
        let origin = Origin {
            environment: self.environment,
            prefix: Some(database.variable_prefix()),
            file: self.file.shown.clone(),
            has_file: self.file.path.is_some(),
            is_partial: !self.file.faults.is_empty(),
            development_port: database.development_port,
            url,
            folder: self.file.folder(),
            places: BTreeMap::new(),
        };
        (layers, origin)
    }

    /// What is said of a database and counts.
    fn said(&self, database: &str, faults: &mut Vec<Fault>) -> Said {
        let (environment, direct) = self.layer(database, Rank::Environment, faults);
        let (file, mut direct_of_file) = match environment.url {
            Some(_) => Default::default(),
            None => self.layer(database, Rank::File, faults),
        };
        if direct.url.is_some() || environment.names_a_server() {
            direct_of_file = Layer::default();
        }
        Said {
            environment,
            direct,
            file,
            direct_of_file,
        }
    }

    /// What the file, or the environment, says of a database; and what its direct URL says.
    fn layer(&self, database: &str, rank: Rank, faults: &mut Vec<Fault>) -> (Layer, Layer) {
        let (mut layer, mut direct) = (Layer::default(), Layer::default());
        // URLs first, so that the others are said to contradict them.
        for urls in [true, false] {
            for variable in &self.variables {
                if let Reading::Known(of, says) = variable.reading
                    && of == database
                    && variable.at.rank == rank
                    && urls == says.is_url()
                {
                    let layer = match says {
                        Says::DirectUrl => &mut direct,
                        _ => &mut layer,
                    };
                    layer.add(says, &variable.value, variable.at.clone(), faults);
                }
            }
        }
        (layer, direct)
    }

    /// The variables that look like those of `database` and are not.
    fn unknown(&self, database: &Database) -> Vec<Fault> {
        let of = |variable: &Variable| match &variable.reading {
            Reading::Unknown(of, meant) if *of == database.name => {
                let hint = match meant {
                    Some(meant) => format!("did you mean {meant}?"),
                    None if is_installed() => format!("known are {}", known_suffixes()),
                    None => ".env.example lists those that are known".to_owned(),
                };
                let what = format!("{} is not a known variable", variable.at);
                Some(Fault::new(what, hint))
            }
            _ => None,
        };
        self.variables.iter().filter_map(of).collect()
    }
}

/// Whether a value has the quotes around it that a shell or a dotenv file would have taken off.
fn is_quoted(value: &str) -> bool {
    let value = value.trim();
    let within = |quote| value.len() > 1 && value.starts_with(quote) && value.ends_with(quote);
    within('"') || within('\'')
}

/// The ends of all names of variables.
fn known_suffixes() -> String {
    let suffixes: Vec<String> = Says::all()
        .map(|(suffix, _)| format!("_{suffix}"))
        .collect();
    suffixes.join(", ")
}

/// The environment's variables.
type Process = BTreeMap<String, String>;

/// Those that are Unicode; of others' those that are not do not matter.
fn unicode(
    process: impl IntoIterator<Item = (OsString, OsString)>,
    databases: &[Database],
) -> (Process, Vec<Fault>) {
    let (mut values, mut faults) = (Process::new(), Vec::new());
    for (name, value) in process {
        let name = name.to_string_lossy().into_owned();
        if let Ok(value) = value.into_string() {
            values.insert(name, value);
        } else if key::read(&name, databases) != Reading::Foreign {
            faults.push(Fault::new(
                format!("the environment variable {name} is not UTF-8 text"),
                format!("set it to UTF-8 text, or run `unset {name}`"),
            ));
        }
    }
    (values, faults)
}

/// Those of ours that are set and not empty.
fn variables(process: &Process, file: &Dotenv, databases: &[Database]) -> Vec<Variable> {
    let of_process = process.iter().map(|(name, value)| {
        let at = format!("the environment variable {name}");
        (name, value, Place::new(at, Rank::Environment))
    });
    let of_file = file.variables.iter().map(|(name, (value, line))| {
        let at = format!("{name} in {}:{line}", file.shown.display());
        (name, value, Place::new(at, Rank::File))
    });
    let ours = |(name, value, at): (&String, &String, Place)| {
        let reading = key::read(name, databases);
        let is_ours = reading != Reading::Foreign && !value.is_empty();
        is_ours.then(|| Variable {
            name: name.clone(),
            reading,
            value: value.clone(),
            at,
        })
    };
    of_process.chain(of_file).filter_map(ours).collect()
}

/// libpq's password file.
fn passfile(process: &Process) -> Option<PathBuf> {
    let set = |name: &str| process.get(name).filter(|value| !value.is_empty());
    let usual = || set("HOME").map(|home| Path::new(home).join(".pgpass"));
    set("PGPASSFILE").map(PathBuf::from).or_else(usual)
}

/// The environment is decided before a file is read, from real variables. A file that names
/// another one belongs to that: its credentials must not be used here.
fn other_environment(environment: Environment, process: &Process, file: &Dotenv) -> Option<Fault> {
    let is_real = |name: &str| process.get(name).is_some_and(|value| !value.is_empty());
    let of_file = |name: &str| {
        file.variables
            .get(name)
            .filter(|(value, _)| !value.is_empty())
    };
    let name = ["JUBILEE_ENV", "NODE_ENV"]
        .into_iter()
        .find(|name| is_real(name) || of_file(name).is_some())
        .filter(|name| !is_real(name))?;
    let (value, line) = of_file(name)?;
    let shown = file.shown.display();
    (value != environment.name()).then(|| {
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
