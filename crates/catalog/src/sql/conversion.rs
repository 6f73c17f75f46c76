//! Which changes of a type keep every value, or fail rather than change one.

/// What ALTER COLUMN TYPE does with the values.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Conversion {
    /// The assignment cast: it keeps each value or fails.
    Assignment,
    /// An explicit cast: it keeps each value or fails.
    Cast,
    /// It would change values without an error.
    Lossy(&'static str),
}

const ROUNDS: &str = "values would be rounded without an error";
const ZONE: &str = "the session's time zone would decide about the values";
const CUTS: &str = "values would be cut without an error";

pub(super) fn conversion(from: &str, to: &str) -> Conversion {
    let (old, new) = (family(from), family(to));
    let (old_limit, new_limit) = (limits(from), limits(to));
    match (old, new) {
        ("integer", "integer") | ("text", "text") | ("integer", "numeric") => {
            if to.starts_with("character(") || from.starts_with("character(") && old != new {
                return Conversion::Lossy("trailing spaces would be changed");
            }
            match (old, new, new_limit) {
                ("integer", "numeric", Some((_, scale))) if scale < 0 => Conversion::Lossy(ROUNDS),
                _ => Conversion::Assignment,
            }
        }
        ("numeric", "numeric") => match (old_limit, new_limit) {
            (_, None) => Conversion::Assignment,
            (Some((_, before)), Some((_, after))) if after >= before => Conversion::Assignment,
            _ => Conversion::Lossy(ROUNDS),
        },
        ("numeric" | "float", "integer" | "float") | ("integer", "float") => match (from, to) {
            ("real", "double precision") | ("smallint", _) => Conversion::Assignment,
            ("integer", "double precision") => Conversion::Assignment,
            _ => Conversion::Lossy(ROUNDS),
        },
        ("float", "numeric") => Conversion::Lossy(ROUNDS),
        ("timestamp", "timestamptz")
        | ("timestamptz", "timestamp")
        | ("timestamptz", "date" | "time")
        | ("text", "timestamptz" | "timetz")
        | ("date", "timestamptz") => Conversion::Lossy(ZONE),
        ("date", "timestamp") => Conversion::Assignment,
        ("timestamp" | "text", "date" | "time") | ("text", "timestamp" | "name" | "\"char\"") => {
            Conversion::Lossy(CUTS)
        }
        ("timestamp", "timestamp")
        | ("timestamptz", "timestamptz")
        | ("time", "time")
        | ("timetz", "timetz")
        | ("interval", "interval") => match (old_limit, new_limit) {
            (_, None) => Conversion::Assignment,
            (Some((before, _)), Some((after, _))) if after >= before => Conversion::Assignment,
            _ => Conversion::Lossy(ROUNDS),
        },
        ("json", "jsonb") => {
            Conversion::Lossy("order, duplicates and white space of JSON would be lost")
        }
        // Everything has a text, and that is kept; a limit of characters is not.
        (_, "text") if to.contains('(') => Conversion::Lossy(CUTS),
        (_, "text") => Conversion::Assignment,
        ("text", "float") => Conversion::Lossy(ROUNDS),
        ("text", "numeric" | "interval") if new_limit.is_some() => Conversion::Lossy(ROUNDS),
        ("text", _) => Conversion::Cast,
        (one, other) if one == other => Conversion::Assignment,
        _ => Conversion::Lossy("PostgreSQL has no conversion that is known to keep the values"),
    }
}

fn family(name: &str) -> &str {
    let base = name.split('(').next().unwrap_or(name).trim();
    match base {
        _ if name.ends_with("[]") => name,
        "smallint" | "integer" | "bigint" => "integer",
        "character varying" | "text" | "character" => "text",
        "real" | "double precision" => "float",
        "timestamp without time zone" => "timestamp",
        "timestamp with time zone" => "timestamptz",
        "timestamp" if name.ends_with("with time zone") => "timestamptz",
        "time with time zone" => "timetz",
        "time" if name.ends_with("with time zone") => "timetz",
        "time without time zone" | "time" => "time",
        _ => base,
    }
}

/// The numbers in brackets: `(10,2)`.
fn limits(name: &str) -> Option<(i32, i32)> {
    let inside = name.split_once('(')?.1.split_once(')')?.0;
    let mut numbers = inside
        .split(',')
        .map(|number| number.trim().parse().unwrap_or(0));
    Some((numbers.next()?, numbers.next().unwrap_or(0)))
}

/// An explicit conversion of a value, which may change it or fail.
pub(super) fn forced(value: &str, from: &str, to: &str) -> String {
    let is_in =
        |families: &[&str]| families.contains(&family(from)) && families.contains(&family(to));
    let is_direct = is_in(&["integer", "numeric", "float"])
        || is_in(&["timestamp", "timestamptz", "date"])
        || is_in(&["timestamp", "timestamptz", "time"])
        || is_in(&["json", "jsonb"])
        || is_in(&["boolean", "integer"]) && [from, to].contains(&"integer")
        || family(to) == "text"
        || family(from) == family(to);
    match is_direct {
        true => format!("{value}::{to}"),
        false => format!("{value}::text::{to}"),
    }
}
