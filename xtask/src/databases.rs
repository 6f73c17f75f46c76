//! The databases that this program knows: the one list of them.

use jubilee_core::{Database, SourceFile};

/// A database and the migrations that this program carries for it.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// What the database is.
    pub database: Database,
    /// Its files, as they were when this program was built.
    pub embedded: &'static [SourceFile<'static>],
}

macro_rules! databases {
    ($($krate:ident,)+) => {
        /// All databases, in the order in which they are shown.
        pub static ALL: &[Entry] = &[$(Entry {
            database: $krate::DATABASE,
            embedded: $krate::MIGRATIONS,
        }),+];
    };
}

databases! {
    jubilee_codex,
    jubilee_inspire,
    jubilee_continuum,
}

pub(crate) fn find(name: &str) -> Option<&'static Entry> {
    ALL.iter().find(|entry| entry.database.name == name)
}

/// All databases, for what needs to know which variables are ours.
pub(crate) fn descriptors() -> Vec<Database> {
    ALL.iter().map(|entry| entry.database).collect()
}
