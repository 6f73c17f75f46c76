//! One layer of a database's configuration: the defaults, the dotenv file, or the environment.

use std::collections::BTreeMap;
use std::fmt;

use config::{ConfigError, Map, Source, Value};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::fault::Fault;
use super::key::{Key, Says};
use super::url;

/// The layers, from the weakest to the strongest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub(super) enum Rank {
    Default,
    File,
    Environment,
}

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(super) enum Form {
    Variable,
    PartOfUrl,
    /// The variable names a file, and the file holds the value.
    SecretFile,
}

/// Where a value stands. It shows itself as "DB_CODEX_HOST in .env:3", "the port of the
/// environment variable DB_CODEX_URL".
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Place {
    text: String,
    pub(super) rank: Rank,
    pub(super) form: Form,
}

impl Place {
    /// Of a variable as a whole.
    pub(super) fn new(text: String, rank: Rank) -> Self {
        let form = Form::Variable;
        Self { text, rank, form }
    }

    fn part(&self, key: Key) -> Self {
        Self {
            text: format!("{} of {}", key.part_of_url(), self.text),
            rank: self.rank,
            form: Form::PartOfUrl,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A value as it is written, which may be a password.
#[derive(Debug, Clone)]
struct Written {
    value: SecretString,
    at: Place,
}

/// What one layer says of one database.
#[derive(Debug, Clone, Default)]
pub(super) struct Layer {
    values: BTreeMap<&'static str, Written>,
    /// Where the URL stands, if there is one.
    pub(super) url: Option<Place>,
}

impl Layer {
    pub(super) fn set(&mut self, key: Key, value: String, at: Place) {
        let value = value.into();
        self.values.insert(key.parameter(), Written { value, at });
    }

    /// A value that is no password, and where it stands.
    pub(super) fn get(&self, key: Key) -> Option<(&str, &Place)> {
        let Written { value, at } = self.values.get(key.parameter())?;
        Some((value.expose_secret(), at))
    }

    /// Adds what a variable says.
    pub(super) fn add(&mut self, says: Says, value: &str, at: Place, faults: &mut Vec<Fault>) {
        match says {
            Says::Setting(key) => self.set_once(key, value, at, faults),
            Says::PasswordFile => {
                let form = Form::SecretFile;
                self.set_once(Key::PASSWORD, value, Place { form, ..at }, faults);
            }
            Says::Url | Says::DirectUrl => {
                match url::parse(value) {
                    Ok(parts) => parts.into_iter().for_each(|(key, value)| {
                        self.set(key, value, at.part(key));
                    }),
                    Err(wrong) => faults.extend(wrong.into_iter().map(|fault| Fault {
                        what: format!("{at} {}", fault.what),
                        ..fault
                    })),
                }
                self.url = Some(at);
            }
        }
    }

    /// Two that say the same thing differently cannot both be meant.
    fn set_once(&mut self, key: Key, value: &str, at: Place, faults: &mut Vec<Fault>) {
        match self.values.get(key.parameter()) {
            Some(other)
                if other.value.expose_secret() != value || other.at.form == Form::SecretFile =>
            {
                faults.push(Fault::new(
                    format!("{at} contradicts {}", other.at),
                    "keep one of the two",
                ));
            }
            _ => self.set(key, value.to_owned(), at),
        }
    }

    /// Whether it says which server is meant.
    pub(super) fn names_a_server(&self) -> bool {
        let address = [Key::HOST, Key::PORT].map(Key::parameter);
        self.url.is_some() || address.iter().any(|key| self.values.contains_key(key))
    }

    /// Makes room for a direct URL, which replaces the address and what goes with it. Whom to log in
    /// as, and where, stays: the pooler leads to the same database.
    pub(super) fn drop_address(&mut self) {
        let address = [
            Key::HOST,
            Key::PORT,
            Key::SSL_MODE,
            Key::TARGET_SESSION_ATTRS,
        ];
        let address = address.map(Key::parameter);
        self.values.retain(|key, _| !address.contains(key));
    }
}

/// Each value is a table, of the value and its place: `config` knows a value's origin, but serde
/// does not get it.
impl Source for Layer {
    fn clone_into_box(&self) -> Box<dyn Source + Send + Sync> {
        Box::new(self.clone())
    }

    fn collect(&self) -> Result<Map<String, Value>, ConfigError> {
        let table = |(key, written): (&&str, &Written)| {
            let Written { value, at } = written;
            let at = [
                ("text", at.text.clone()),
                ("rank", format!("{:?}", at.rank)),
                ("form", format!("{:?}", at.form)),
            ];
            let at = at.map(|(name, text)| (name.to_owned(), Value::from(text)));
            let table = [
                ("value".to_owned(), Value::from(value.expose_secret())),
                ("at".to_owned(), Value::from(Map::from(at))),
            ];
            ((*key).to_owned(), Value::from(Map::from(table)))
        };
        Ok(self.values.iter().map(table).collect())
    }
}
