//! Arguments that several commands take: databases and numbers of migrations.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use jubilee_core::{Environment, Version};

use crate::databases::{self, ALL, Entry};

/// The parser of an argument that is a database.
pub(crate) fn database_parser() -> PossibleValuesParser {
    PossibleValuesParser::new(ALL.iter().map(|entry| entry.database.name))
}

/// The parser of an argument that is a database or `all`.
pub(crate) fn database_or_all_parser() -> PossibleValuesParser {
    PossibleValuesParser::new(ALL.iter().map(|entry| entry.database.name).chain(["all"]))
}

/// The databases that such arguments mean, each once, in their usual order. Without any, all.
pub(crate) fn selected(arguments: &[String]) -> Vec<&'static Entry> {
    let is_meant = |entry: &&Entry| {
        let name = entry.database.name;
        arguments.is_empty()
            || arguments
                .iter()
                .any(|named| named == name || named == "all")
    };
    ALL.iter().filter(is_meant).collect()
}

/// The database that an argument means.
pub(crate) fn one(argument: &str) -> Vec<&'static Entry> {
    databases::find(argument).into_iter().collect()
}

/// The parser of an argument that is an environment.
pub(crate) fn environment_parser() -> impl TypedValueParser<Value = Environment> {
    PossibleValuesParser::new(Environment::ALL.map(Environment::name))
        .map(|name| Environment::from_name(&name).unwrap_or(Environment::Development))
}

/// Parses the number of a migration.
pub(crate) fn parse_version(text: &str) -> Result<Version, String> {
    Version::parse(text)
        .ok_or_else(|| "expected the number of a migration, 1 to 9999, such as 0007".to_owned())
}
