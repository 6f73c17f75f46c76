//! Locks between processes that work in one folder.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

/// Opens or makes the lock file `path` and waits until no other process holds it. The lock ends
/// when the file is dropped, or with the process.
pub(crate) fn exclusive(path: &Path) -> io::Result<File> {
    acquire(path, File::lock)
}

/// Like [`exclusive`], but others may hold it in this way at the same time.
pub(crate) fn shared(path: &Path) -> io::Result<File> {
    acquire(path, File::lock_shared)
}

fn acquire(path: &Path, lock: fn(&File) -> io::Result<()>) -> io::Result<File> {
    loop {
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .read(true)
            // Whoever can open it could hold it for ever.
            .mode(0o600)
            .open(path)?;
        lock(&file)?;
        // The one before may have removed the folder with the file: then the lock is on a file
        // that no one else will ever open.
        let mine = file.metadata()?;
        let still_there = std::fs::metadata(path)
            .is_ok_and(|now| (now.dev(), now.ino()) == (mine.dev(), mine.ino()));
        if still_there {
            return Ok(file);
        }
    }
}
