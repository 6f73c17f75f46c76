//! The checkout that a command works on.

use std::path::{Path, PathBuf};

use crate::exit::Exit;
use crate::problem::Problem;

/// The checkout that this command works on: the folder that holds `migrations/`. `cargo run`
/// says which; otherwise it is the current folder or one above it.
pub(crate) fn root() -> Option<PathBuf> {
    let of_cargo = std::env::var_os("CARGO_MANIFEST_DIR")
        .and_then(|dir| Path::new(&dir).parent().map(Path::to_owned));
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

/// The checkout, for files that are made in it.
pub(crate) fn for_new_files() -> Result<PathBuf, Problem> {
    root().ok_or_else(|| {
        Problem::new(Exit::Failed, "no folder migrations/ is here or above")
            .why("new files are made in the checkout")
            .hint("run this in the checkout")
    })
}

/// The checkout, for its local server. A server for whatever folder somebody stands in would
/// soon be forgotten there.
pub(crate) fn checkout() -> Result<PathBuf, Problem> {
    root().ok_or_else(|| {
        Problem::new(
            Exit::NoConnection,
            "nothing is configured, and this is no checkout with a server of its own",
        )
        .why("neither a .env file nor a DB_… variable says where the databases are")
        .hint(
            "say where they are: DB_CODEX_URL and so on, see .env.example; or change to the checkout",
        )
    })
}
