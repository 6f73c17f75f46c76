//! The merged view of the environment and one dotenv file.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use crate::databases::Database;
use jubilee_core::Environment;

use super::dotenv::{self, Dotenv};
use super::dotenv_file;
use super::key::{self, Reading};
use super::variables_error::VariablesError;
use super::warning::Warning;

/// The environment variables of this process over those of one dotenv file.
///
/// Development reads `.env`, staging `.env.staging` and production `.env.production`, never
/// another's. A real variable wins, unless it is empty: then it counts as unset. The environment
/// of the process is not changed. `Debug` shows names and no values.
#[derive(Clone)]
pub struct Variables {
    process: BTreeMap<String, String>,
    file: BTreeMap<String, String>,
    repeated: BTreeMap<String, usize>,
    /// The file that was read.
    path: Option<PathBuf>,
    /// How messages name that file, or the one that could be made.
    shown: PathBuf,
    databases: Vec<Database>,
}

/// Where a variable's value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The environment of this process.
    Process,
    /// The dotenv file.
    File,
}

/// A variable that is set and not empty.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Variable<'a> {
    /// Its value, which may be a password.
    pub value: &'a str,
    /// Where it comes from.
    pub place: Place,
}

impl Variables {
    /// Reads the environment of this process and the dotenv file of `environment`.
    ///
    /// The file is looked for in the current folder and above it, up to the first folder that
    /// holds `.git` or `Cargo.lock`; without such a folder in the current one only. `databases`
    /// are all that this program knows: they tell our variables from others.
    ///
    /// # Errors
    ///
    /// The file is there and cannot be read or understood, or a variable of ours is not Unicode.
    pub fn load(environment: Environment, databases: &[Database]) -> Result<Self, VariablesError> {
        let folder =
            std::env::current_dir().map_err(|cause| VariablesError::CurrentFolder { cause })?;
        Self::read(environment, databases, &folder, std::env::vars_os())
    }

    /// As [`Variables::load`], with another folder and environment than those of this process.
    ///
    /// # Errors
    ///
    /// As [`Variables::load`].
    pub fn read(
        environment: Environment,
        databases: &[Database],
        folder: &Path,
        process: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self, VariablesError> {
        let (process, garbled) = unicode(process, databases);
        if !garbled.is_empty() {
            return Err(VariablesError::NotUnicode { names: garbled });
        }
        let file_name = dotenv_file::name_for(environment);
        let (path, shown, file) = match dotenv_file::find(folder, file_name) {
            None => (None, file_name.into(), Dotenv::default()),
            Some(path) => {
                let bytes = fs::read(&path).map_err(|cause| VariablesError::Unreadable {
                    file: path.clone(),
                    cause,
                })?;
                // In the current folder the bare name is what people would type.
                let shown = path.strip_prefix(folder).unwrap_or(&path).to_owned();
                let file = dotenv::parse(&shown, &bytes)?;
                (Some(path), shown, file)
            }
        };
        Ok(Self {
            process,
            file: file.values,
            repeated: file.repeated,
            path,
            shown,
            databases: databases.to_vec(),
        })
    }

    /// Variables from plain maps. `file` is a dotenv file's path and what it sets.
    #[must_use]
    pub fn from_maps(
        environment: Environment,
        databases: &[Database],
        process: BTreeMap<String, String>,
        file: Option<(PathBuf, BTreeMap<String, String>)>,
    ) -> Self {
        let shown = match &file {
            Some((path, _)) => path.clone(),
            None => dotenv_file::name_for(environment).into(),
        };
        let (path, file) = file.unzip();
        Self {
            process,
            file: file.unwrap_or_default(),
            repeated: BTreeMap::new(),
            path,
            shown,
            databases: databases.to_vec(),
        }
    }

    /// The variable of that name, if it is set and not empty.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Variable<'_>> {
        let process = self.process.get(name).map(|value| (value, Place::Process));
        let file = self.file.get(name).map(|value| (value, Place::File));
        [process, file]
            .into_iter()
            .flatten()
            .find(|(value, _)| !value.is_empty())
            .map(|(value, place)| Variable { value, place })
    }

    /// The dotenv file that was read, if there is one.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// How messages name the dotenv file that was read; without one, the name that it would have.
    pub(super) fn shown_file(&self) -> &Path {
        &self.shown
    }

    /// What is odd, in the order of the variables' names.
    #[must_use]
    pub fn warnings(&self) -> Vec<Warning> {
        let mut warnings = Vec::new();
        for (name, reading) in self.ours() {
            match reading {
                Reading::Unknown { prefix } => warnings.push(Warning::Unknown {
                    name: name.to_owned(),
                    prefix,
                }),
                Reading::Known => {
                    let blank = |v: Variable<'_>| v.value.trim() != v.value;
                    if self.get(name).is_some_and(blank) {
                        warnings.push(Warning::Blank {
                            name: name.to_owned(),
                        });
                    }
                }
                Reading::Misspelt { .. } | Reading::Foreign => {}
            }
            if let Some(line) = self.repeated.get(name) {
                warnings.push(Warning::Repeated {
                    name: name.to_owned(),
                    file: self.shown.clone(),
                    line: *line,
                });
            }
        }
        warnings
    }

    /// Whether anything at all is configured: a dotenv file, or a variable of any known database.
    pub(super) fn configure_anything(&self) -> bool {
        self.path.is_some() || self.ours().next().is_some()
    }

