use jubilee_core::{Database, SourceFile};

/// A database and the migrations that this program carries for it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) database: Database,
    pub(crate) embedded: &'static [SourceFile<'static>],
}

macro_rules! entry {
    ($krate:ident) => {
        Entry {
            database: $krate::DATABASE,
            embedded: $krate::MIGRATIONS,
        }
    };
}

/// All databases, in the order in which they are shown.
pub(crate) static ALL: [Entry; 3] = [
    entry!(jubilee_codex),
    entry!(jubilee_inspire),
    entry!(jubilee_continuum),
];

pub(crate) fn find(name: &str) -> Option<&'static Entry> {
    ALL.iter().find(|entry| entry.database.name == name)
}

/// All databases, for what needs to know which variables are ours.
pub(crate) fn descriptors() -> Vec<Database> {
    ALL.iter().map(|entry| entry.database).collect()
}
