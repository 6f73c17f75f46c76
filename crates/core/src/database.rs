use std::fmt;

/// One of the PostgreSQL databases whose schema this workspace owns.
///
/// Each database crate has one as its `DATABASE`; nothing else in the workspace lists them but
/// the command line.
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
        f.write_str(match self {
            Self::Rare => "rare",
            Self::Moderate => "moderate",
            Self::Frequent => "frequent",
        })
    }
}

/// Who must review a change of a database's schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Review {
    /// A senior engineer.
    Senior,
    /// Any engineer of the team.
    Standard,
}

impl fmt::Display for Review {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Senior => "senior",
            Self::Standard => "standard",
        })
    }
}
