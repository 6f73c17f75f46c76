//! Files and history seen together.

use std::collections::BTreeMap;
use std::fmt;

use jubilee_core::{MigrationName, Version};
use refinery::Migration;

use crate::activity::AtWork;
use crate::history::{HistoryRow, RESOLVED_AS_COMPLETED, RESOLVED_TO_RERUN, RowStatus};

/// A migration as it is embedded or read: what a history row is compared with.
#[derive(Debug, Clone)]
pub(crate) struct Known<'a> {
    pub(crate) name: MigrationName,
    pub(crate) migration: &'a Migration,
}

impl<'a> Known<'a> {
    /// The migrations in order of version; `Err` holds what is not the name of one.
    pub(crate) fn all(migrations: &'a [Migration]) -> Result<Vec<Self>, String> {
        let mut known = migrations
            .iter()
            .map(|migration| {
                Version::new(i64::from(migration.version()))
                    .and_then(|version| MigrationName::new(version, migration.name()).ok())
                    .map(|name| Self { name, migration })
                    .ok_or_else(|| migration.to_string())
            })
            .collect::<Result<Vec<_>, _>>()?;
        known.sort_by_key(Self::version);
        Ok(known)
    }

    pub(crate) fn version(&self) -> Version {
        self.name.version()
    }

    pub(crate) fn text(&self) -> &'a str {
        self.migration.sql().unwrap_or_default()
    }

    fn is_what_ran(&self, row: &HistoryRow) -> bool {
        row.name == self.name && row.checksum == self.migration.checksum().to_string()
    }
}

/// Where a migration stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
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
    /// It was interrupted, and somebody said that the next run shall apply it again.
    Rerun,
    /// Tried and not applied; its file is gone since. It stops nobody.
    Abandoned,
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
            Self::Rerun => "rerun",
            Self::Abandoned => "abandoned",
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
#[non_exhaustive]
pub struct MigrationState {
    /// Its name: the file's, or where there is none the row's.
    pub name: MigrationName,
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
    /// The name that the row has, where it is another than the file's.
    pub applied_as: Option<MigrationName>,
    /// The session that is at work at it, once [`Status::see`](crate::Status::see) has taken it in.
    pub at_work: Option<AtWork>,
    /// The run that wrote the row.
    pub(crate) run_id: Option<String>,
    /// Whether it is somebody's word that it is completed.
    pub(crate) resolved: bool,
}

impl MigrationState {
    /// Whether it is applied, or begun.
    pub(crate) fn is_applied(&self) -> bool {
        matches!(
            self.status,
            MigrationStatus::Completed
                | MigrationStatus::Modified
                | MigrationStatus::Missing
                | MigrationStatus::Running
                | MigrationStatus::Interrupted
        )
    }
}

/// Sees files and history together, in order of version.
pub(crate) fn states(known: &[Known<'_>], rows: &[HistoryRow]) -> Vec<MigrationState> {
    let rows: BTreeMap<Version, &HistoryRow> =
        rows.iter().map(|row| (row.version(), row)).collect();
    let files: BTreeMap<Version, &Known<'_>> = known.iter().map(|k| (k.version(), k)).collect();
    let mut versions: Vec<Version> = rows.keys().chain(files.keys()).copied().collect();
    versions.sort_unstable();
    versions.dedup();
    versions
        .into_iter()
        .filter_map(|version| {
            let (row, file) = (rows.get(&version).copied(), files.get(&version).copied());
            let status = match (row, file) {
                (None, _) => MigrationStatus::Pending,
                (Some(row), _) if row.status == RowStatus::Running && row.process.is_some() => {
                    MigrationStatus::Running
                }
                (Some(row), _) if row.status == RowStatus::Running => MigrationStatus::Interrupted,
                (Some(row), None) if row.status == RowStatus::Failed => MigrationStatus::Abandoned,
                (Some(_), None) => MigrationStatus::Missing,
                (Some(row), Some(_))
                    if row.status == RowStatus::Failed && row.says(RESOLVED_TO_RERUN) =>
                {
                    MigrationStatus::Rerun
                }
                // A file that failed was never applied, so it may have been corrected since.
                (Some(row), Some(_)) if row.status == RowStatus::Failed => MigrationStatus::Failed,
                (Some(row), Some(file)) if file.is_what_ran(row) => MigrationStatus::Completed,
                (Some(_), Some(_)) => MigrationStatus::Modified,
            };
            let name = file.map(|file| &file.name).or(row.map(|row| &row.name))?;
            let completed = row.filter(|row| row.status == RowStatus::Completed);
            Some(MigrationState {
                name: name.clone(),
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
                applied_as: row.map(|row| &row.name).filter(|row| *row != name).cloned(),
                at_work: None,
                run_id: row.map(|row| row.run_id.clone()),
                resolved: completed.is_some_and(|row| row.says(RESOLVED_AS_COMPLETED)),
            })
        })
        .collect()
}

/// A contradiction between files and history.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Divergence {
    /// The file of an applied migration was changed or renamed.
    Modified {
        /// `NNNN_descriptive_name` as the file is called now.
        name: MigrationName,
    },
    /// The number is another migration's in this database, or the file was renamed.
    OtherName {
        /// As the file is called.
        name: MigrationName,
        /// As what was applied is called.
        applied: MigrationName,
    },
    /// An applied migration is not among the files.
    Missing {
        /// `NNNN_descriptive_name` as it was applied.
        name: MigrationName,
        /// Whether every file is older: then it is the files that are out of date.
        newer_than_all_files: bool,
    },
    /// A migration that is not applied comes before one that is.
    OutOfOrder {
        /// The one that is not applied.
        name: MigrationName,
        /// The applied one after it.
        applied: MigrationName,
    },
}

impl fmt::Display for Divergence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Modified { name } => write!(f, "{name} was changed after it was applied"),
            Self::OtherName { name, applied } => write!(
                f,
                "{} is {applied} in this database, and {name} among the files",
                name.version()
            ),
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
        .find(|s| {
            !matches!(
                s.status,
                MigrationStatus::Missing | MigrationStatus::Abandoned
            )
        })
        .map(|s| s.name.version());
    let last_applied = states.iter().rev().find(|s| {
        matches!(
            s.status,
            MigrationStatus::Completed | MigrationStatus::Modified | MigrationStatus::Missing
        )
    });
    states
        .iter()
        .filter_map(|state| match state.status {
            MigrationStatus::Modified => Some(match &state.applied_as {
                Some(applied) => Divergence::OtherName {
                    name: state.name.clone(),
                    applied: applied.clone(),
                },
                None => Divergence::Modified {
                    name: state.name.clone(),
                },
            }),
            MigrationStatus::Missing => Some(Divergence::Missing {
                name: state.name.clone(),
                newer_than_all_files: last_file.is_none_or(|last| state.name.version() > last),
            }),
            MigrationStatus::Pending | MigrationStatus::Failed | MigrationStatus::Rerun => {
                last_applied
                    .filter(|applied| applied.name.version() > state.name.version())
                    .map(|applied| Divergence::OutOfOrder {
                        name: state.name.clone(),
                        applied: applied.name.clone(),
                    })
            }
            _ => None,
        })
        .collect()
}