    /// The variables that are set and look like those of `database`, but are not, each with what
    /// is probably meant.
    pub(super) fn misspelt(&self, database: &Database) -> Vec<(&str, Place, String)> {
        self.ours()
            .filter_map(|(name, reading)| match reading {
                Reading::Misspelt {
                    database: of,
                    meant,
                } if of == database.name => Some((name, self.get(name)?.place, meant)),
                _ => None,
            })
            .collect()
    }

    /// Every variable that is set and begins like one of ours or is close to one.
    fn ours(&self) -> impl Iterator<Item = (&str, Reading)> {
        let mut names: Vec<&str> = self
            .process
            .keys()
            .chain(self.file.keys())
            .map(|n| &**n)
            .collect();
        names.sort_unstable();
        names.dedup();
        names
            .into_iter()
            .filter(|name| self.get(name).is_some())
            .map(|name| (name, key::read(name, &self.databases)))
            .filter(|(_, reading)| *reading != Reading::Foreign)
    }
}

impl fmt::Debug for Variables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Variables")
            .field("process", &self.process.keys())
            .field("file", &self.file.keys())
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Variable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Variable")
            .field("place", &self.place)
            .finish_non_exhaustive()
    }
}

/// Splits off the variables of ours whose values are not Unicode; others' do not matter.
fn unicode(
    process: impl IntoIterator<Item = (OsString, OsString)>,
    databases: &[Database],
) -> (BTreeMap<String, String>, Vec<String>) {
    let mut values = BTreeMap::new();
    let mut garbled = Vec::new();
    for (name, value) in process {
        let Ok(name) = name.into_string() else {
            continue;
        };
        match value.into_string() {
            Ok(value) => {
                values.insert(name, value);
            }
            Err(_) if key::read(&name, databases) == Reading::Known => garbled.push(name),
            Err(_) => {}
        }
    }
    (values, garbled)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::databases::{ChangeRate, Review};

    pub(in crate::connection) const DATABASES: [Database; 3] = [
        database("codex", 5432),
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

    fn os(pairs: &[(&str, &str)]) -> Vec<(OsString, OsString)> {
        pairs.iter().map(|(n, v)| (n.into(), v.into())).collect()
    }

    fn value<'a>(variables: &'a Variables, name: &str) -> Option<&'a str> {
        variables.get(name).map(|variable| variable.value)
    }

    #[test]
    fn real_variables_win_and_empty_ones_count_as_unset() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(".env"), "A=file\nB=file\nC=\nD=file\n").unwrap();
        let process = os(&[("A", "real"), ("B", ""), ("E", "real")]);
        let variables =
            Variables::read(Environment::Development, &DATABASES, folder.path(), process).unwrap();
        let values = ["A", "B", "C", "D", "E"].map(|name| value(&variables, name));
        assert_eq!(
            values,
            [Some("real"), Some("file"), None, Some("file"), Some("real")]
        );
        assert_eq!(variables.get("A").unwrap().place, Place::Process);
        assert_eq!(variables.get("B").unwrap().place, Place::File);
        assert!(!format!("{variables:?} {:?}", variables.get("A")).contains("real"));
    }

    #[test]
    fn each_environment_reads_its_own_file_only() {
        let folder = tempfile::tempdir().unwrap();
        let read = |environment| {
            let found = Variables::read(environment, &DATABASES, folder.path(), []).unwrap();
            value(&found, "A").map(str::to_owned)
        };
        fs::write(folder.path().join(".env"), "A=development").unwrap();
        assert_eq!(read(Environment::Production), None);
        assert_eq!(read(Environment::Staging), None);
        fs::write(folder.path().join(".env.staging"), "A=staging").unwrap();
        fs::write(folder.path().join(".env.production"), "A=production").unwrap();
        for environment in Environment::ALL {
            assert_eq!(read(environment).as_deref(), Some(environment.name()));
        }
    }

    #[test]
    fn what_is_odd_becomes_a_warning() {
        let folder = tempfile::tempdir().unwrap();
        let text = "DB_CODEX_POOL=1\nDB_CODEX_USER=a\nDB_CODEX_USER=b\nDB_POOL=1\n";
        fs::write(folder.path().join(".env"), text).unwrap();
        let process = os(&[("DB_INSPIRE_PASSWORD", "pw\n"), ("DB_CODEX_PASWORD", "x")]);
        let variables =
            Variables::read(Environment::Development, &DATABASES, folder.path(), process).unwrap();
        let said: Vec<String> = variables
            .warnings()
            .iter()
            .map(Warning::to_string)
            .collect();
        assert_eq!(
            said,
            [
                "unknown variable DB_CODEX_POOL is ignored",
                ".env sets DB_CODEX_USER more than once; line 3 counts",
                "the value of DB_INSPIRE_PASSWORD begins or ends with a blank or a line break",
            ]
        );
    }

    #[cfg(unix)]
    #[test]
    fn what_cannot_be_read_is_named() {
        use std::os::unix::ffi::OsStringExt;

        let folder = tempfile::tempdir().unwrap();
        let read = |process: Vec<(OsString, OsString)>| {
            Variables::read(Environment::Development, &DATABASES, folder.path(), process)
                .map_err(|error| error.to_string())
                .unwrap_err()
        };
        let garbled = || OsString::from_vec(vec![0xff]);
        assert_eq!(
            read(vec![
                ("DB_CODEX_PASSWORD".into(), garbled()),
                ("X".into(), garbled())
            ]),
            "environment variables are not UTF-8 text: DB_CODEX_PASSWORD"
        );
        // A loop of links cannot be opened, not even by root.
        std::os::unix::fs::symlink(".env", folder.path().join(".env")).unwrap();
        assert!(read(vec![]).ends_with(".env cannot be read"));
    }
}
