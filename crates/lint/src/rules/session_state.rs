//! The rule `session-state`.

use jubilee_core::TransactionMode;
use squawk_syntax::SyntaxToken;
use squawk_syntax::ast::{self, AstNode};

use crate::context::Context;
use crate::finding::Found;
use crate::syntax::{ObjectName, Place, Statement};

rule! {
    /// State that stays in the session after the migration: prepared statements, cursors `WITH
    /// HOLD`, temporary tables, session locks; and statements that end the transaction inside a
    /// `DO` block.
    ///
    /// ## Why it hurts
    ///
    /// Behind a transaction pooler, another client gets the session next: a prepared statement or a
    /// temporary table of that name conflicts with its own, and a lock of `pg_advisory_lock` is
    /// never released. `DISCARD ALL` cannot run in a transaction at all. `COMMIT` in a `DO` block
    /// fails there (2D000).
    ///
    /// ## Instead
    ///
    /// `CREATE TEMPORARY TABLE … ON COMMIT DROP`, `pg_advisory_xact_lock`, a cursor without `WITH
    /// HOLD`, and the statement itself instead of a prepared one. A long change of data that
    /// commits in steps needs `-- Transaction: none` in the header.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// SELECT pg_advisory_lock(42);
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// SELECT pg_advisory_xact_lock(42);
    /// ```
    "session-state", Transaction, Error, Check::Statement(check)
}

const WHY: &str =
    "it stays in the session, which behind a transaction pooler another client gets next";
const WHY_UNLOCK: &str =
    "behind a transaction pooler this may not be the session that took the lock";

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    use ast::Stmt as S;
    let alone = context.mode == TransactionMode::None;
    match &statement.sql {
        Some(S::Prepare(_)) => found.add(
            statement.head(2),
            "`PREPARE` in a migration",
            WHY,
            "write the statement itself",
        ),
        Some(S::Execute(_)) => found.add(
            statement.head(2),
            "`EXECUTE` of a prepared statement",
            "only the session that prepared it knows it, and behind a transaction pooler this may be a different session",
            "write the statement itself",
        ),
        Some(S::Deallocate(_)) => found.add(
            statement.head(2),
            "`DEALLOCATE` in a migration",
            "it fails if the session does not know the statement, or removes one that another client prepared",
            "delete it, and prepare nothing",
        ),
        Some(S::Declare(declare)) => {
            if let Some(ast::CursorHold::WithHold(hold)) = declare.cursor_hold() {
                found.add(
                    statement.range_of(&hold),
                    "a cursor `WITH HOLD`",
                    WHY,
                    "leave out `WITH HOLD`, so that it ends with the transaction",
                );
            }
        }
        Some(S::Discard(_)) => found.add(
            statement.range.clone(),
            format!("`{}` in a migration", statement.first_words(2)),
            "it discards what other clients of the session rely on",
            "delete it: the runner leaves the session as it found it",
        ),
        // Without a transaction there is no commit that could drop the table.
        Some(_) if alone => {}
        Some(S::CreateTable(create)) => temporary(
            statement,
            Temporary {
                name: create.table_name(),
                declared: is_temporary(create.persistence()),
                on_commit: create.on_commit(),
                before: create.tablespace_clause().and_then(|c| c.syntax().first_token()),
            },
            found,
        ),
        Some(S::CreateTableAs(create)) => temporary(
            statement,
            Temporary {
                name: create.table_name(),
                declared: is_temporary(create.persistence()),
                on_commit: create.on_commit(),
                before: create
                    .tablespace_clause()
                    .and_then(|c| c.syntax().first_token())
                    .or_else(|| create.as_token()),
            },
            found,
        ),
        Some(S::SelectInto(select)) if statement.place != Place::Block => {
            if let Some(into) = select.into_clause()
                && is_temporary(into.persistence())
            {
                found.add(
                    statement.range_of(&into),
                    "a temporary table that outlives the transaction",
                    WHY,
                    "write `CREATE TEMPORARY TABLE … ON COMMIT DROP AS SELECT …`",
                );
            }
        }
        _ => {}
    }
    session_locks(statement, found);
    if !alone {
        ends_transaction(statement, found);
    }
}

struct Temporary {
    name: Option<ast::TableName>,
    declared: bool,
    on_commit: Option<ast::OnCommit>,
    /// What `ON COMMIT` must stand before, if not at the end.
    before: Option<SyntaxToken>,
}

fn is_temporary(persistence: Option<ast::Persistence>) -> bool {
    matches!(persistence, Some(ast::Persistence::Temp(_)))
}

fn temporary(statement: &Statement<'_>, table: Temporary, found: &mut Found<'_>) {
    let Some(node) = table.name else { return };
    let Some(name) = ObjectName::below(&node) else {
        return;
    };
    if !table.declared && name.schema.as_deref() != Some("pg_temp") {
        return;
    }
    let action = table
        .on_commit
        .as_ref()
        .and_then(|clause| clause.on_commit_action());
    if let Some(ast::OnCommitAction::Drop(_)) = action {
        return;
    }
    let fix = match (&table.on_commit, action) {
        (Some(_), Some(action)) => statement.replace(action.syntax(), "DROP"),
        _ => {
            let last = match &table.before {
                Some(token) => token.prev_token(),
                None => statement.node.last_token(),
            };
            last_word(last).and_then(|word| statement.insert_after(&word, " ON COMMIT DROP"))
        }
    };
    found.add_with_fix(
        statement.range_of(&node),
        format!("the temporary table `{name}` outlives the transaction"),
        WHY,
        "write `ON COMMIT DROP` after its definition",
        fix,
    );
}

/// The token, or the last one before it that is neither white space, comment nor semicolon.
fn last_word(token: Option<SyntaxToken>) -> Option<SyntaxToken> {
    let mut token = token?;
    while token.kind().is_trivia() || token.text() == ";" {
        token = token.prev_token()?;
    }
    Some(token)
}

fn session_locks(statement: &Statement<'_>, found: &mut Found<'_>) {
    for call in statement.runs_like("advisory") {
        let name = call.name.name.as_str();
        let (does, why, instead) = match name {
            "pg_advisory_lock"
            | "pg_advisory_lock_shared"
            | "pg_try_advisory_lock"
            | "pg_try_advisory_lock_shared" => {
                let of_transaction = name.replace("advisory_lock", "advisory_xact_lock");
                (
                    "locks for",
                    WHY,
                    format!("write `{of_transaction}`, which ends with the transaction"),
                )
            }
            "pg_advisory_unlock" | "pg_advisory_unlock_shared" | "pg_advisory_unlock_all" => {
                let instead = "delete it, and take the lock with `pg_advisory_xact_lock`, which ends with the transaction";
                ("releases a lock of", WHY_UNLOCK, instead.to_owned())
            }
            _ => continue,
        };
        found.add(
            call.range,
            format!("`{name}` {does} the session"),
            why,
            instead,
        );
    }
}

/// `COMMIT` and `ROLLBACK` in the PL/pgSQL of a `DO` block.
fn ends_transaction(statement: &Statement<'_>, found: &mut Found<'_>) {
    let kind = statement.node.kind();
    if ast::PlpgsqlCommitStmt::can_cast(kind) || ast::PlpgsqlRollbackStmt::can_cast(kind) {
        let word = statement.first_words(1);
        found.add(
            statement.range.clone(),
            format!("`{word}` in a `DO` block"),
            "in the runner's transaction it fails with `invalid transaction termination` (2D000)",
            "delete it; or, to commit in steps, put the block into a migration of its own with `-- Transaction: none`",
        );
    }
}
