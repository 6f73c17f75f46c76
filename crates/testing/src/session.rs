//! A session that makes, owns and drops databases.

use std::sync::Arc;

use postgres::error::SqlState;
use postgres::{Client, Config, NoTls, SimpleQueryMessage};

use crate::error::{TestError, reason};
use crate::server::Server;

/// A session in the server's own database. What it locks is locked until it ends, at the latest
/// with its process.
pub(crate) struct Session {
    pub(crate) server: Arc<Server>,
    client: Client,
    /// `STRATEGY FILE_COPY`, where the server can be asked for it: faster than through its log.
    strategy: &'static str,
}

impl Session {
    pub(crate) fn begin() -> Result<Self, TestError> {
        let server = Server::get()?;
        let mut client = connect(&server.url(None))?;
        let version = client
            .query_one("SELECT current_setting('server_version_num')::int", &[])
            .map(|row| row.get::<_, i32>(0))
            .map_err(|error| failed("read the server's version".to_owned(), &error))?;
        Ok(Self {
            server,
            client,
            strategy: if version < 150_000 {
                ""
            } else {
                " STRATEGY FILE_COPY"
            },
        })
    }

    pub(crate) fn is_alive(&self) -> bool {
        !self.client.is_closed()
    }

    pub(crate) fn exists(&mut self, name: &str) -> Result<bool, TestError> {
        let found = self
            .client
            .query_opt("SELECT FROM pg_database WHERE datname = $1", &[&name]);
        Ok(found
            .map_err(|error| failed(format!("look for the database {name}"), &error))?
            .is_some())
    }

    /// The names of all databases that begin like this.
    pub(crate) fn names(&mut self, prefix: &str) -> Result<Vec<String>, TestError> {
        let rows = self.client.query(
            "SELECT datname::text FROM pg_database WHERE starts_with(datname::text, $1)",
            &[&prefix],
        );
        let rows = rows.map_err(|error| failed("list the test databases".to_owned(), &error))?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }

    /// Waits until nobody else uses the name, and lets nobody else.
    pub(crate) fn lock(&mut self, name: &str) -> Result<(), TestError> {
        self.advise("pg_advisory_lock", name).map(drop)
    }

    /// Whether nobody else uses the name; then nobody else may.
    pub(crate) fn try_lock(&mut self, name: &str) -> Result<bool, TestError> {
        self.advise("pg_try_advisory_lock", name)
            .map(|got| got == Some(true))
    }

    pub(crate) fn unlock(&mut self, name: &str) -> Result<(), TestError> {
        self.advise("pg_advisory_unlock", name).map(drop)
    }

    /// Uses a name with others.
    pub(crate) fn lock_shared(&mut self, name: &str) -> Result<(), TestError> {
        self.advise("pg_advisory_lock_shared", name).map(drop)
    }

    pub(crate) fn unlock_shared(&mut self, name: &str) -> Result<(), TestError> {
        self.advise("pg_advisory_unlock_shared", name).map(drop)
    }

    fn advise(&mut self, function: &str, name: &str) -> Result<Option<bool>, TestError> {
        // A simple query is half the messages.
        let name = name.replace('\'', "''");
        let sql = format!("SELECT {function}(hashtextextended('{name}', 0))");
        let answer = self.client.simple_query(&sql);
        let answer = answer.map_err(|error| failed(format!("lock the name {name}"), &error))?;
        Ok(answer.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0).map(|got| got == "t"),
            _ => None,
        }))
    }

    /// Makes a database, empty or as a copy.
    pub(crate) fn create(&mut self, name: &str, template: Option<&str>) -> Result<(), TestError> {
        let strategy = self.strategy;
        let copy = template.map(|template| format!(" TEMPLATE \"{template}\"{strategy}"));
        self.execute(
            format!("create the database {name}"),
            &format!("CREATE DATABASE \"{name}\"{}", copy.unwrap_or_default()),
        )
    }

    /// Takes a database that is filled for a template: nobody can enter it any more.
    pub(crate) fn finish(&mut self, unfinished: &str, template: &str) -> Result<(), TestError> {
        let action = format!("make the template {template}");
        // The name comes last: a template that has it is complete.
        for sql in [
            format!("ALTER DATABASE \"{unfinished}\" ALLOW_CONNECTIONS false"),
            format!("ALTER DATABASE \"{unfinished}\" RENAME TO \"{template}\""),
        ] {
            self.execute(action.clone(), &sql)?;
        }
        Ok(())
    }

    pub(crate) fn drop(&mut self, name: &str) -> Result<(), TestError> {
        self.execute(
            format!("drop the database {name}"),
            &format!("DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)"),
        )
    }

    fn execute(&mut self, action: String, sql: &str) -> Result<(), TestError> {
        self.client
            .batch_execute(sql)
            .map_err(|error| failed(action, &error))
    }
}

/// Connects to a database of the test server.
pub(crate) fn connect(url: &str) -> Result<Client, TestError> {
    url.parse::<Config>()
        .and_then(|mut config| config.application_name("jubilee-testing").connect(NoTls))
        .map_err(|error| TestError::Connect {
            reason: reason(&error),
            hint: match error.code() {
                Some(code) if *code == SqlState::TOO_MANY_CONNECTIONS => {
                    "run fewer tests at once, or raise max_connections"
                }
                _ => "check JUBILEE_TEST_SERVER_URL, or unset it to have a server started",
            },
        })
}

fn failed(action: String, error: &postgres::Error) -> TestError {
    TestError::Database {
        action,
        reason: reason(error),
        hint: match error.code() {
            Some(code) if *code == SqlState::INSUFFICIENT_PRIVILEGE => {
                "ALTER ROLE … CREATEDB, for the role in JUBILEE_TEST_SERVER_URL"
            }
            Some(code) if *code == SqlState::DISK_FULL => "make room where the server's data is",
            Some(_) => "the server's log says more",
            None => "check that the server still runs",
        },
    }
}
