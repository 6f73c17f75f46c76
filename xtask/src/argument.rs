//! Arguments that several commands take: databases, numbers of migrations, times.

use std::time::Duration;

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

/// Parses a time with its unit.
pub(crate) fn parse_duration(text: &str) -> Result<Duration, String> {
    let unit_at = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(unit_at);
    let milliseconds = match unit {
        "ms" => 1,
        "s" => 1000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => 0,
    };
    number
        .parse::<u64>()
        .ok()
        .filter(|_| milliseconds > 0)
        .and_then(|number| number.checked_mul(milliseconds))
        // PostgreSQL takes lock_timeout as a 32-bit number of milliseconds.
        .filter(|milliseconds| *milliseconds <= i32::MAX as u64)
        .map(Duration::from_millis)
        .ok_or_else(|| {
            "expected a whole number with the unit ms, s, m or h, such as 5s; at most 24 days"
                .to_owned()
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_a_unit() {
        assert_eq!(parse_duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(parse_duration("10m"), Ok(Duration::from_secs(600)));
        for wrong in ["5", "s", "-1s", "1.5s", "5 s", "9999999999h", ""] {
            assert!(parse_duration(wrong).is_err(), "{wrong}");
        }
    }
}
