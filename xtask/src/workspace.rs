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

/// The folder that identifies this checkout's local server.
pub(crate) fn root_or_current() -> Result<PathBuf, Problem> {
    if let Some(root) = root() {
        return Ok(root);
    }
    std::env::current_dir().map_err(|error| {
        Problem::new(Exit::Failed, "the current folder cannot be used")
            .why(error.to_string())
            .hint("change to a folder that exists")
    })
}
