//! What a test database is a copy of.

use std::any::type_name;
use std::env;
use std::error::Error;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::os::unix::fs::MetadataExt;

use postgres::Client;

use crate::error::TestError;

/// Any error of a function that fills a database.
pub type BoxError = Box<dyn Error + Send + Sync>;

/// Fills a database.
pub(crate) type Step = fn(&mut Client) -> Result<(), BoxError>;

/// A schema that test databases have.
pub trait Schema: Send + Sync + 'static {
    /// The name of the database in this workspace: `codex`.
    const DATABASE: &'static str;

    /// Gives all that the schema depends on to a hasher: other migrations, another template.
    fn fingerprint(hasher: &mut dyn Hasher);

    /// Makes the schema in an empty database.
    ///
    /// # Errors
    ///
    /// When a migration fails.
    fn migrate(client: &mut Client) -> Result<(), BoxError>;
}

/// A template: a schema, and what a function adds to it.
#[derive(Clone, Copy)]
pub(crate) struct Source {
    pub(crate) database: &'static str,
    schema_key: u64,
    migrate: Step,
    prepare: Option<Prepare>,
}

#[derive(Clone, Copy)]
struct Prepare {
    name: &'static str,
    key: u64,
    step: Step,
}

impl Source {
    pub(crate) fn of<S: Schema>() -> Self {
        let mut hasher = DefaultHasher::new();
        S::fingerprint(&mut hasher);
        Self {
            database: S::DATABASE,
            schema_key: hasher.finish(),
            migrate: S::migrate,
            prepare: None,
        }
    }

    /// With what a function of this program adds.
    pub(crate) fn prepared(self, name: &'static str, step: Step) -> Self {
        let mut hasher = DefaultHasher::new();
        name.hash(&mut hasher);
        // Another build of the program may have another function of that name.
        if let Ok(program) = env::current_exe()
            && let Ok(file) = fs::metadata(&program)
        {
            (program, file.mtime(), file.mtime_nsec(), file.size()).hash(&mut hasher);
        }
        let key = hasher.finish();
        Self {
            prepare: Some(Prepare { name, key, step }),
            ..self
        }
    }

    /// The template that this one is a copy of, before the function.
    pub(crate) fn base(&self) -> Option<Self> {
        self.prepare.map(|_| Self {
            prepare: None,
            ..*self
        })
    }

    /// The name of the template database.
    pub(crate) fn template(&self) -> String {
        let base = format!("{}{:016x}", self.family(), self.schema_key);
        match self.prepare {
            Some(prepare) => format!("{base}_{:08x}", prepare.key & 0xffff_ffff),
            None => base,
        }
    }

    /// What the names of all templates of this database begin with.
    pub(crate) fn family(&self) -> String {
        // Names of databases have 63 bytes.
        format!("jubilee_template_{:.20}_", self.database)
    }

    /// What the names of all templates of this schema begin with.
    pub(crate) fn schema(&self) -> String {
        format!("{}{:016x}", self.family(), self.schema_key)
    }

    /// Fills the copy of the base, or an empty database.
    pub(crate) fn fill(&self, client: &mut Client) -> Result<(), TestError> {
        match self.prepare {
            Some(Prepare { name, step, .. }) => {
                step(client).map_err(|cause| TestError::Prepare { name, cause })
            }
            None => (self.migrate)(client).map_err(|cause| TestError::Migrate {
                database: self.database,
                cause,
            }),
        }
    }
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple(type_name::<Self>())
            .field(&self.template())
            .finish()
    }
}
