//! The first migration of a further database.

use jubilee_core::{MigrationName, MigrationSet, NameError, SourceFile, Version};

use super::Facts;
use crate::command::new::header;
use crate::exit::Exit;
use crate::problem::Problem;

/// The first migration: what every table of the house with `updated_at` needs.
const BODY: &str = include_str!("first_migration.sql");

/// The name and the text of the first migration, which keeps every rule as it is.
pub(super) fn first(facts: &Facts, author: &str) -> Result<(MigrationName, String), Problem> {
    let name = MigrationName::new(Version::FIRST, "initial_schema")
        .map_err(|error: NameError| broken(error.to_string()))?;
    let description = "the function that keeps updated_at truthful, for all tables to come";
    let header = header(&name, &facts.name, author, description);
    let text = format!("{header}\n{BODY}");
    let file = SourceFile {
        name: name.file_name().into(),
        bytes: text.as_bytes().into(),
    };
    match MigrationSet::load(&facts.name, [file]) {
        Ok(_) => Ok((name, text)),
        Err(violations) => Err(broken(violations.to_string())),
    }
}

/// The author is the only part of it that comes from outside.
fn broken(why: String) -> Problem {
    Problem::new(Exit::Failed, "the first migration would not keep the rules")
        .why(why)
        .hint("say who you are on one line: git config user.name 'Ada Lovelace'")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::new_database::facts::archive;

    #[test]
    fn a_name_that_is_no_author_is_refused() {
        assert!(first(&archive(), "Ada Lovelace").is_ok());
        for author in ["", "Your Name"] {
            assert!(first(&archive(), author).is_err(), "{author}");
        }
    }
}
