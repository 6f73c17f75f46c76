//! Writes all of several files, or none.

use std::fs::{self, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use super::Change;
use crate::exit::Exit;
use crate::problem::Problem;

/// Writes all changes, or none: everything is laid beside its place first, and then moved there,
/// which no full disk can stop half-way.
pub(crate) fn write(root: &Path, changes: &[Change]) -> Result<(), Problem> {
    let mut undo = Undo::default();
    let mut laid = Vec::new();
    for change in changes {
        let path = root.join(&change.path);
        let file = lay(&path, change, &mut undo).map_err(|error| failed(&change.path, &error))?;
        laid.push((path, file, change));
    }
    for (path, file, change) in laid {
        let moved = match change.before {
            Some(_) => file.persist(&path),
            None => file.persist_noclobber(&path),
        };
        moved.map_err(|error| failed(&change.path, &error.error))?;
        undo.moved.push((path, change.before.clone()));
    }
    undo.keep();
    Ok(())
}

fn failed(path: &str, error: &io::Error) -> Problem {
    Problem::new(Exit::Failed, format!("cannot write {path}"))
        .why(error.to_string())
        .hint("everything is as it was: check that the folder may be written, and the free space")
}

/// Writes a file beside its place, with the permissions that it will have.
fn lay(path: &Path, change: &Change, undo: &mut Undo) -> io::Result<NamedTempFile> {
    let folder = path.parent().unwrap_or(path);
    undo.make_folders(folder)?;
    let permissions = match change.before {
        Some(_) => fs::metadata(path)?.permissions(),
        // The umask takes away from it.
        None => Permissions::from_mode(0o666),
    };
    let mut file = Builder::new()
        .permissions(permissions.clone())
        .tempfile_in(folder)?;
    file.write_all(change.after.as_bytes())?;
    if change.before.is_some() {
        file.as_file().set_permissions(permissions)?;
    }
    Ok(file)
}

/// Puts everything back when it goes out of scope, unless told to keep it.
#[derive(Default)]
struct Undo {
    /// Folders that were made, the outer ones first.
    folders: Vec<PathBuf>,
    /// Files that are in their place, with what was there before.
    moved: Vec<(PathBuf, Option<String>)>,
}

impl Undo {
    fn make_folders(&mut self, folder: &Path) -> io::Result<()> {
        let missing = folder.ancestors().take_while(|folder| !folder.exists());
        let mut missing: Vec<PathBuf> = missing.map(Path::to_owned).collect();
        missing.reverse();
        for folder in missing {
            fs::create_dir(&folder)?;
            self.folders.push(folder);
        }
        Ok(())
    }

    fn keep(mut self) {
        self.folders.clear();
        self.moved.clear();
    }
}

impl Drop for Undo {
    fn drop(&mut self) {
        // What cannot be put back is left to git; the first error was the one that matters.
        for (path, before) in self.moved.iter().rev() {
            let _ = match before {
                Some(text) => fs::write(path, text),
                None => fs::remove_file(path),
            };
        }
        for folder in self.folders.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(path: &str, before: Option<&str>, after: &str) -> Change {
        Change {
            path: path.to_owned(),
            before: before.map(str::to_owned),
            after: after.to_owned(),
        }
    }

    fn files(root: &Path) -> Vec<String> {
        let mut found = Vec::new();
        let mut folders = vec![root.to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let name = path.strip_prefix(root).unwrap().display().to_string();
                if path.is_dir() {
                    found.push(format!("{name}/"));
                    folders.push(path);
                } else {
                    found.push(format!("{name}: {}", fs::read_to_string(&path).unwrap()));
                }
            }
        }
        found.sort();
        found
    }

    #[test]
    fn all_is_written_with_the_permissions_of_its_kind() {
        let root = tempfile::tempdir().unwrap();
        let script = root.path().join("script");
        fs::write(&script, "old").unwrap();
        fs::set_permissions(&script, Permissions::from_mode(0o755)).unwrap();
        let changes = [
            change("a/b/new", None, "1"),
            change("a/other", None, "2"),
            change("script", Some("old"), "new"),
        ];
        write(root.path(), &changes).unwrap();
        assert_eq!(
            files(root.path()),
            ["a/", "a/b/", "a/b/new: 1", "a/other: 2", "script: new"]
        );
        assert_eq!(
            fs::metadata(&script).unwrap().permissions().mode() & 0o777,
            0o755
        );
        let plain = root.path().join("plain");
        fs::write(&plain, "").unwrap();
        assert_eq!(
            fs::metadata(root.path().join("a/other"))
                .unwrap()
                .permissions(),
            fs::metadata(plain).unwrap().permissions(),
            "as any new file"
        );
    }

    #[test]
    fn one_that_cannot_be_written_leaves_everything_as_it_was() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("list"), "old").unwrap();
        fs::create_dir_all(root.path().join("taken/folder")).unwrap();
        let before = files(root.path());
        let good = || {
            [
                change("a/b/new", None, "1"),
                change("list", Some("old"), "new"),
            ]
        };
        // A parent that is a file fails before anything is moved, a folder in the way after.
        for bad in [
            change("list/below", None, "3"),
            change("taken", Some("x"), "3"),
            change("taken", None, "3"),
        ] {
            let changes: Vec<Change> = good().into_iter().chain([bad]).collect();
            assert!(write(root.path(), &changes).is_err());
            assert_eq!(files(root.path()), before);
        }
    }
}
