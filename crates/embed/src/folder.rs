//! Reads the entries of a folder.

use std::fs::{self, DirEntry};
use std::io::{self, Read};
use std::mem;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::thread;

use jubilee_core::SourceFile;
use thiserror::Error;

/// Why a folder could not be read.
#[derive(Debug, Error)]
#[error("cannot read {}: {source}", path.display())]
pub struct FolderError {
    /// The folder.
    pub path: PathBuf,
    /// What the operating system said.
    pub source: io::Error,
}

impl FolderError {
    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> String {
        match self.source.kind() {
            io::ErrorKind::NotFound => {
                "check the path: migrations lie in DIR/<database>/NNNN_name.sql".to_owned()
            }
            io::ErrorKind::PermissionDenied => {
                format!(
                    "make it readable, and the folders above it: chmod u+rx '{}'",
                    self.path.display()
                )
            }
            _ => "check the path and the disk".to_owned(),
        }
    }
}

/// Reads every entry of a folder, sorted by name, whatever it is: a subfolder comes as a name
/// that ends in `/`, what is not UTF-8 or a control character of a name as replacement characters, and what
/// cannot be read with the reason, so that the rules can refuse them by name, with whatever else is wrong.
///
/// # Errors
///
/// When the folder cannot be read.
pub fn read_folder(folder: &Path) -> Result<Vec<SourceFile<'static>>, FolderError> {
    let entries = fs::read_dir(folder).map_err(failed(folder))?;
    let mut entries = entries
        .collect::<io::Result<Vec<DirEntry>>>()
        .map_err(failed(folder))?;
    entries.sort_by_cached_key(DirEntry::file_name);
    // Most of the time of many small files is the kernel's, which serves several threads at once.
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let share = entries.len().div_ceil(threads).max(SHARE);
    thread::scope(|scope| {
        let mut shares = entries.chunks(share);
        let own = shares.next().unwrap_or_default();
        let others: Vec<_> = shares
            .map(|share| scope.spawn(move || read_entries(share)))
            .collect();
        let mut files = read_entries(own);
        for other in others {
            files.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        Ok(files)
    })
}

/// The bytes of a file up to which it is copied out of the room that is used again.
const ROOM: usize = 64 * 1024;

/// How many files a thread of its own is worth.
const SHARE: usize = 64;

fn failed(path: &Path) -> impl FnOnce(io::Error) -> FolderError {
    let path = path.to_owned();
    move |source| FolderError { path, source }
}

fn read_entries(entries: &[DirEntry]) -> Vec<SourceFile<'static>> {
    let mut room = Vec::with_capacity(ROOM);
    let files = entries.iter().map(|entry| {
        let path = entry.path();
        let read = read_entry(entry, &path, &mut room);
        read.unwrap_or_else(|error| not_read(entry, &path, &error))
    });
    files.collect()
}

fn not_read(entry: &DirEntry, path: &Path, error: &io::Error) -> SourceFile<'static> {
    let said = error.to_string();
    let reason = match error.kind() {
        io::ErrorKind::NotFound if path.is_symlink() => "a link that leads nowhere",
        _ => said.split(" (os error").next().unwrap_or_default(),
    };
    SourceFile {
        unread: Some(reason.to_owned().into()),
        ..SourceFile::new(name_of(entry), Vec::new())
    }
}

/// An entry's name as it can be shown: a line break or an escape would do something to a terminal.
fn name_of(entry: &DirEntry) -> String {
    let name = entry.file_name();
    let shown = |c: char| {
        if c.is_control() {
            char::REPLACEMENT_CHARACTER
        } else {
            c
        }
    };
    name.to_string_lossy().chars().map(shown).collect()
}

fn read_entry(
    entry: &DirEntry,
    path: &Path,
    room: &mut Vec<u8>,
) -> io::Result<SourceFile<'static>> {
    let name = name_of(entry);
    // The folder knows the type already; only what a link leads to has to be asked for.
    let mut kind = entry.file_type()?;
    if kind.is_symlink() {
        kind = fs::metadata(path)?.file_type();
    }
    // A pipe or a device would be waited for without end.
    let (name, bytes) = if kind.is_dir() {
        (format!("{name}/"), Vec::new())
    } else if kind.is_file() {
        (name, read_file(path, room)?)
    } else {
        return Err(io::Error::other("not a regular file"));
    };
    Ok(SourceFile::new(name, bytes))
}

/// As `fs::read`, which asks for the size of each file first: with a thousand small ones that is
/// felt. `room` is used again and again.
fn read_file(path: &Path, room: &mut Vec<u8>) -> io::Result<Vec<u8>> {
    room.clear();
    // Not known to be a file, it is not asked for its size.
    fs::File::open(path)?.take(u64::MAX).read_to_end(room)?;
    Ok(if room.len() > ROOM {
        mem::take(room)
    } else {
        room.as_slice().to_vec()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_comes_sorted_and_a_missing_folder_is_named() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("0002_b.sql"), "b").unwrap();
        fs::write(folder.path().join("0001_a.sql"), "a").unwrap();
        fs::create_dir(folder.path().join("old")).unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink("gone", folder.path().join("0003_c.sql")).unwrap();
        fs::write(folder.path().join("0004_\x1b[31md\n.sql"), "d").unwrap();
        let files = read_folder(folder.path()).unwrap();
        let names: Vec<_> = files.iter().map(|file| &*file.name).collect();
        let shown = "0004_\u{fffd}[31md\u{fffd}.sql";
        assert_eq!(
            names,
            ["0001_a.sql", "0002_b.sql", "0003_c.sql", shown, "old/"]
        );
        let unread: Vec<_> = files
            .iter()
            .filter_map(|file| file.unread.as_deref())
            .collect();
        assert_eq!(unread, ["a link that leads nowhere"]);
        let error = read_folder(&folder.path().join("none")).unwrap_err();
        assert!(error.to_string().contains("none"), "{error}");
    }
}
