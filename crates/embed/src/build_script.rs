use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use jubilee_core::MigrationSet;

use crate::read_folder;

/// The build script of the crate `jubilee-NAME`: checks `migrations/NAME/` and writes
/// `$OUT_DIR/migrations.rs`, which holds the static `MIGRATIONS`.
///
/// A file that breaks a rule fails the build with its name and the rule. With the crate's
/// feature `deferred-validation` it does not: the command line is built with it, so that
/// `cargo xtask` can say better what is wrong than a failed build can.
#[must_use]
pub fn build_script() -> ExitCode {
    match embed() {
        Ok(()) => ExitCode::SUCCESS,
        Err(errors) => {
            for error in errors {
                say(&format!("cargo::error={error}"));
            }
            ExitCode::FAILURE
        }
    }
}

fn embed() -> Result<(), Vec<String>> {
    let variable = |name: &str| env::var(name).map_err(|error| vec![format!("{name}: {error}")]);
    let package = variable("CARGO_PKG_NAME")?;
    let database = package.strip_prefix("jubilee-").unwrap_or(&package);
    let folder = PathBuf::from(variable("CARGO_MANIFEST_DIR")?)
        .join("../../migrations")
        .join(database);
    say(&format!("cargo::rerun-if-changed={}", folder.display()));
    let deferred = env::var_os("CARGO_FEATURE_DEFERRED_VALIDATION").is_some();
    let code = generate(database, &folder, deferred)?;
    let output = Path::new(&variable("OUT_DIR")?).join("migrations.rs");
    fs::write(&output, code).map_err(|error| vec![format!("{}: {error}", output.display())])
}

/// The code of `migrations.rs`, or everything that is wrong with the folder.
fn generate(database: &str, folder: &Path, deferred: bool) -> Result<String, Vec<String>> {
    let shown = format!("migrations/{database}");
    let folder = folder
        .canonicalize()
        .map_err(|error| vec![format!("{shown}: {error}")])?;
    let files =
        read_folder(&folder).map_err(|error| vec![format!("{error}; hint: {}", error.hint())])?;
    let code = list(&folder, files.iter().map(|file| file.name.as_ref()));
    if !deferred {
        MigrationSet::load(database, files).map_err(|violations| {
            violations
                .0
                .iter()
                .map(|v| format!("{shown}/{v}"))
                .collect::<Vec<_>>()
        })?;
    }
    Ok(code)
}

fn list<'a>(folder: &Path, names: impl Iterator<Item = &'a str>) -> String {
    let mut code = String::from(
        "/// The migration files, embedded, in order of their numbers.\n\
         pub static MIGRATIONS: &[::jubilee_runner::SourceFile<'static>] = &[\n",
    );
    for name in names {
        let path = folder.join(name);
        // What is not a file has no bytes; its name alone is refused later.
        let bytes = if path.is_file() {
            format!("include_bytes!({:?})", path.display().to_string())
        } else {
            "b\"\"".to_owned()
        };
        let _ = writeln!(
            code,
            "    ::jubilee_runner::SourceFile {{ name: ::std::borrow::Cow::Borrowed({name:?}), \
             bytes: ::std::borrow::Cow::Borrowed({bytes}) }},"
        );
    }
    code.push_str("];\n");
    code
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
    fn good_files_are_listed_in_order() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["0002_b", "0001_a"] {
            fs::write(folder.path().join(format!("{name}.sql")), good(name)).unwrap();
        }
        let code = generate("codex", folder.path(), false).unwrap();
        let order: Vec<_> = code
            .match_indices("include_bytes!")
            .map(|(at, _)| at)
            .collect();
        assert_eq!(order.len(), 2);
        assert!(code.find("0001_a.sql") < code.find("0002_b.sql"), "{code}");
    }

    #[test]
    fn bad_files_fail_with_their_names_and_the_rules() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("0001_a.sql"), good("0007_other")).unwrap();
        fs::write(folder.path().join("second.sql"), good("second")).unwrap();
        let errors = generate("codex", folder.path(), false).unwrap_err();
        assert!(
            errors[0].starts_with("migrations/codex/0001_a.sql:1:1: [header] "),
            "{errors:?}"
        );
        assert!(
            errors[1].starts_with("migrations/codex/second.sql: [naming] "),
            "{errors:?}"
        );
        // The command line embeds them, and says it itself.
        assert!(
            generate("codex", folder.path(), true)
                .unwrap()
                .contains("second.sql")
        );
    }

    #[test]
    fn a_missing_folder_fails() {
        let errors = generate("codex", Path::new("/nowhere"), false).unwrap_err();
        assert!(errors[0].starts_with("migrations/codex: "), "{errors:?}");
    }
}
