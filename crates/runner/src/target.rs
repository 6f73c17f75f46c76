//! What is known of the database that a run is pointed at.

use std::fmt;

use crate::message::Row;

/// What is known about the database that a run is pointed at, from one row of `probe.sql`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Target {
    /// As in `server_version_num`: 150018 is 15.18.
    pub(crate) version_number: u32,
    pub(crate) version: String,
    pub(crate) database: String,
    pub(crate) role: String,
    pub(crate) in_recovery: bool,
    pub(crate) read_only: bool,
    pub(crate) may_create: bool,
    /// The columns of `public.schema_migrations` with their types; `None` without such a table.
    pub(crate) history_columns: Option<String>,
    pub(crate) may_read_history: bool,
    pub(crate) may_write_history: bool,
    pub(crate) has_refinery_history: bool,
    /// A few tables of schema `public` that belong to no extension.
    pub(crate) tables_in_public: Option<String>,
    pub(crate) has_citus: bool,
    /// What the caller left in the session, once that was asked for.
    pub(crate) caller_session: Option<CallerSession>,
    pub(crate) set_role: String,
    /// Whether a backslash in a plain string constant is just a backslash.
    pub(crate) standard_strings: bool,
    pub(crate) has_public_schema: bool,
    /// The process that answers.
    pub(crate) backend_pid: Option<i32>,
    /// Whether a commit may include commits on other servers.
    pub(crate) commits_elsewhere: bool,
    pub(crate) synchronous_commit: String,
    /// The server's end of the connection; `None` over a unix socket.
    pub(crate) host: Option<String>,
    pub(crate) port: Option<u16>,
}

/// What the caller of a run has set and prepared in the session.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct CallerSession {
    /// Calls of `set_config` that restore the settings; empty if there are none.
    pub(crate) settings: String,
    /// Whether there are prepared statements.
    pub(crate) has_prepared: bool,
}

/// The database that a run worked on, as its server tells.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Server {
    /// The address of the server's end of the connection; `None` for a unix socket.
    pub host: Option<String>,
    /// The port of the server's end of the connection; `None` for a unix socket.
    pub port: Option<u16>,
    /// The database's name.
    pub database: String,
    /// The role that the run had.
    pub role: String,
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "database {} as {}", self.database, self.role)?;
        match (&self.host, self.port) {
            (Some(host), Some(port)) if host.contains(':') => write!(f, " at [{host}]:{port}"),
            (Some(host), Some(port)) => write!(f, " at {host}:{port}"),
            _ => f.write_str(" over a unix socket"),
        }
    }
}

/// What Citus says of a target.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct CitusNode {
    pub(crate) is_worker: bool,
    /// As what Citus keeps the history table, where it does.
    pub(crate) history: Option<String>,
}

/// Whose history a target has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum HistoryKind {
    /// No history, and no tables that somebody else made.
    None,
    /// This runner's.
    Ours,
    /// `schema_migrations` as the earlier Node runner made it.
    Node,
    /// `refinery_schema_history`, by refinery itself.
    Refinery,
    /// Tables, and nothing that says where they come from.
    Untracked,
    /// A table `schema_migrations` of a shape that is not known.
    Unknown,
}

/// The columns that `create_history.sql` makes; later ones may be added behind them.
const OUR_COLUMNS: &str = "version integer, name text, checksum text, status text, database text, \
     environment text, started_at timestamp with time zone, finished_at timestamp with time zone, \
     execution_ms bigint, applied_by text, runner text, run_id text, error text";

const NODE_COLUMNS: [&str; 4] = ["version", "name", "applied_at", "status"];

impl Target {
    pub(crate) fn from_row(row: &Row) -> Self {
        let text = |i: usize| row.get(i).cloned().flatten();
        let flag = |i: usize| matches!(text(i).as_deref(), Some("t" | "on"));
        Self {
            version_number: text(0).and_then(|v| v.parse().ok()).unwrap_or_default(),
            version: text(1).unwrap_or_default(),
            database: text(2).unwrap_or_default(),
            role: text(3).unwrap_or_default(),
            in_recovery: flag(4),
            read_only: flag(5),
            may_create: flag(6),
            history_columns: text(7),
            may_read_history: flag(8),
            may_write_history: flag(9),
            has_citus: flag(10),
            set_role: text(11).unwrap_or_default(),
            standard_strings: flag(12),
            has_public_schema: flag(13),
            backend_pid: text(14).and_then(|pid| pid.parse().ok()),
            commits_elsewhere: flag(15),
            synchronous_commit: text(16).unwrap_or_default(),
            host: text(17),
            port: text(18).and_then(|port| port.parse().ok()),
            ..Self::default()
        }
    }

    pub(crate) fn server(&self) -> Server {
        Server {
            host: self.host.clone(),
            port: self.port,
            database: self.database.clone(),
            role: self.role.clone(),
        }
    }

    pub(crate) fn has_no_history_table(&self) -> bool {
        self.history_columns.is_none()
    }

    pub(crate) fn history(&self) -> HistoryKind {
        match &self.history_columns {
            Some(columns) if columns.starts_with(OUR_COLUMNS) => HistoryKind::Ours,
            Some(columns) => {
                let names: Vec<&str> = columns
                    .split(", ")
                    .filter_map(|c| c.split(' ').next())
                    .collect();
                if NODE_COLUMNS.iter().all(|column| names.contains(column)) {
                    HistoryKind::Node
                } else {
                    HistoryKind::Unknown
                }
            }
            None if self.has_refinery_history => HistoryKind::Refinery,
            None if self.tables_in_public.is_some() => HistoryKind::Untracked,
            None => HistoryKind::None,
        }
    }
}
