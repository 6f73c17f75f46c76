//! Folders: made with exact permissions, swept, removed.

use std::fs::{self, DirBuilder, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use crate::account::Account;
use crate::error::ServerError;
use crate::random;

/// Makes `path` and what is missing above it; folders above are open to all where this process is
/// root's, since the account that runs the server must pass through.
pub(crate) fn create_base(path: &Path) -> Result<(), ServerError> {
    if path.is_dir() {
        return Ok(());
    }
    if let Some(parent) = path.parent() {
        create_base(parent)?;
    }
    let mode = if rustix::process::geteuid().is_root() {
        0o755
    } else {
        0o700
    };
    create(path, mode).map_err(|cause| ServerError::folder("create", path, cause))
}

/// Makes a folder with this mode, whatever the umask; one that exists is left as it is. Another
/// process may delete it at once: that is no error, and whoever goes on to use it will see.
fn create(path: &Path, mode: u32) -> io::Result<()> {
    let gone = |error: &io::Error| error.kind() == io::ErrorKind::NotFound;
    match DirBuilder::new().mode(mode).create(path) {
        Ok(()) => match fs::set_permissions(path, Permissions::from_mode(mode)) {
            Err(error) if gone(&error) => Ok(()),
            done => done,
        },
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => match fs::metadata(path) {
            Ok(found) if found.is_dir() => Ok(()),
            Err(found) if gone(&found) => Ok(()),
            _ => Err(error),
        },
        Err(error) => Err(error),
    }
}

/// Makes a folder that only `account` can enter, in a folder of this process's own.
pub(crate) fn create_for(path: &Path, account: Account) -> Result<(), ServerError> {
    create(path, 0o700)
        .and_then(|()| account.give(path))
        .map_err(|cause| ServerError::folder("create", path, cause))
}

/// Removes a folder with all that it holds; that it is not there is no error.
pub(crate) fn remove(path: &Path) -> Result<(), ServerError> {
    gone(path, fs::remove_dir_all(path))
}

/// Removes a file; that it is not there is no error.
pub(crate) fn remove_file(path: &Path) -> Result<(), ServerError> {
    gone(path, fs::remove_file(path))
}

fn gone(path: &Path, removed: io::Result<()>) -> Result<(), ServerError> {
    match removed {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => {
            Err(ServerError::folder("remove", path, cause))
        }
        _ => Ok(()),
    }
}

/// What starts the name of a folder that is not complete yet.
const UNFINISHED: &str = ".new-";

/// Where in `folder` something can be made until it is complete: a name of its own, since a program
/// that makes the same for a killed process may still run for a moment.
pub(crate) fn unfinished(folder: &Path) -> Result<PathBuf, ServerError> {
    sweep_unfinished(folder);
    Ok(folder.join(format!("{UNFINISHED}{}", random::hex()?)))
}

/// Removes what killed processes have not completed.
pub(crate) fn sweep_unfinished(folder: &Path) {
    sweep(folder, UNFINISHED);
}

/// Removes the entries of `folder` whose names start with `prefix`: what a killed process left.
/// Whatever cannot be removed stays.
pub(crate) fn sweep(folder: &Path, prefix: &str) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(prefix) {
            // Rubbish that resists is tried again by the next sweep; it is in nobody's way.
            drop(fs::remove_dir_all(entry.path()));
        }
    }
}

/// Lets everyone read a tree of programs, and run what its owner can run.
pub(crate) fn open_to_all(path: &Path) -> io::Result<()> {
    let metadata = fs::symlink_metadata(path)?;
    if metadata.is_symlink() {
        return Ok(());
    }
    let mode = metadata.permissions().mode();
    let read_and_run = if mode & 0o100 == 0 { 0o444 } else { 0o555 };
    fs::set_permissions(path, Permissions::from_mode(mode | read_and_run))?;
    if metadata.is_dir() {
        for entry in fs::read_dir(path)? {
            open_to_all(&entry?.path())?;
        }
    }
    Ok(())
}
