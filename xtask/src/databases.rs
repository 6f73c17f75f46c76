//! The databases that this program knows: the one list of them.

use std::fmt;

use clap::ValueEnum;
use jubilee_core::SourceFile;

mod embedded {
    //! The files of `migrations/`, as they were when this program was built.
    include!(concat!(env!("OUT_DIR"), "/migrations.rs"));
}

/// All databases, in the order in which they are shown.
pub static ALL: &[Entry] = &[
    Entry {
        database: Database {
            name: "codex",
            holds: "identity, SSO and platform configuration",
            change_rate: ChangeRate::Rare,
            review: Review::Senior,
            development_port: 5432,
        },
        embedded: embedded::CODEX,
    },
    Entry {
        database: Database {
            name: "inspire",
            holds: "ministry content and conversations",
            change_rate: ChangeRate::Moderate,
            review: Review::Standard,
            development_port: 5433,
        },
        embedded: embedded::INSPIRE,
    },
    Entry {
        database: Database {
            name: "continuum",
            holds: "user data, activity and subscriptions",
            change_rate: ChangeRate::Frequent,
            review: Review::Standard,
            development_port: 5434,
        },
        embedded: embedded::CONTINUUM,
    },
];

/// A database and the migrations that this program carries for it.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// What the database is.
    pub database: Database,
    /// Its files, as they were when this program was built.
    pub embedded: &'static [SourceFile<'static>],
}

/// A database, with what developers need to know of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Database {
    /// The short name: the folder under `migrations/`, the crate's suffix, the command line's
    /// argument and what each history row says. Lower-case ASCII.
    pub name: &'static str,
    /// What the database holds, as a phrase that fits "codex holds …".
    pub holds: &'static str,
    /// How often its schema changes.
    pub change_rate: ChangeRate,
    /// Who must look at a change before it is merged.
    pub review: Review,
    /// The TCP port of its server on a developer's machine (`docker-compose.yml`).
    pub development_port: u16,
}

impl Database {
    /// The prefix of the environment variables that say where the database is: `DB_CODEX`.
    #[must_use]
    pub fn variable_prefix(&self) -> String {
        format!("DB_{}", self.name.to_ascii_uppercase().replace('-', "_"))
    }

    /// The name that the database has on a server unless it is configured otherwise:
    /// `jubilee_codex`.
    #[must_use]
    pub fn default_database_name(&self) -> String {
        format!("jubilee_{}", self.name)
    }
}

/// How often a database's schema changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ChangeRate {
    /// A few times a year.
    Rare,
    /// About monthly.
    Moderate,
    /// Weekly or more often.
    Frequent,
}

impl fmt::Display for ChangeRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&name_of(*self))
    }
}

/// Who must review a change of a database's schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Review {
    /// A senior engineer.
    Senior,
    /// Any engineer of the team.
    Standard,
}

impl fmt::Display for Review {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&name_of(*self))
    }
}

/// The name of one of several named values.
pub(crate) fn name_of(value: impl ValueEnum) -> String {
    let named = value.to_possible_value();
    named.map_or_else(String::new, |named| named.get_name().to_owned())
}

pub(crate) fn find(name: &str) -> Option<&'static Entry> {
    ALL.iter().find(|entry| entry.database.name == name)
}

/// All databases, for what needs to know which variables are ours.
pub(crate) fn descriptors() -> Vec<Database> {
    ALL.iter().map(|entry| entry.database).collect()
}
