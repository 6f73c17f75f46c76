//! Which variable in which file to change.

use std::path::PathBuf;

use crate::databases::Database;
use jubilee_core::Environment;

use super::key::Key;
use super::variables::{Place, Variables};

/// Where settings come from, so that a message can name what to change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    pub(super) environment: Environment,
    pub(super) maker: Maker,
}

/// Who chose the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Maker {
    /// This program, for a server that it runs itself.
    Program,
    /// Variables.
    Variables {
        database: Database,
        /// The dotenv file that is there or could be.
        file: PathBuf,
        /// Where the URL stands, if there is one.
        url: Option<Place>,
        /// Where the variables stand that are set.
        places: Vec<(Key, Place)>,
    },
}

impl Origin {
    /// Settings of this program's own, for the server that it runs in development.
    pub(super) fn program() -> Self {
        Self {
            environment: Environment::Development,
            maker: Maker::Program,
        }
    }

    pub(super) fn variables(
        database: &Database,
        environment: Environment,
        variables: &Variables,
    ) -> Self {
        let place = |key: Key| Some((key, variables.get(&key.of(database))?.place));
        Self {
            environment,
            maker: Maker::Variables {
                database: *database,
                file: variables.shown_file().to_owned(),
                url: place(Key::Url).map(|(_, place)| place),
                places: Key::ALL.into_iter().filter_map(place).collect(),
            },
        }
    }

    /// What holds the value of `key`, as a phrase that fits "check …": "DB_CODEX_HOST in .env",
    /// "the environment variable DB_CODEX_HOST".
    #[must_use]
    pub fn locate(&self, key: Key) -> String {
        let Maker::Variables {
            database,
            file,
            url,
            places,
        } = &self.maker
        else {
            return "the local server (`cargo xtask db status`)".to_owned();
        };
        let at = |key: Key, place: Place| match place {
            Place::Process => format!("the environment variable {}", key.of(database)),
            Place::File => format!("{} in {}", key.of(database), file.display()),
        };
        if let Some(place) = url {
            return match key {
                Key::Url => at(Key::Url, *place),
                part => format!("the {} of {}", part.part_of_url(), at(Key::Url, *place)),
            };
        }
        match places.iter().find(|(set, _)| *set == key) {
            Some((_, place)) => at(key, *place),
            None => format!(
                "{} in {} (not set so far)",
                key.of(database),
                file.display()
            ),
        }
    }

    /// Whether the value of `key` stands in the dotenv file.
    pub(super) fn is_in_file(&self, key: Key) -> bool {
        match &self.maker {
            Maker::Program => false,
            Maker::Variables { url, places, .. } => {
                *url == Some(Place::File) || places.contains(&(key, Place::File))
            }
        }
    }

    /// Whether all stands in one URL.
    pub(super) fn is_url(&self) -> bool {
        matches!(&self.maker, Maker::Variables { url: Some(_), .. })
    }
}
