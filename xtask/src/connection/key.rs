//! The names of a connection's settings: in variables, in URLs and in messages.

use clap::ValueEnum;
use jubilee_lint::nearest;

use crate::databases::{Database, name_of};

/// What a variable may say of a connection. All but the last three are also parameters of a URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(super) enum Key {
    Host,
    Port,
    Dbname,
    User,
    Password,
    Passfile,
    Sslmode,
    Sslrootcert,
    Sslcert,
    Sslkey,
    Options,
    /// The one that libpq does not have.
    Role,
    ApplicationName,
    ConnectTimeout,
    TargetSessionAttrs,
    ChannelBinding,
    Keepalives,
    KeepalivesIdle,
    KeepalivesInterval,
    KeepalivesCount,
    /// The file that holds the password.
    PasswordFile,
    /// Several settings, as a URL.
    Url,
    /// A second address of the same database, as a URL.
    DirectUrl,
}

impl Key {
    pub(super) fn all() -> impl Iterator<Item = Self> {
        Self::value_variants().iter().copied()
    }

    /// Those that a URL may set, by libpq's names.
    pub(super) fn parameters() -> impl Iterator<Item = Self> {
        Self::all().take_while(|key| *key != Self::PasswordFile)
    }

    pub(super) fn is_url(self) -> bool {
        matches!(self, Self::Url | Self::DirectUrl)
    }

    /// Its name as a parameter of a URL.
    pub(super) fn parameter(self) -> String {
        name_of(self)
    }

    /// The end of the variable's name: `HOST`.
    pub(super) fn suffix(self) -> String {
        match self {
            Self::Dbname => "NAME".to_owned(),
            key => key.parameter().to_ascii_uppercase(),
        }
    }

    /// The part of a URL that says the same, as a phrase.
    pub(super) fn part_of_url(self) -> String {
        match self {
            Self::Host | Self::Port | Self::User | Self::Password => {
                format!("the {}", self.parameter())
            }
            Self::Dbname => "the database name".to_owned(),
            key => format!("the parameter {}", key.parameter()),
        }
    }
}

/// Reads a variable's name: whose it is, and what it says or, if it only looks like that
/// database's, the name that is probably meant. None is someone else's.
///
/// Only the part that differs is compared (`PASWORD` with `PASSWORD`, `CODX` with `CODEX`): over
/// the whole name, short words such as `CORE` and `CODEX` would look alike.
pub(super) fn read(
    name: &str,
    databases: &[Database],
) -> Option<(&'static str, Result<Key, Option<String>>)> {
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
    let Some((prefix, rest, database)) = owner else {
        let rest = upper.strip_prefix("DB_")?;
        return Key::all().find_map(|key| {
            let word = rest.strip_suffix(&key.suffix())?.strip_suffix('_')?;
            let names = databases.iter().map(|database| database.name);
            let meant = nearest(&word.replace('_', "-"), names)?;
            let database = databases.iter().find(|database| database.name == meant)?;
            let meant = format!("{}_{}", database.variable_prefix(), key.suffix());
            Some((database.name, Err(Some(meant))))
        });
    };
    let key = match Key::all().find(|key| key.suffix() == rest) {
        Some(key) if upper == name => Ok(key),
        _ => {
            let suffixes: Vec<String> = Key::all().map(Key::suffix).collect();
            let meant = nearest(rest, suffixes.iter().map(String::as_str));
            Err(meant.map(|meant| format!("{prefix}_{meant}")))
        }
    };
    Some((database.name, key))
}
