//! Does it apply, to an empty database's schema and to one full of rows?

use jubilee_core::MigrationFile;
use jubilee_runner::{RunError, RunErrorKind};

use crate::apply::Failure;
use crate::proof::Finding;

/// On what a migration failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum On {
    Empty,
    Full,
}

/// What the scratch server lacks, where that is why a migration fails: production may have it.
pub(crate) fn missing(error: &RunError) -> Option<String> {
    let RunErrorKind::Failed(failed) = error.kind() else {
        return None;
    };
    let said = &failed.error.message;
    let is_extension = said.starts_with("extension \"") && said.ends_with("is not available")
        || said.starts_with("could not open extension control file")
        || said.starts_with("could not access file \"");
    is_extension.then(|| format!("the scratch server lacks something: {said}"))
}

/// What is said of a migration that fails.
pub(crate) fn finding(file: &MigrationFile, error: &RunError, on: On) -> Finding {
    let Failure { range, said, code } = Failure::of(file, error);
    let Some(code) = code else {
        return Finding {
            range,
            what: format!("the runner does not apply it: {said}"),
            why: "what the runner refuses here it refuses in production".to_owned(),
            instead: "correct what it says".to_owned(),
        };
    };
    let (on_what, why) = match on {
        On::Empty => (
            "on a new database",
            "no test database and no new environment can be made with it",
        ),
        On::Full => (
            "on a database with rows",
            "production has rows, so it fails there too",
        ),
    };
    Finding {
        range,
        what: format!("it fails {on_what}: {said}"),
        why: why.to_owned(),
        instead: instead(&code).to_owned(),
    }
}

fn instead(code: &str) -> &'static str {
    match code {
        "23502" => "give the column a default, or fill it before it becomes NOT NULL",
        "23505" => "remove the duplicates first, or choose another key",
        "23503" => "remove or correct the rows that refer to nothing first",
        "23514" => "correct the rows that break the constraint first",
        "22001" | "22003" | "22P02" | "42804" => {
            "say with USING how the old values become new ones"
        }
        "2BP01" => "drop or change what depends on it first",
        "25001" => "put it into a migration of its own with `-- Transaction: none`",
        "55P04" => "use a new enum value in a later migration than the one that adds it",
        _ => "correct the statement",
    }
}
