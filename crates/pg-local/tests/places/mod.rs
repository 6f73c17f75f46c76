//! Folders of a test's own, which the account that runs the server can reach too.

#![expect(clippy::unwrap_used, reason = "a test that has no folder cannot go on")]

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use tempfile::TempDir;

/// A temporary folder that everyone can use.
pub(crate) fn open_folder(prefix: &str) -> TempDir {
    let folder = tempfile::Builder::new()
        .prefix(prefix)
        .tempdir_in("/tmp")
        .unwrap();
    open(folder.path());
    folder
}

/// Lets everyone use a folder.
pub(crate) fn open(folder: &Path) {
    fs::set_permissions(folder, Permissions::from_mode(0o777)).unwrap();
}
