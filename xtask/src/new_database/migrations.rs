//! The first migrations: what every database has before its own tables.

use jubilee_core::{MigrationName, MigrationSet, NameError, SourceFile, Version};

use crate::databases;
use crate::exit::Exit;
use crate::header::header;
use crate::problem::Problem;

/// The function that every table with `updated_at` needs.
const INITIAL_SCHEMA: &str = include_str!("initial_schema.sql");

/// A database whose roles are those of any other: the migration that makes them names no table.
const WITH_PLAIN_ROLES: &str = "inspire";
const ROLES: &str = "add_roles";

/// The file names and the texts of the first migrations, which keep every rule as they are.
pub(super) fn first(database: &str, author: &str) -> Result<Vec<(String, String)>, Problem> {
    let roles = roles(database).ok_or_else(|| {
        broken(format!(
            "migrations/{WITH_PLAIN_ROLES} has no file NNNN_{ROLES}.sql to make its roles from"
        ))
    })?;
    let mut version = Version::FIRST;
    let mut files = Vec::new();
    for (name, description, body) in [
        (
            "initial_schema",
            "the function that keeps updated_at truthful, for all tables to come",
            INITIAL_SCHEMA,
        ),
        (
            ROLES,
            "the roles of this database and their grants, so that services need not run as the owner",
            &roles,
        ),
    ] {
        let name = MigrationName::new(version, name)
            .map_err(|error: NameError| broken(error.to_string()))?;
        let header = header(&name, database, author, description);
        files.push((name.file_name(), format!("{header}\n{body}")));
        version = version.next().unwrap_or(version);
    }
    let sources = files
        .iter()
        .map(|(name, text)| SourceFile::new(name, text.as_bytes()));
    match MigrationSet::load(database, sources) {
        Ok(_) => Ok(files),
        Err(violations) => Err(broken(violations.to_string())),
    }
}

/// The statements that make the roles. The released file that they come from never changes.
fn roles(database: &str) -> Option<String> {
    let model = databases::find(WITH_PLAIN_ROLES)?;
    let file = model.embedded.iter().find(|file| {
        MigrationName::from_file_name(&file.name).is_ok_and(|name| name.description() == ROLES)
    })?;
    let text = std::str::from_utf8(&file.bytes).ok()?;
    let (_header, body) = text.split_once("\n\n")?;
    Some(body.replace(WITH_PLAIN_ROLES, database))
}

/// The author is the only part of them that comes from outside.
fn broken(why: String) -> Problem {
    Problem::new(Exit::Failed, "the first migrations would break the rules")
        .why(why)
        .hint("set your name, on one line: git config user.name 'Ada Lovelace'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_no_author_is_refused() {
        assert!(first("archive", "Ada Lovelace").is_ok());
        for author in ["", "Your Name"] {
            assert!(first("archive", author).is_err(), "{author}");
        }
    }

    #[test]
    fn the_roles_are_its_own() {
        let roles = roles("archive").unwrap();
        assert!(roles.contains("CREATE ROLE archive_readwrite NOLOGIN"));
        assert!(!roles.contains("-- Migration:") && !roles.contains("inspire"));
    }
}
