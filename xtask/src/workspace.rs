//! The checkout that a command works on.

use std::path::{Path, PathBuf};

use crate::exit::Exit;
use crate::invocation;
use crate::problem::Problem;

/// The checkout that this command works on: the folder that holds `migrations/`. `cargo run`
/// says which; otherwise it is the current folder or one above it.
pub(crate) fn root() -> Option<PathBuf> {
    let of_cargo = of_cargo();
    let current = std::env::current_dir().ok();
    of_cargo
        .into_iter()
        .chain(
            current
                .iter()
                .flat_map(|dir| dir.ancestors().map(Path::to_owned)),
        )
        .find(|dir| dir.join("migrations").is_dir() && dir.join("Cargo.toml").is_file())
}

/// The checkout from which cargo runs this program, and so has built it.
pub(crate) fn of_cargo() -> Option<PathBuf> {
    let package = std::env::var_os("CARGO_MANIFEST_DIR")?;
    Path::new(&package).parent().map(Path::to_owned)
}

/// The checkout, for files that are made in it.
pub(crate) fn for_new_files() -> Result<PathBuf, Problem> {
    root().ok_or_else(|| {
        Problem::new(
            Exit::Failed,
            "no migrations/ folder here or in a parent folder",
        )
        .why("the command writes files of a checkout")
        .hint("run it in a checkout")
    })
}

/// The checkout, for its local server. A server for whatever folder somebody stands in would
/// soon be forgotten there.
pub(crate) fn checkout() -> Result<PathBuf, Problem> {
    if invocation::is_installed() {
        return Err(
            Problem::new(Exit::NoConnection, "no database is configured")
                .why("there is no DB_… variable")
                .hint("set DB_CODEX_URL and so on in the environment"),
        );
    }
    root().ok_or_else(|| {
        Problem::new(
            Exit::NoConnection,
            "no database is configured",
        )
        .why("there is no .env file and no DB_… variable, and only a checkout has a server of its own")
        .hint("set DB_CODEX_URL and so on, see .env.example; or run it in a checkout")
    })
}
