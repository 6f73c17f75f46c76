//! The build scripts: which migrations are embedded, and whether they must be good.
//!
//! What is embedded is what the build script has read: it copies the files into its own folder, so that
//! a build never mixes its list with files that have changed since, or with another tree's.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use jubilee_core::{MigrationSet, SourceFile};

use crate::read_folder;

/// The build script of the crate `jubilee-NAME`: checks `migrations/NAME/` and writes
/// `$OUT_DIR/migrations.rs`, which holds the static `MIGRATIONS`, and `front_page.md`, which goes on
/// with the crate's documentation.
///
/// A file that breaks a rule fails the build with its name and the rule.
#[must_use]
pub fn embed_database() -> ExitCode {
    run(|| {
        let package = variable("CARGO_PKG_NAME")?;
        let database = package.strip_prefix("jubilee-").unwrap_or(&package);
        let folder = Path::new("../../migrations").join(database);
        let page = include_str!("front_page.md").replace("{crate}", &package.replace('-', "_"));
        write("front_page.md", &page)?;
        checked(database, &folder, &output()?)
    })
}

/// The build script of the command line: writes `$OUT_DIR/migrations.rs`, which holds a static for
/// each folder of `migrations/`, called after it: `CODEX`.
///
/// Nothing is checked, so that `cargo xtask` can be built when a file breaks a rule, and can say
/// better what is wrong with it than a failed build can.
///
/// cargo compares times, not contents: where a target folder outlives a tree, an older tree's files look
/// as if they were built already. So a release build reads them anew each time.
#[must_use]
pub fn embed_unchecked() -> ExitCode {
    run(|| {
        if variable("PROFILE")? == "release" {
            // A path that does not exist has always changed.
            say("cargo::rerun-if-changed=always");
        }
        unchecked(Path::new("../migrations"), &output()?)
    })
}

fn run(code: impl FnOnce() -> Result<String, Vec<String>>) -> ExitCode {
    match code().and_then(|code| write("migrations.rs", &code)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(errors) => {
            for error in errors {
                say(&format!("cargo::error={error}"));
            }
            ExitCode::FAILURE
        }
    }
}

fn write(name: &str, text: &str) -> Result<(), Vec<String>> {
    let output = output()?.join(name);
    fs::write(&output, text).map_err(|error| vec![format!("{}: {error}", output.display())])
}

fn output() -> Result<PathBuf, Vec<String>> {
    variable("OUT_DIR").map(PathBuf::from)
}

fn variable(name: &str) -> Result<String, Vec<String>> {
    env::var(name).map_err(|error| vec![format!("{name}: {error}")])
}

/// The code for one database, or everything that is wrong with its folder.
fn checked(database: &str, folder: &Path, output: &Path) -> Result<String, Vec<String>> {
    let files = read(database, folder)?;
    let code = list("pub static MIGRATIONS", database, &files, output)?;
    let wrong = |v| format!("migrations/{database}/{v}");
    match MigrationSet::load(database, files) {
        Ok(_) => Ok(code),
        Err(violations) => Err(violations.0.iter().map(wrong).collect()),
    }
}

/// The code for all databases, whatever their folders hold.
fn unchecked(root: &Path, output: &Path) -> Result<String, Vec<String>> {
    let failed = |error| vec![format!("{}: {error}", root.display())];
    say(&format!("cargo::rerun-if-changed={}", root.display()));
    let mut code = String::new();
    for entry in fs::read_dir(root).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() {
            let files = read(&name, &path)?;
            let item = format!("pub(super) static {}", name.to_uppercase());
            code.push_str(&list(&item, &name, &files, output)?);
        }
    }
    Ok(code)
}

/// A relative path is one from the package's folder, to cargo too: then a build that another tree
/// has left in the same target folder is compared with this tree's files.
fn read(database: &str, folder: &Path) -> Result<Vec<SourceFile<'static>>, Vec<String>> {
    say(&format!("cargo::rerun-if-changed={}", folder.display()));
    if !folder.is_dir() {
        return Err(vec![format!(
            "migrations/{database}: there is no such folder"
        )]);
    }
    read_folder(folder).map_err(|error| vec![format!("{error}; hint: {}", error.hint())])
}

