//! Which dotenv file is read.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jubilee_core::Environment;

/// The name of the file that belongs to an environment, and to no other.
pub(super) fn name_for(environment: Environment) -> &'static str {
    match environment {
        Environment::Development => ".env",
        Environment::Staging => ".env.staging",
        Environment::Production => ".env.production",
    }
}

/// The file of that name in `folder` or above it, within the workspace.
pub(super) fn find(folder: &Path, name: &str) -> Option<PathBuf> {
    let is_top = |folder: &&Path| {
        [".git", "Cargo.lock"]
            .iter()
            .any(|top| folder.join(top).exists())
    };
    let height = folder
        .ancestors()
        .position(|folder| is_top(&folder))
        .unwrap_or(0);
    folder
        .ancestors()
        .take(height + 1)
        .map(|folder| folder.join(name))
        .find(|path| is_candidate(path))
}

/// Whether there is something to read. A folder named `.env` is a Python environment; a pipe is
/// how password managers hand a file out. What cannot be looked at is taken, so that reading it
/// gives the reason.
fn is_candidate(path: &Path) -> bool {
    match fs::metadata(path) {
        Ok(found) => !found.is_dir(),
        Err(error) => !matches!(
            error.kind(),
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_looked_for_up_to_the_top_of_the_workspace() {
        let outer = tempfile::tempdir().unwrap();
        let top = outer.path().join("top");
        let inner = top.join("crates/core");
        fs::create_dir_all(&inner).unwrap();
        let from = |folder: &Path| find(folder, ".env");
        fs::write(outer.path().join(".env"), "A=outer").unwrap();
        assert_eq!(from(&inner), None, "without a top only the folder itself");
        fs::write(top.join("Cargo.lock"), "").unwrap();
        assert_eq!(from(&inner), None, "not beyond the top");
        fs::write(top.join(".env"), "A=top").unwrap();
        assert_eq!(from(&inner), Some(top.join(".env")));
        fs::create_dir(inner.join(".env")).unwrap();
        assert_eq!(from(&inner), Some(top.join(".env")), "a folder is no file");
        fs::create_dir(inner.join(".git")).unwrap();
        assert_eq!(from(&inner), None, "the first top counts");
    }
}
