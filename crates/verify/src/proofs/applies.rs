//! Does it apply, to an empty database's schema and to one full of rows?

use jubilee_core::MigrationFile;
use jubilee_runner::{RunError, RunErrorKind};

use crate::place;
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
    let RunErrorKind::Failed(failed) = error.kind() else {
        return Finding {
            range: None,
            what: format!("the runner does not apply it: {error}"),
            why: "what the runner refuses here it refuses in production".to_owned(),
            instead: "correct what it says".to_owned(),
        };
    };
    let text = file.text();
    let said = &failed.error;
    let block = failed.statement.as_ref().and_then(|statement| {
        let line = place::line_of_block(said.context.as_deref()?)?;
        place::line_in_body(text, statement, line)
    });
    let range = block
        .or_else(|| {
            failed
                .at
                .map(|at| at..text[at..].chars().next().map_or(at, |c| at + c.len_utf8()))
        })
        .or_else(|| failed.statement.clone());
    let detail = said
        .detail
        .as_ref()
        .map(|d| format!(" ({})", d.trim_end_matches('.')))
        .unwrap_or_default();
    let on_what = match on {
        On::Empty => "on a new database",
        On::Full => "on a database with rows",
    };
    Finding {
        range,
        what: format!("it fails {on_what}: {}{detail}", said.message),
        why: match on {
            On::Empty => "no test database and no new environment can be made with it".to_owned(),
            On::Full => "production has rows, so it fails there too".to_owned(),
        },
        instead: instead(&said.code).to_owned(),
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