/// The code that embeds the files, of which it makes copies in the folder of the output.
fn list(
    item: &str,
    database: &str,
    files: &[SourceFile<'_>],
    output: &Path,
) -> Result<String, Vec<String>> {
    let failed = |error: io::Error| vec![format!("{}: {error}", output.display())];
    fs::create_dir_all(output.join(database)).map_err(failed)?;
    let mut code = format!(
        "/// The migration files, embedded, in order of their numbers.\n\
         {item}: &[::jubilee_runner::SourceFile<'static>] = &[\n"
    );
    for (
        number,
        SourceFile {
            name,
            bytes,
            unread,
        },
    ) in files.iter().enumerate()
    {
        let copy = format!("{database}/{number}");
        fs::write(output.join(&copy), bytes).map_err(failed)?;
        // The command line embeds what is there, and says what is wrong with it when it is asked.
        let unread = match unread {
            Some(reason) => format!("Some(::std::borrow::Cow::Borrowed({reason:?}))"),
            None => "None".to_owned(),
        };
        let _ = writeln!(
            code,
            "    ::jubilee_runner::SourceFile {{ name: ::std::borrow::Cow::Borrowed({name:?}), \
             bytes: ::std::borrow::Cow::Borrowed(include_bytes!({copy:?})), unread: {unread} }},"
        );
    }
    code.push_str("];\n");
    Ok(code)
}

#[expect(
    clippy::print_stdout,
    reason = "cargo reads a build script's standard output"
)]
fn say(line: &str) {
    println!("{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good(name: &str) -> String {
        format!(
            "-- Migration: {name}\n-- Database: codex\n-- Author: Ada\n-- Date: 2026-11-22\n-- Description: x\nSELECT 1;\n"
        )
    }

    #[test]
    fn good_files_are_listed_in_order_and_copied() {
        let (folder, output) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        for name in ["0002_b", "0001_a"] {
            fs::write(folder.path().join(format!("{name}.sql")), good(name)).unwrap();
        }
        let code = checked("codex", folder.path(), output.path()).unwrap();
        assert!(code.find("0001_a.sql") < code.find("0002_b.sql"), "{code}");
        assert!(code.contains("include_bytes!(\"codex/1\")"), "{code}");
        let copy = fs::read_to_string(output.path().join("codex/1")).unwrap();
        assert_eq!(copy, good("0002_b"));
    }

    #[test]
    fn bad_files_fail_with_their_names_and_the_rules() {
        let (folder, output) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(folder.path().join("0001_a.sql"), good("0007_other")).unwrap();
        fs::write(folder.path().join("second.sql"), good("second")).unwrap();
        let errors = checked("codex", folder.path(), output.path()).unwrap_err();
        assert!(
            errors[0].starts_with("migrations/codex/0001_a.sql:1:1: [header] "),
            "{errors:?}"
        );
        assert!(
            errors[1].starts_with("migrations/codex/second.sql: [naming] "),
            "{errors:?}"
        );
    }

    #[test]
    fn the_command_line_embeds_bad_files_too() {
        let (root, output) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        for folder in ["codex", "audit_log"] {
            fs::create_dir(root.path().join(folder)).unwrap();
        }
        fs::write(root.path().join("codex/second.sql"), "SELECT").unwrap();
        fs::create_dir(root.path().join("codex/old")).unwrap();
        fs::write(root.path().join("README.md"), "").unwrap();
        let code = unchecked(root.path(), output.path()).unwrap();
        assert!(code.contains("static AUDIT_LOG: "), "{code}");
        assert!(code.contains("second.sql"), "{code}");
        assert!(code.contains("\"old/\""), "{code}");
        assert!(!code.contains("README"), "{code}");
    }

    #[test]
    fn a_missing_folder_fails() {
        let errors = checked("codex", Path::new("/nowhere"), Path::new("/nowhere")).unwrap_err();
        assert!(errors[0].starts_with("migrations/codex: "), "{errors:?}");
    }
}
