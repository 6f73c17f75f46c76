//! Writes files of the checkout: each whole or not at all, and of several all or none.

use std::fs::{self, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use crate::exit::Exit;
use crate::problem::Problem;

/// What becomes of one file.
#[derive(Debug)]
pub(crate) struct Change {
    pub(crate) path: PathBuf,
    /// What it holds now; `None` if there is none. One that somebody makes meanwhile stays.
    pub(crate) before: Option<Vec<u8>>,
    /// What it will hold; `None` to remove it.
    pub(crate) after: Option<Vec<u8>>,
}

impl Change {
    /// A file that is not there yet.
    pub(crate) fn new(path: PathBuf, text: impl Into<Vec<u8>>) -> Self {
        Self {
            path,
            before: None,
            after: Some(text.into()),
        }
    }

    /// A file of the checkout with another text; `make` says what keeps it from that.
    pub(crate) fn edit(
        root: &Path,
        path: &str,
        make: impl FnOnce(&str) -> Result<String, String>,
    ) -> Result<Self, Problem> {
        let before = read(root, path)?;
        let after = make(&before).map_err(|why| {
            Problem::new(
                Exit::Failed,
                format!("{path} has no place for the list of databases"),
            )
            .why(why)
            .hint(format!("see `git log -p {path}` for it, and put it back"))
        })?;
        Ok(Self {
            path: root.join(path),
            before: Some(before.into_bytes()),
            after: Some(after.into_bytes()),
        })
    }
}

/// The text of a file of the checkout.
pub(crate) fn read(root: &Path, path: &str) -> Result<String, Problem> {
    fs::read_to_string(root.join(path)).map_err(|error| {
        Problem::new(Exit::Failed, format!("cannot read {path}"))
            .why(error.to_string())
            .hint(format!("`git checkout {path}` restores it"))
    })
}

/// All changes, or everything that is in their way.
pub(crate) fn all(made: Vec<Result<Change, Problem>>) -> Result<Vec<Change>, Vec<Problem>> {
    let (changes, problems): (Vec<_>, Vec<_>) = made.into_iter().partition(Result::is_ok);
    match problems.is_empty() {
        true => Ok(changes.into_iter().flatten().collect()),
        false => Err(problems.into_iter().filter_map(Result::err).collect()),
    }
}

/// Makes all changes, or none: everything is laid beside its place first, and then moved there,
/// which no full disk can stop half-way.
pub(crate) fn write(changes: &[Change]) -> Result<(), Problem> {
    let mut undo = Undo::default();
    let mut laid = Vec::new();
    for change in changes {
        let failed = |error| failed(&change.path, &error);
        let place = place(change).map_err(failed)?;
        let file = match &change.after {
            Some(bytes) => Some(lay(&place, bytes, change, &mut undo).map_err(failed)?),
            None => None,
        };
        laid.push((place, file, change));
    }
    for (place, file, change) in laid {
        let moved = match (file, &change.before) {
            (Some(file), Some(_)) => file.persist(&place).map(drop).map_err(|e| e.error),
            (Some(file), None) => file
                .persist_noclobber(&place)
                .map(drop)
                .map_err(|e| e.error),
            (None, _) => fs::remove_file(&place),
        };
        moved.map_err(|error| failed(&change.path, &error))?;
        undo.moved.push((place, change.before.clone()));
    }
    undo.keep();
    Ok(())
}

/// Why something failed, without the name of the temporary file that lies beside its place.
pub(crate) fn cause(error: &io::Error) -> String {
    match error.get_ref() {
        Some(_) => error.kind().to_string(),
        None => error.to_string(),
    }
}

fn failed(path: &Path, error: &io::Error) -> Problem {
    Problem::new(Exit::Failed, format!("cannot write {}", path.display()))
        .why(cause(error))
        .hint("check the permissions of the file and its folder, and the free space")
}

/// Where the file lies: a link stays one, and what it leads to is changed. A file that may not be
/// written is refused, although its folder would allow to replace it.
fn place(change: &Change) -> io::Result<PathBuf> {
    if change.before.is_none() {
        return Ok(change.path.clone());
    }
    let place = change.path.canonicalize()?;
    if fs::metadata(&place)?.permissions().readonly() {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    Ok(place)
}

/// Writes a file beside its place, with the permissions that it will have.
fn lay(place: &Path, bytes: &[u8], change: &Change, undo: &mut Undo) -> io::Result<NamedTempFile> {
    let folder = place.parent().unwrap_or(place);
    undo.make_folders(folder)?;
    let permissions = match change.before {
        Some(_) => fs::metadata(place)?.permissions(),
        // The umask takes away from it.
        None => Permissions::from_mode(0o666),
    };
    // Nothing but migrations may lie in their folder, not for a moment either.
    let is_migration = place
        .extension()
        .is_some_and(|extension| extension == "sql");
    let beside = match folder.parent() {
        Some(above) if is_migration => above,
        _ => folder,
    };
    let mut file = Builder::new()
        .permissions(permissions.clone())
        .tempfile_in(beside)
        // The name of that file says nothing to anybody, and its folder may be another one.
        .map_err(|error| {
            let kind = error.kind();
            io::Error::new(kind, format!("{kind} in {}", beside.display()))
        })?;
    file.write_all(bytes)?;
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
    /// Files that are changed, with what was there before.
    moved: Vec<(PathBuf, Option<Vec<u8>>)>,
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
                Some(bytes) => fs::write(path, bytes),
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

    /// A folder with what is in it, and changes to it.
    struct Root(tempfile::TempDir);

    impl Root {
        fn new() -> Self {
            Self(tempfile::tempdir().unwrap())
        }

        fn path(&self, path: &str) -> PathBuf {
            self.0.path().join(path)
        }

        fn change(&self, path: &str, before: Option<&str>, after: Option<&str>) -> Change {
            Change {
                path: self.path(path),
                before: before.map(|text| text.as_bytes().to_vec()),
                after: after.map(|text| text.as_bytes().to_vec()),
            }
        }

        fn files(&self) -> Vec<String> {
            let mut found = Vec::new();
            let mut folders = vec![self.0.path().to_owned()];
            while let Some(folder) = folders.pop() {
                for entry in fs::read_dir(folder).unwrap() {
                    let path = entry.unwrap().path();
                    let name = path.strip_prefix(self.0.path()).unwrap().display();
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
    }

    #[test]
    fn all_is_written_with_the_permissions_of_its_kind() {
        let root = Root::new();
        for name in ["script", "stale", "target"] {
            fs::write(root.path(name), "old").unwrap();
        }
        fs::set_permissions(root.path("script"), Permissions::from_mode(0o755)).unwrap();
        std::os::unix::fs::symlink("target", root.path("link")).unwrap();
        write(&[
            root.change("a/b/0001_new.sql", None, Some("1")),
            root.change("a/other", None, Some("2")),
            root.change("script", Some("old"), Some("new")),
            root.change("stale", Some("old"), None),
            root.change("link", Some("old"), Some("new")),
        ])
        .unwrap();
        assert_eq!(
            root.files(),
            [
                "a/",
                "a/b/",
                "a/b/0001_new.sql: 1",
                "a/other: 2",
                "link: new",
                "script: new",
                "target: new"
            ]
        );
        assert!(root.path("link").is_symlink());
        let mode = |name: &str| fs::metadata(root.path(name)).unwrap().permissions().mode();
        assert_eq!(mode("script") & 0o777, 0o755);
        fs::write(root.path("plain"), "").unwrap();
        assert_eq!(mode("a/other"), mode("plain"), "as any new file");
    }

    #[test]
    fn a_place_where_nothing_can_be_written_is_named_alone() {
        let change = Change::new("/proc/page.html".into(), "");
        let said = write(&[change]).unwrap_err().render(false);
        assert!(said.contains("cannot write /proc/page.html"), "{said}");
        assert!(
            !said.contains(".tmp") && said.contains("entity not found"),
            "{said}"
        );
    }

    #[test]
    fn one_that_cannot_be_written_leaves_everything_as_it_was() {
        let root = Root::new();
        for name in ["list", "stale", "fixed"] {
            fs::write(root.path(name), "old").unwrap();
        }
        fs::set_permissions(root.path("fixed"), Permissions::from_mode(0o444)).unwrap();
        fs::create_dir_all(root.path("taken/folder")).unwrap();
        let before = root.files();
        // A parent that is a file fails before anything is moved, a folder in the way after.
        for bad in [
            root.change("list/below", None, Some("3")),
            root.change("fixed", Some("old"), Some("3")),
            root.change("missing", Some("old"), Some("3")),
            root.change("taken", Some("x"), Some("3")),
            root.change("taken", None, Some("3")),
        ] {
            let changes = [
                root.change("a/b/new", None, Some("1")),
                root.change("list", Some("old"), Some("new")),
                root.change("stale", Some("old"), None),
                bad,
            ];
            assert!(write(&changes).is_err());
            assert_eq!(root.files(), before);
        }
    }
}
