//! The names of a connection's settings: in variables, in URLs and in messages.

use crate::databases::Database;
use jubilee_lint::nearest;

/// A setting of a connection, by libpq's name for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key(&'static str);

impl Key {
    pub(super) const HOST: Self = Self("host");
    pub(super) const PORT: Self = Self("port");
    pub(super) const NAME: Self = Self("dbname");
    pub(super) const USER: Self = Self("user");
    pub(super) const PASSWORD: Self = Self("password");
    pub(super) const PASSFILE: Self = Self("passfile");
    pub(super) const SSL_MODE: Self = Self("sslmode");
    pub(super) const SSL_ROOT_CERT: Self = Self("sslrootcert");
    pub(super) const SSL_CERT: Self = Self("sslcert");
    pub(super) const SSL_KEY: Self = Self("sslkey");
    pub(super) const OPTIONS: Self = Self("options");
    /// The one that libpq does not have.
    pub(super) const ROLE: Self = Self("role");
    pub(super) const APPLICATION_NAME: Self = Self("application_name");
    pub(super) const CONNECT_TIMEOUT: Self = Self("connect_timeout");
    pub(super) const TARGET_SESSION_ATTRS: Self = Self("target_session_attrs");
    pub(super) const KEEPALIVES_IDLE: Self = Self("keepalives_idle");
    pub(super) const KEEPALIVES_INTERVAL: Self = Self("keepalives_interval");

    pub(super) const ALL: [Self; 20] = [
        Self::HOST,
        Self::PORT,
        Self::NAME,
        Self::USER,
        Self::PASSWORD,
        Self::PASSFILE,
        Self::SSL_MODE,
        Self::SSL_ROOT_CERT,
        Self::SSL_CERT,
        Self::SSL_KEY,
        Self::OPTIONS,
        Self::ROLE,
        Self::APPLICATION_NAME,
        Self::CONNECT_TIMEOUT,
        Self::TARGET_SESSION_ATTRS,
        Self("channel_binding"),
        Self("keepalives"),
        Self::KEEPALIVES_IDLE,
        Self::KEEPALIVES_INTERVAL,
        Self("keepalives_count"),
    ];

    /// Its name as a parameter of a URL.
    pub(super) fn parameter(self) -> &'static str {
        self.0
    }

    /// The end of the variable's name: `HOST`.
    pub(super) fn suffix(self) -> String {
        match self {
            Self::NAME => "NAME".to_owned(),
            key => key.0.to_ascii_uppercase(),
        }
    }

    /// The part of a URL that says the same, as a phrase.
    pub(super) fn part_of_url(self) -> String {
        match self {
            Self::HOST | Self::PORT | Self::USER | Self::PASSWORD => format!("the {}", self.0),
            Self::NAME => "the database name".to_owned(),
            key => format!("the parameter {}", key.0),
        }
    }
}

/// What one variable says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Says {
    /// One setting.
    Setting(Key),
    /// The file that holds the password.
    PasswordFile,
    /// Several settings, as a URL.
    Url,
    /// A second address of the same database, as a URL.
    DirectUrl,
}

impl Says {
    pub(super) fn is_url(self) -> bool {
        matches!(self, Self::Url | Self::DirectUrl)
    }

    /// All that variables may say, by the ends of their names, the usual ones first.
    pub(super) fn all() -> impl Iterator<Item = (String, Self)> {
        let more = [
            ("PASSWORD_FILE", Self::PasswordFile),
            ("URL", Self::Url),
            ("DIRECT_URL", Self::DirectUrl),
        ];
        let more = more.map(|(suffix, says)| (suffix.to_owned(), says));
        let settings = Key::ALL.map(|key| (key.suffix(), Self::Setting(key)));
        settings.into_iter().chain(more)
    }
}

/// Whose a variable is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reading {
    /// That database's, and what it says.
    Known(&'static str, Says),
    /// It looks like that database's, and is not: with the name that is probably meant.
    Unknown(&'static str, Option<String>),
    /// Someone else's.
    Foreign,
}

/// Reads a variable's name.
///
/// Only the part that differs is compared (`PASWORD` with `PASSWORD`, `CODX` with `CODEX`): over
/// the whole name, short words such as `CORE` and `CODEX` would look alike.
pub(super) fn read(name: &str, databases: &[Database]) -> Reading {
    let upper = name.to_ascii_uppercase();
    // The longest prefix, since `DB_A` also begins the variables of a database `a-b`.
    let owner = databases
        .iter()
        .filter_map(|database| {
            let prefix = database.variable_prefix();
            let rest = upper.strip_prefix(&prefix)?.strip_prefix('_')?;
            Some((prefix, rest, database))
        })
        .max_by_key(|(prefix, ..)| prefix.len());
    if let Some((prefix, rest, database)) = owner {
        return match Says::all().find(|(suffix, _)| suffix == rest) {
            Some((_, says)) if upper == name => Reading::Known(database.name, says),
            _ => {
                let suffixes: Vec<String> = Says::all().map(|(suffix, _)| suffix).collect();
                let meant = nearest(rest, suffixes.iter().map(String::as_str));
                Reading::Unknown(
                    database.name,
                    meant.map(|meant| format!("{prefix}_{meant}")),
                )
            }
        };
    }
    misspelt_database(&upper, databases).unwrap_or(Reading::Foreign)
}

fn misspelt_database(upper: &str, databases: &[Database]) -> Option<Reading> {
    let rest = upper.strip_prefix("DB_")?;
    Says::all().find_map(|(suffix, _)| {
        let word = rest.strip_suffix(&suffix)?.strip_suffix('_')?;
        let names = databases.iter().map(|database| database.name);
        let meant = nearest(&word.replace('_', "-"), names)?;
        let database = databases.iter().find(|database| database.name == meant)?;
        let meant = format!("{}_{suffix}", database.variable_prefix());
        Some(Reading::Unknown(database.name, Some(meant)))
    })
}
