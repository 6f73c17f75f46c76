//! The names of the variables that configure a connection.

use crate::databases::Database;
use jubilee_lint::nearest;

/// What one variable configures: the end of its name, as in `DB_CODEX_HOST`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// The host name, the address, or the folder of a unix socket.
    Host,
    /// The port, which also numbers a unix socket.
    Port,
    /// The database's name on the server.
    Name,
    /// The role.
    User,
    /// The role's password.
    Password,
    /// How far TLS is demanded.
    SslMode,
    /// The file of the certificates that may vouch for the server.
    SslRootCert,
    /// All of the above as one URL.
    Url,
}

impl Key {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Host,
        Self::Port,
        Self::Name,
        Self::User,
        Self::Password,
        Self::SslMode,
        Self::SslRootCert,
        Self::Url,
    ];

    /// The end of the variable's name: `HOST`.
    #[must_use]
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Host => "HOST",
            Self::Port => "PORT",
            Self::Name => "NAME",
            Self::User => "USER",
            Self::Password => "PASSWORD",
            Self::SslMode => "SSLMODE",
            Self::SslRootCert => "SSLROOTCERT",
            Self::Url => "URL",
        }
    }

    /// The variable's name for `database`: `DB_CODEX_HOST`.
    #[must_use]
    pub fn of(self, database: &Database) -> String {
        format!("{}_{}", database.variable_prefix(), self.suffix())
    }

    /// The part of a URL that says the same, as a phrase.
    pub(super) fn part_of_url(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Port => "port",
            Self::Name => "database name",
            Self::User => "user",
            Self::Password => "password",
            Self::SslMode => "parameter sslmode",
            Self::SslRootCert => "parameter sslrootcert",
            Self::Url => "whole",
        }
    }
}

/// What a variable's name says to this program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reading {
    /// One of ours.
    Known,
    /// Almost one of ours.
    Misspelt {
        /// The database that is probably meant.
        database: &'static str,
        /// The variable that is probably meant.
        meant: String,
    },
    /// It begins like one of ours, and is not close to any: perhaps another program's.
    Unknown {
        /// The beginning that is ours: `DB_CODEX`.
        prefix: String,
    },
    /// Someone else's.
    Foreign,
}

/// Reads a variable's name.
///
/// Only the part that differs is compared (`PASWORD` with `PASSWORD`, `CODX` with `CODEX`): over
/// the whole name, short words such as `CORE` and `CODEX` would look alike.
pub(super) fn read(name: &str, databases: &[Database]) -> Reading {
    let upper = name.to_ascii_uppercase();
    let exact = |database: &Database| Key::ALL.iter().any(|key| key.of(database) == upper);
    if let Some(database) = databases.iter().find(|database| exact(database)) {
        return if upper == name {
            Reading::Known
        } else {
            misspelt(database, upper)
        };
    }
    // The longest prefix, since `DB_A` also begins the variables of a database `a-b`.
    let owner = databases
        .iter()
        .filter_map(|database| {
            let prefix = database.variable_prefix();
            let rest = upper.strip_prefix(&prefix)?.strip_prefix('_')?.to_owned();
            Some((prefix, rest, database))
        })
        .max_by_key(|(prefix, ..)| prefix.len());
    if let Some((prefix, rest, database)) = owner {
        return match nearest(&rest, Key::ALL.map(Key::suffix)) {
            Some(meant) => misspelt(database, format!("{prefix}_{meant}")),
            None => Reading::Unknown { prefix },
        };
    }
    misspelt_database(&upper, databases).unwrap_or(Reading::Foreign)
}

fn misspelt_database(upper: &str, databases: &[Database]) -> Option<Reading> {
    let rest = upper.strip_prefix("DB_")?;
    let (word, key) = Key::ALL.iter().find_map(|key| {
        let word = rest.strip_suffix(key.suffix())?.strip_suffix('_')?;
        Some((word, key))
    })?;
    let names = databases.iter().map(|database| database.name);
    let meant = nearest(&word.replace('_', "-"), names)?;
    let database = databases.iter().find(|database| database.name == meant)?;
    Some(misspelt(database, key.of(database)))
}

fn misspelt(database: &Database, meant: String) -> Reading {
    Reading::Misspelt {
        database: database.name,
        meant,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::variables::tests::DATABASES;

    #[test]
    fn a_variable_is_known_misspelt_unknown_or_not_ours() {
        let cases = [
            ("DB_CODEX_HOST", "known"),
            ("DB_CONTINUUM_SSLROOTCERT", "known"),
            ("DB_CODEX_PASWORD", "DB_CODEX_PASSWORD"),
            ("DB_CODEX_SSL_MODE", "DB_CODEX_SSLMODE"),
            ("DB_CODEX_DBNAME", "DB_CODEX_NAME"),
            ("db_codex_host", "DB_CODEX_HOST"),
            ("DB_CODX_HOST", "DB_CODEX_HOST"),
            ("DB_INSPRIE_URL", "DB_INSPIRE_URL"),
            ("DB_CODEX_POOL_SIZE", "unknown"),
            ("DB_CODEX_USERNAME", "unknown"),
            ("DB_CORE_HOST", "foreign"),
            ("DB_HOST", "foreign"),
            ("HOME", "foreign"),
        ];
        for (name, expected) in cases {
            let said = match read(name, &DATABASES) {
                Reading::Known => "known".to_owned(),
                Reading::Misspelt { meant, .. } => meant,
                Reading::Unknown { .. } => "unknown".to_owned(),
                Reading::Foreign => "foreign".to_owned(),
            };
            assert_eq!(said, expected, "{name}");
        }
    }
}
