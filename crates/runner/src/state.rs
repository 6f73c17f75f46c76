use std::collections::BTreeMap;
use std::fmt;

use jubilee_core::{MigrationName, Version};
use refinery_core::Migration;

use crate::history::{HistoryRow, RowStatus};

/// A migration as it is embedded or read: what a history row is compared with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known<'a> {
    pub(crate) version: Version,
    pub(crate) migration: &'a Migration,
}

impl<'a> Known<'a> {
    /// The migrations in order of version; `Err` names one that this runner cannot number.
    pub(crate) fn all(migrations: &'a [Migration]) -> Result<Vec<Self>, String> {
        let mut known = migrations
            .iter()
            .map(|migration| {
                Version::new(i64::from(migration.version()))
                    .map(|version| Self { version, migration })
                    .ok_or_else(|| migration.to_string())
            })
            .collect::<Result<Vec<_>, _>>()?;
        known.sort_by_key(|k| k.version);
        Ok(known)
    }

    pub(crate) fn name(&self) -> String {
        format!("{}_{}", self.version, self.migration.name())
    }

    pub(crate) fn migration_name(&self) -> Option<MigrationName> {
        MigrationName::new(self.version, self.migration.name()).ok()
    }

    pub(crate) fn text(&self) -> &'a str {
        self.migration.sql().unwrap_or_default()
    }

    fn is_what_ran(&self, row: &HistoryRow) -> bool {
        row.name == self.migration.name() && row.checksum == self.migration.checksum().to_string()
    }
}

/// Where a migration stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MigrationStatus {
    /// Not applied yet.
    Pending,
    /// At work now.
    Running,
    /// Applied.
    Completed,
    /// Tried, rolled back, and recorded with its error; the next run tries it again.
    Failed,
    /// A `Transaction: none` migration whose run is gone: how far it came is not known.
    Interrupted,
    /// Applied, and not among the files.
    Missing,
    /// Applied, and its file was changed or renamed since.
    Modified,
}

impl MigrationStatus {
    /// The status in one word.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Interrupted => "interrupted",
            Self::Missing => "missing",
            Self::Modified => "modified",
        }
    }
}

impl fmt::Display for MigrationStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A migration and where it stands: file and history row seen together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationState {
    /// Its number.
    pub version: Version,
    /// `NNNN_descriptive_name`.
    pub name: String,
    /// Where it stands.
    pub status: MigrationStatus,
    /// When it was completed, ISO 8601 in UTC with milliseconds.
    pub applied_at: Option<String>,
    /// How long it took, in milliseconds.
    pub execution_ms: Option<u64>,
    /// Why it failed.
    pub error: Option<String>,
    /// The database role that applied it.
    pub applied_by: Option<String>,
    /// The program, its version and host.
    pub runner: Option<String>,
    /// When it was begun, ISO 8601 in UTC with milliseconds.
    pub started_at: Option<String>,
    /// The run that wrote the row.
    pub(crate) run_id: Option<String>,
}

