//! The first lines of a snapshot, which say of which migrations it is.

use jubilee_core::MigrationName;
use sha2::{Digest, Sha256};

const MARK: &str = "Migrations: ";

/// The name of a migration, and its text.
pub(crate) type Migration = (MigrationName, String);

/// A hash of all names and texts.
pub(crate) fn hash(texts: &[Migration]) -> String {
    let mut hash = Sha256::new();
    for (name, text) in texts {
        for part in [name.file_name().as_str(), text] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
    }
    let bytes = hash.finalize();
    bytes
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// The lines, without the signs that make comments of them.
pub(crate) fn lines(database: &str, texts: &[Migration]) -> [String; 2] {
    let last = texts.last().map(|(name, _)| name.to_string());
    [
        format!(
            "The schema of {database} after {}, made by `cargo xtask snapshot`. Do not edit.",
            last.unwrap_or_default()
        ),
        format!("{MARK}{}", hash(texts)),
    ]
}

/// The hash that a snapshot names.
pub(crate) fn named(text: &str) -> Option<&str> {
    let line = text
        .lines()
        .take(8)
        .find_map(|line| line.split_once(MARK))?;
    line.1.split_whitespace().next()
}
