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
    let crate_folder = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    let folder = crate_folder.join("../../migrations").join(database);
    let shown = format!("migrations/{database}");
    say(&format!("cargo::rerun-if-changed={}", folder.display()));

    let folder = folder
        .canonicalize()
        .map_err(|error| vec![format!("{shown}: {error}")])?;
    let files =
        read_folder(&folder).map_err(|error| vec![format!("{error}; hint: {}", error.hint())])?;
    let deferred = env::var_os("CARGO_FEATURE_DEFERRED_VALIDATION").is_some();
    let embedded = list(&folder, files.iter().map(|file| file.name.as_ref()));
    if !deferred {
        MigrationSet::load(database, files).map_err(|violations| {
            violations
                .0
                .iter()
                .map(|v| format!("{shown}/{v}"))
                .collect::<Vec<_>>()
        })?;
    }
    let output = Path::new(&variable("OUT_DIR")?).join("migrations.rs");
    fs::write(&output, embedded).map_err(|error| vec![format!("{}: {error}", output.display())])
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
