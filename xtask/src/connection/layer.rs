//! One layer of a database's configuration: the defaults, the dotenv file, or the environment.

use std::collections::BTreeMap;
use std::fmt;

use config::{ConfigError, Map, Source, Value};
use secrecy::{ExposeSecret, SecretString};

use super::fault::Fault;
use super::key::Key;
use super::url;

/// The layers, from the weakest to the strongest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rank {
    Default,
    File,
    Environment,
}

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Variable,
    PartOfUrl,
    /// The variable names a file, and the file holds the value.
    SecretFile,
}

/// Where a value stands. It shows itself as "DB_CODEX_HOST in .env:3", "the port of the
/// environment variable DB_CODEX_URL".
#[derive(Debug, Clone)]
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
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// What one layer says of one database: values as they are written, which may be passwords.
#[derive(Debug, Clone, Default)]
pub(super) struct Layer {
    values: BTreeMap<Key, (SecretString, Place)>,
    /// Where the URL stands, if there is one.
    pub(super) url: Option<Place>,
}

impl Layer {
    pub(super) fn set(&mut self, key: Key, value: String, at: Place) {
        self.values.insert(key, (value.into(), at));
    }

    /// A value that is no password, and where it stands.
    pub(super) fn get(&self, key: Key) -> Option<(&str, &Place)> {
        let (value, at) = self.values.get(&key)?;
        Some((value.expose_secret(), at))
    }

    /// Where its values stand.
    pub(super) fn places(&self) -> impl Iterator<Item = (Key, Place)> {
        self.values.iter().map(|(key, (_, at))| (*key, at.clone()))
    }

    /// Adds what a variable says.
    pub(super) fn add(&mut self, key: Key, value: &str, at: Place, faults: &mut Vec<Fault>) {
        if !key.is_url() {
            return self.add_once(key, value, at, faults);
        }
        match url::parse(value) {
            Ok(parts) => {
                for (key, value) in parts {
                    let text = format!("{} of {at}", key.part_of_url());
                    let (rank, form) = (at.rank, Form::PartOfUrl);
                    self.set(key, value, Place { text, rank, form });
                }
            }
            Err(wrong) => faults.extend(wrong.into_iter().map(|fault| fault.of(&at))),
        }
        self.url = Some(at);
    }

    /// Two that say the same thing differently cannot both be meant.
    fn add_once(&mut self, key: Key, value: &str, at: Place, faults: &mut Vec<Fault>) {
        let is_file = key == Key::PasswordFile;
        let (key, form) = match is_file {
            true => (Key::Password, Form::SecretFile),
            false => (key, Form::Variable),
        };
        match self.values.get(&key) {
            Some((other, other_at)) if is_file || other.expose_secret() != value => {
                faults.push(Fault::new(
                    format!("{at} contradicts {other_at}"),
                    "keep one of the two",
                ));
            }
            _ => self.set(key, value.to_owned(), Place { form, ..at }),
        }
    }

    /// Whether it says which server is meant.
    pub(super) fn names_a_server(&self) -> bool {
        let says = |key| self.values.contains_key(&key);
        self.url.is_some() || says(Key::Host) || says(Key::Port)
    }

    /// Makes room for a direct URL, which replaces the address and what goes with it. Whom to log in
    /// as, and where, stays: the pooler leads to the same database.
    pub(super) fn drop_address(&mut self) {
        for key in [Key::Host, Key::Port, Key::Sslmode, Key::TargetSessionAttrs] {
            self.values.remove(&key);
        }
    }
}

impl Source for Layer {
    fn clone_into_box(&self) -> Box<dyn Source + Send + Sync> {
        Box::new(self.clone())
    }

    fn collect(&self) -> Result<Map<String, Value>, ConfigError> {
        let text = |(key, (value, _)): (&Key, &(SecretString, Place))| {
            (key.parameter(), Value::from(value.expose_secret()))
        };
        Ok(self.values.iter().map(text).collect())
    }
}
