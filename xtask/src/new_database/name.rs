//! The name of a further database.

use std::path::Path;

use jubilee_core::snake_case;

use crate::databases;
use crate::exit::Exit;
use crate::problem::Problem;

/// What PostgreSQL keeps of an identifier; it cuts off the rest (manual, section 4.1.1).
const MAX_IDENTIFIER: usize = 63;

/// The longest name whose role `NAME_readwrite` PostgreSQL does not cut.
const MAX_NAME: usize = MAX_IDENTIFIER - "_readwrite".len();

/// Keywords of Rust, used and reserved (The Rust Reference, Keywords).
const KEYWORDS: [&str; 51] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate",
    "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl",
    "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref",
    "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// What may stand where a database is named on the command line.
const COMMANDS: [&str; 5] = ["adopt", "all", "help", "resolve", "status"];

/// The service of docker-compose.yml that is no server, and what YAML does not read as a text.
const IN_COMPOSE: [&str; 8] = ["migrate", "n", "no", "null", "off", "on", "y", "yes"];

/// Refuses what cannot be the name of a further database in that checkout.
pub(crate) fn check_name(name: &str, root: &Path) -> Result<(), Problem> {
    let Some(why) = why_not(name, root) else {
        return Ok(());
    };
    if databases::find(name).is_some() {
        return Err(
            Problem::new(Exit::Usage, format!("the database {name} exists already"))
                .why(why)
                .hint(format!(
                    "cargo xtask new {name} descriptive_name   (a further migration for it)"
                )),
        );
    }
    let hint = match suggestion(name, root) {
        Some(good) => format!("cargo xtask new-database {good}"),
        None => "choose another in English letters: cargo xtask new-database archive".to_owned(),
    };
    Err(Problem::new(
        Exit::Usage,
        format!("`{name}` cannot be the name of a database"),
    )
    .why(why)
    .hint(hint))
}

fn why_not(name: &str, root: &Path) -> Option<String> {
    if snake_case(name).as_deref() != Some(name) {
        return Some(
            "it names a folder, a crate, variables and a database, so it must be snake_case \
             (lower-case letters, digits, single `_`, a letter first)"
                .to_owned(),
        );
    }
    if name.len() > MAX_NAME {
        return Some(format!(
            "PostgreSQL truncates the identifier {name}_readwrite to {MAX_IDENTIFIER} bytes, so a name has at most {MAX_NAME}"
        ));
    }
    if KEYWORDS.contains(&name) {
        return Some("it is a keyword in Rust".to_owned());
    }
    if COMMANDS.contains(&name) {
        return Some("`cargo xtask migrate` uses that word for something else".to_owned());
    }
    if IN_COMPOSE.contains(&name) {
        return Some("docker-compose.yml uses that word for something else".to_owned());
    }
    taken(name, root).map(|by| format!("{by} exists"))
}

/// What has that name in the checkout. To cargo, `-` and `_` are alike.
fn taken(name: &str, root: &Path) -> Option<String> {
    if name == "xtask" || name == "examples" {
        return Some(name.to_owned());
    }
    ["migrations", "crates"].into_iter().find_map(|folder| {
        // A folder that cannot be read is said later, when its files are wanted.
        let entries = std::fs::read_dir(root.join(folder)).ok()?;
        let mut names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let found = names.find(|other| other.replace('-', "_") == name)?;
        Some(format!("{folder}/{found}"))
    })
}

/// The name closest to what was typed that can be had.
fn suggestion(name: &str, root: &Path) -> Option<String> {
    let mut short = snake_case(name)?;
    while short.len() > MAX_NAME {
        let end = short.rfind('_').unwrap_or(MAX_NAME);
        short.truncate(end);
    }
    let longer = format!("{short}_data");
    [short, longer]
        .into_iter()
        .find(|name| why_not(name, root).is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_names_are_refused_and_a_good_one_is_suggested() {
        let root = tempfile::tempdir().unwrap();
        for folder in [
            "migrations/codex",
            "migrations/old",
            "crates/core",
            "crates/pg-local",
        ] {
            std::fs::create_dir_all(root.path().join(folder)).unwrap();
        }
        let long = format!("archive_{}", "of".repeat(30));
        for (name, good) in [
            ("Audit-Log", Some("audit_log")),
            ("_archive", Some("archive")),
            ("archive_", Some("archive")),
            ("a__b", Some("a_b")),
            ("2fa", Some("fa")),
            ("../archive", Some("archive")),
            ("日本", None),
            ("", None),
            ("type", Some("type_data")),
            ("core", Some("core_data")),
            ("Core", Some("core_data")),
            ("pg_local", Some("pg_local_data")),
            ("all", Some("all_data")),
            ("migrate", Some("migrate_data")),
            ("no", Some("no_data")),
            ("old", Some("old_data")),
            (&long, Some("archive")),
        ] {
            assert!(check_name(name, root.path()).is_err(), "{name}");
            assert_eq!(suggestion(name, root.path()).as_deref(), good, "{name}");
        }
        for name in ["archive", "audit_log", "a1", &"a".repeat(53)] {
            assert!(check_name(name, root.path()).is_ok(), "{name}");
        }
    }
}
