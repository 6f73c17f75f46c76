//! What makes a target one that a run will not touch.

use std::fmt;

use jubilee_core::{Environment, MigrationName};

use crate::history::HistoryRow;
use crate::target::{CitusNode, HistoryKind, Target};

/// The oldest PostgreSQL that is supported, as in `server_version_num`.
const OLDEST_SERVER: u32 = 130_000;

/// Why a run will not touch a target, whatever its files say.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// The history is another database's.
    OtherDatabase {
        /// The database that the run is for.
        expected: String,
        /// The one that the history names.
        found: String,
    },
    /// The history is another environment's.
    OtherEnvironment {
        /// The environment of the run.
        expected: Environment,
        /// The one that the history names.
        found: String,
    },
    /// There is no history of ours, but there are tables, or another runner's history.
    NotAdopted {
        /// The database that the run is for.
        database: String,
        /// What was found.
        found: HistoryKind,
        /// A few of the tables.
        tables: String,
    },
    /// `public.schema_migrations` has columns that neither this runner nor one it knows made.
    UnknownHistory {
        /// The columns and their types.
        columns: String,
    },
    /// The server is a standby, and there is something to apply.
    Standby,
    /// The session is read-only, and there is something to apply.
    ReadOnly,
    /// `standard_conforming_strings` is off: the server would read string constants otherwise
    /// than this program, which must know where statements end.
    NonstandardStrings,
    /// There is no schema `public` for the history.
    NoPublicSchema,
    /// The connection leads through a pooler, and migrations without a transaction are pending.
    Pooled {
        /// These.
        migrations: Vec<MigrationName>,
    },
    /// The server is a worker of Citus.
    CitusWorker,
    /// Citus has taken over the history table.
    HistoryOnCitus {
        /// As what: `distributed`, `reference`, `managed local`.
        kind: String,
    },
    /// PostgreSQL is older than 13.
    ServerTooOld {
        /// Its version.
        version: String,
    },
    /// The role may not read the history.
    MayNotRead {
        /// The role.
        role: String,
    },
    /// The role may not write the history, or not create it.
    MayNotWrite {
        /// The role.
        role: String,
        /// Whether the history is there: else it is the schema that it may not create it in.
        history: bool,
    },
}

impl Refusal {
    /// Why that is refused.
    #[must_use]
    pub fn why(&self) -> String {
        match self {
            Self::OtherDatabase { found, .. } => format!(
                "each database is isolated; these files would change the schema of {found}"
            ),
            Self::OtherEnvironment { found, .. } => format!(
                "every applied migration says where it ran, and all of them say {found}, whatever the connection is called"
            ),
            Self::NotAdopted { found: HistoryKind::Node, .. } => {
                "`public.schema_migrations` was made by the earlier Node runner, and its rows have to be taken over first".to_owned()
            }
            Self::NotAdopted { found: HistoryKind::Refinery, .. } => {
                "refinery's own `refinery_schema_history` says what was applied, and its rows have to be taken over first".to_owned()
            }
            Self::NotAdopted { tables, .. } => format!(
                "schema public already holds tables ({tables}), and no history says where they come from"
            ),
            Self::UnknownHistory { columns } => format!("its columns are {columns}"),
            Self::Standby => "a standby takes no writes; it receives them from its primary".to_owned(),
            Self::ReadOnly => "transaction_read_only is on for this role, database or server".to_owned(),
            Self::NonstandardStrings => {
                "with it a backslash hides the quote behind it, so the server would see statements where this program sees text".to_owned()
            }
            Self::NoPublicSchema => "the history is kept in public.schema_migrations".to_owned(),
            Self::Pooled { .. } => {
                "its settings would stay on a connection that the pooler gives to others, and nobody could see whether its run is still there".to_owned()
            }
            Self::CitusWorker => "schemas are changed on the coordinator, which passes the change on".to_owned(),
            Self::HistoryOnCitus { .. } => {
                "a migration and its row must be committed by the coordinator alone".to_owned()
            }
            Self::ServerTooOld { version } => format!("it is PostgreSQL {version}; the oldest supported is 13"),
            Self::MayNotRead { role } => format!("role {role} lacks SELECT on public.schema_migrations, or USAGE on schema public"),
            Self::MayNotWrite { role, .. } => format!("role {role} lacks the privilege, and there are migrations to apply"),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherDatabase { found, .. } => write!(f, "the history there says {found}"),
            Self::OtherEnvironment { expected, found } => {
                write!(
                    f,
                    "the history there says {found}, and this is a {expected} run"
                )
            }
            Self::NotAdopted { .. } => f.write_str("this database has not been adopted"),
            Self::UnknownHistory { .. } => {
                f.write_str("public.schema_migrations there has an unknown shape")
            }
            Self::Standby => f.write_str("the server is a standby"),
            Self::ReadOnly => f.write_str("the session is read-only"),
            Self::NonstandardStrings => f.write_str("standard_conforming_strings is off"),
            Self::NoPublicSchema => f.write_str("there is no schema public"),
            Self::Pooled { migrations } => {
                let names: Vec<String> = migrations.iter().map(ToString::to_string).collect();
                write!(
                    f,
                    "{} {} without a transaction, and the connection leads through a pooler",
                    names.join(", "),
                    if names.len() == 1 { "runs" } else { "run" }
                )
            }
            Self::CitusWorker => f.write_str("the server is a worker of Citus"),
            Self::HistoryOnCitus { kind } => {
                write!(f, "public.schema_migrations is a {kind} table of Citus")
            }
            Self::ServerTooOld { .. } => f.write_str("the server is too old"),
            Self::MayNotRead { .. } => f.write_str("the history cannot be read"),
            Self::MayNotWrite { .. } => f.write_str("the history cannot be written"),
        }
    }
}