/// Sees files and history together, in order of version.
pub(crate) fn states(known: &[Known<'_>], rows: &[HistoryRow]) -> Vec<MigrationState> {
    let rows: BTreeMap<Version, &HistoryRow> = rows.iter().map(|row| (row.version, row)).collect();
    let files: BTreeMap<Version, &Known<'_>> = known.iter().map(|k| (k.version, k)).collect();
    let mut versions: Vec<Version> = rows.keys().chain(files.keys()).copied().collect();
    versions.sort_unstable();
    versions.dedup();
    versions
        .into_iter()
        .map(|version| {
            let (row, file) = (rows.get(&version).copied(), files.get(&version).copied());
            let status = match (row, file) {
                (None, _) => MigrationStatus::Pending,
                (Some(row), _) if row.status == RowStatus::Running && row.at_work => {
                    MigrationStatus::Running
                }
                (Some(row), _) if row.status == RowStatus::Running => MigrationStatus::Interrupted,
                (Some(_), None) => MigrationStatus::Missing,
                // A file that failed was never applied, so it may have been corrected since.
                (Some(row), Some(_)) if row.status == RowStatus::Failed => MigrationStatus::Failed,
                (Some(row), Some(file)) if file.is_what_ran(row) => MigrationStatus::Completed,
                (Some(_), Some(_)) => MigrationStatus::Modified,
            };
            let name = match (file, row) {
                (Some(file), _) => file.name(),
                (None, Some(row)) => format!("{version}_{}", row.name),
                (None, None) => version.to_string(),
            };
            let completed = row.filter(|row| row.status == RowStatus::Completed);
            MigrationState {
                version,
                name,
                status,
                applied_at: completed
                    .and_then(|row| row.finished_at.clone().or_else(|| row.started_at.clone())),
                execution_ms: completed.and_then(|row| row.execution_ms),
                error: row
                    .filter(|row| row.status == RowStatus::Failed)
                    .and_then(|row| row.error.clone()),
                applied_by: row.map(|row| row.applied_by.clone()),
                runner: row.map(|row| row.runner.clone()),
                started_at: row.and_then(|row| row.started_at.clone()),
                run_id: row.map(|row| row.run_id.clone()),
            }
        })
        .collect()
}

/// A contradiction between files and history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Divergence {
    /// The file of an applied migration was changed or renamed.
    Modified {
        /// `NNNN_descriptive_name` as the file is called now.
        name: String,
    },
    /// An applied migration is not among the files.
    Missing {
        /// `NNNN_descriptive_name` as it was applied.
        name: String,
        /// Whether every file is older: then it is the files that are out of date.
        newer_than_all_files: bool,
    },
    /// A migration that is not applied comes before one that is.
    OutOfOrder {
        /// The one that is not applied.
        name: String,
        /// The applied one after it.
        applied: String,
    },
}

impl Divergence {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Modified { name } => format!(
                "restore the file as it was applied (`git log -- '*/{name}.sql'` shows its changes) and put the change into a new migration"
            ),
            Self::Missing { newer_than_all_files: true, .. } => {
                "the database is ahead of this build: deploy the build that has the migration, or update the checkout".to_owned()
            }
            Self::Missing { name, .. } => format!(
                "restore the file (`git log --diff-filter=D -- '*/{name}.sql'` finds where it was deleted)"
            ),
            Self::OutOfOrder { name, .. } => format!(
                "give the migration the next free number: rename {name}.sql and its header"
            ),
        }
    }
}

impl fmt::Display for Divergence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Modified { name } => write!(f, "{name} was changed after it was applied"),
            Self::Missing { name, .. } => write!(f, "{name} is applied, and its file is not there"),
            Self::OutOfOrder { name, applied } => {
                write!(f, "{name} is not applied, and {applied} after it is")
            }
        }
    }
}

/// Every contradiction between files and history.
pub(crate) fn divergences(states: &[MigrationState]) -> Vec<Divergence> {
    let last_file = states
        .iter()
        .rev()
        .find(|s| s.status != MigrationStatus::Missing)
        .map(|s| s.version);
    let last_applied = states.iter().rev().find(|s| {
        matches!(
            s.status,
            MigrationStatus::Completed | MigrationStatus::Modified | MigrationStatus::Missing
        )
    });
    states
        .iter()
        .filter_map(|state| match state.status {
            MigrationStatus::Modified => Some(Divergence::Modified {
                name: state.name.clone(),
            }),
            MigrationStatus::Missing => Some(Divergence::Missing {
                name: state.name.clone(),
                newer_than_all_files: last_file.is_none_or(|last| state.version > last),
            }),
            MigrationStatus::Pending | MigrationStatus::Failed => last_applied
                .filter(|applied| applied.version > state.version)
                .map(|applied| Divergence::OutOfOrder {
                    name: state.name.clone(),
                    applied: applied.name.clone(),
                }),
            _ => None,
        })
        .collect()
}
