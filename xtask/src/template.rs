//! What a new migration holds before it is written.

use jubilee_core::{MigrationName, Placeholder, TransactionMode, Version};
use jubilee_lint::{Undo, UndoStep};

use crate::header::{git_user, header};

const IN_TRANSACTION: &str = "\
-- Every statement must be safe to run again: CREATE … IF NOT EXISTS,
-- INSERT … ON CONFLICT, ALTER TABLE … ADD COLUMN IF NOT EXISTS.
";

const WITHOUT_TRANSACTION: &str = "\
-- One statement that PostgreSQL refuses in a transaction, and that is safe to run again:
-- CREATE INDEX CONCURRENTLY IF NOT EXISTS … ON … (…).
";

/// The text of a new migration.
pub(crate) fn template(
    name: &MigrationName,
    database: &str,
    transaction: TransactionMode,
    reverts: Option<Version>,
    undo: Option<&Undo>,
) -> String {
    let author = git_user().unwrap_or_else(|| Placeholder::AUTHOR.to_owned());
    let mut text = header(name, database, &author, Placeholder::DESCRIPTION);
    if transaction == TransactionMode::None {
        text.push_str("-- Transaction: none\n");
    }
    if let Some(version) = reverts {
        let incident = Placeholder::INCIDENT;
        text.push_str(&format!("-- Reverts: {version}\n-- Incident: {incident}\n"));
    }
    if undo.is_some_and(|undo| undo.steps.iter().any(loses_data)) {
        text.push_str(&format!("-- Destructive: {}\n", Placeholder::DESTRUCTIVE));
    }
    let body = match (undo, transaction) {
        (Some(undo), _) => steps(undo),
        (None, TransactionMode::None) => WITHOUT_TRANSACTION.to_owned(),
        (None, TransactionMode::Transactional) => IN_TRANSACTION.to_owned(),
    };
    match transaction {
        TransactionMode::None => text.push_str(&format!("\n{body}")),
        TransactionMode::Transactional => {
            text.push_str(&format!("\nBEGIN;\n\n{body}\nCOMMIT;\n"));
        }
    }
    if let Some(undo) = undo {
        text.push_str(&format!("\n-- What it undoes, {}:\n--\n", undo.name));
        for line in undo.sql.lines() {
            text.push_str(format!("-- {line}").trim_end());
            text.push('\n');
        }
    }
    text
}

fn loses_data(step: &UndoStep) -> bool {
    matches!(
        step,
        UndoStep::Statement {
            loses_data: true,
            ..
        }
    )
}

/// What undoes a migration, and what is left to be written.
fn steps(undo: &Undo) -> String {
    let mut text =
        "-- Look at each statement: rows that were written since go with what holds them.\n"
            .to_owned();
    for step in &undo.steps {
        match step {
            UndoStep::Statement { sql, .. } => text.push_str(&format!("\n{sql}\n")),
            UndoStep::ByHand { sql, former } => {
                text.push_str(&format!("\n-- By hand, if it must be undone: {sql}\n"));
                if let Some(former) = former {
                    text.push_str(&format!("-- What was there before is in {former}.\n"));
                }
            }
        }
    }
    text
}
