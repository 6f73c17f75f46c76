//! The files of a snapshot, and whether they are of the migrations that are here.

use std::fs;
use std::path::Path;

use jubilee_core::MigrationTexts;

use super::banner::{self, Migration};
use crate::databases::Entry;
use crate::exit::Exit;
use crate::problem::Problem;
use crate::sources::Sources;

/// The two files of a database's crate.
pub(crate) fn paths(database: &str) -> [String; 2] {
    ["schema.sql", "SCHEMA.md"].map(|file| format!("crates/{database}/{file}"))
}

/// The migrations of a database, or all that is wrong with them.
pub(crate) fn texts(sources: &Sources, entry: &Entry) -> Result<Vec<Migration>, Vec<Problem>> {
    // What is wrong is said as everywhere.
    sources.load(entry)?;
    let files = sources.files(entry)?;
    let texts = MigrationTexts::load(files)
        .map_err(|violations| vec![Problem::new(Exit::Failed, violations.to_string())])?;
    let texts = texts.into_iter();
    Ok(texts
        .map(|(name, text)| (name, text.into_owned()))
        .collect())
}

/// The files that are of other migrations, or missing.
pub(crate) fn stale(root: &Path, texts: &[Migration], database: &str) -> Vec<String> {
    let wanted = banner::hash(texts);
    let is_stale = |path: &String| {
        let text = fs::read_to_string(root.join(path)).unwrap_or_default();
        banner::named(&text) != Some(wanted.as_str())
    };
    paths(database).into_iter().filter(is_stale).collect()
}
