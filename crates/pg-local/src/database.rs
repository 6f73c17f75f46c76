//! Databases of a server: made, copied.

use std::error::Error;
use std::thread;

use postgres::error::SqlState;
use postgres::{Config, NoTls};

use crate::Endpoint;

/// Why the server did not do what this crate asked of it.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action}: {reason}")]
pub struct DatabaseError {
    action: String,
    reason: String,
    hint: &'static str,
    state: Option<SqlState>,
}

impl DatabaseError {
    fn new(action: &str, error: &postgres::Error) -> Self {
        let state = error.code().cloned();
        let reason = match (error.as_db_error(), error.source()) {
            (Some(server), _) => match server.detail() {
                Some(detail) => format!("{} ({detail})", server.message()),
                None => server.message().to_owned(),
            },
            (None, Some(cause)) => format!("{error}: {cause}"),
            (None, None) => error.to_string(),
        };
        let hint = match &state {
            Some(code) if *code == SqlState::DUPLICATE_DATABASE => {
                "choose another name, or drop that database first"
            }
            Some(code) if *code == SqlState::OBJECT_IN_USE => {
                "close the connections to the database that is copied"
            }
            Some(code) if *code == SqlState::UNDEFINED_DATABASE => {
                "create the database that is copied first"
            }
            Some(_) => "the server's log says more",
            None => "check that the server runs",
        };
        Self {
            action: action.to_owned(),
            reason,
            hint,
            state,
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        self.hint
    }

    /// Whether a database of that name was there already.
    pub fn is_duplicate(&self) -> bool {
        // Two sessions that create it at the same moment meet at the catalog's unique index.
        [SqlState::DUPLICATE_DATABASE, SqlState::UNIQUE_VIOLATION]
            .iter()
            .any(|state| self.state.as_ref() == Some(state))
    }
}

impl Endpoint {
    /// Makes an empty database.
    pub fn create_database(&self, name: &str) -> Result<(), DatabaseError> {
        let action = format!("create the database {name}");
        self.execute(&action, &format!("CREATE DATABASE {}", identifier(name)))
    }

    /// Makes an empty database unless there is one of that name; says whether it made it.
    pub fn ensure_database(&self, name: &str) -> Result<bool, DatabaseError> {
        match self.create_database(name) {
            Ok(()) => Ok(true),
            Err(error) if error.is_duplicate() => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Makes a database as a copy of `template`, to which no one may be connected.
    pub fn clone_database(&self, name: &str, template: &str) -> Result<(), DatabaseError> {
        let action = format!("copy the database {template} to {name}");
        let statement = format!(
            "CREATE DATABASE {} TEMPLATE {}",
            identifier(name),
            identifier(template)
        );
        self.execute(&action, &statement)
    }

    /// Gives the superuser a password, which TCP connections need.
    pub(crate) fn set_password(&self, password: &str) -> Result<(), DatabaseError> {
        let statement = format!(
            "ALTER ROLE {} PASSWORD {}",
            identifier(&self.user),
            literal(password)
        );
        self.execute("set the password of the superuser", &statement)
    }

    /// Runs one statement in the database `postgres`.
    fn execute(&self, action: &str, statement: &str) -> Result<(), DatabaseError> {
        let mut config = Config::new();
        config
            .host_path(&self.socket_dir)
            .port(self.port)
            .user(&self.user)
            .dbname("postgres")
            .application_name("jubilee-pg-local");
        // A thread of its own: the blocking client panics inside an asynchronous runtime, where
        // tests like to call this.
        let result = thread::scope(|scope| {
            scope
                .spawn(|| config.connect(NoTls)?.batch_execute(statement))
                .join()
        });
        match result {
            Ok(result) => result.map_err(|error| DatabaseError::new(action, &error)),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }
}

/// A name as SQL writes it (PostgreSQL manual, "Identifiers and Key Words").
fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A string as SQL writes it, whatever `standard_conforming_strings` says.
fn literal(text: &str) -> String {
    format!("E'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}