/// What stands against even reading the target as this database's.
pub(crate) fn identity(
    target: &Target,
    rows: &[HistoryRow],
    database: &str,
    environment: Environment,
) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    if target.version_number < OLDEST_SERVER {
        refusals.push(Refusal::ServerTooOld {
            version: target.version.clone(),
        });
    }
    match target.history() {
        HistoryKind::None => {}
        HistoryKind::Ours if !target.may_read_history => {
            refusals.push(Refusal::MayNotRead {
                role: target.role.clone(),
            });
        }
        HistoryKind::Ours => {
            if let Some(row) = rows.iter().find(|row| row.database != database) {
                refusals.push(Refusal::OtherDatabase {
                    expected: database.to_owned(),
                    found: row.database.clone(),
                });
            } else if let Some(row) = rows
                .iter()
                .find(|row| row.environment != environment.name())
            {
                refusals.push(Refusal::OtherEnvironment {
                    expected: environment,
                    found: row.environment.clone(),
                });
            }
        }
        HistoryKind::Unknown => refusals.push(Refusal::UnknownHistory {
            columns: target.history_columns.clone().unwrap_or_default(),
        }),
        found => refusals.push(Refusal::NotAdopted {
            database: database.to_owned(),
            found,
            tables: target.tables_in_public.clone().unwrap_or_default(),
        }),
    }
    refusals
}

/// What stands against writing to a target that has Citus.
pub(crate) fn citus(node: CitusNode) -> Vec<Refusal> {
    if node.is_worker {
        return vec![Refusal::CitusWorker];
    }
    let kind = node.history;
    kind.map(|kind| Refusal::HistoryOnCitus { kind })
        .into_iter()
        .collect()
}

/// What stands against writing to the target.
pub(crate) fn writing(target: &Target) -> Vec<Refusal> {
    if target.in_recovery {
        return vec![Refusal::Standby];
    }
    if target.read_only {
        return vec![Refusal::ReadOnly];
    }
    if !target.standard_strings {
        return vec![Refusal::NonstandardStrings];
    }
    if !target.has_public_schema {
        return vec![Refusal::NoPublicSchema];
    }
    let role = target.role.clone();
    let has_history = target.history_columns.is_some();
    if has_history && !target.may_write_history {
        return vec![Refusal::MayNotWrite {
            role,
            history: true,
        }];
    }
    if !has_history && !target.may_create {
        return vec![Refusal::MayNotWrite {
            role,
            history: false,
        }];
    }
    Vec::new()
}
