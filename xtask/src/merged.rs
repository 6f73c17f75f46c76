//! Whether a migration is merged, so that it is applied elsewhere and can no longer be changed.

use std::path::Path;

use jubilee_core::MigrationName;

use crate::check::{BaseChoice, Bases};

/// Whether the default branch has the migration, now or where this branch left it; unknown without
/// a repository.
pub(crate) fn is_merged(folder: &Path, name: &MigrationName) -> Option<bool> {
    let bases = Bases::find(&BaseChoice::Default, folder).ok()?.ok()?;
    let base = bases.of_folder(folder, None).ok()?;
    let file = name.file_name();
    Some(base.holds(&file) || base.since.contains_key(&file))
}
