//! The rule `work-under-lock`.

use squawk_syntax::ast::{self, AstNode};

use crate::context::Context;
use crate::finding::Found;
use crate::syntax::{ObjectName, Place, Statement, one_line, tree};

rule! {
    /// A long statement in a transaction that holds a strong lock: a query over a table, `CREATE
    /// TABLE … AS`, a materialized view, a loop over rows, `pg_sleep`.
    ///
    /// ## Why it hurts
    ///
    /// A lock is kept until the transaction ends. `ALTER TABLE` alone takes milliseconds; with a
    /// query of minutes behind it, everybody waits for minutes.
    ///
    /// ## Instead
    ///
    /// A migration of its own for it, before or after the one that takes the lock.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// ALTER TABLE singers ADD COLUMN IF NOT EXISTS motto text;
    /// CREATE MATERIALIZED VIEW IF NOT EXISTS singer_counts AS
    /// SELECT choir_id, count(*) AS total FROM singers GROUP BY choir_id;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// CREATE MATERIALIZED VIEW IF NOT EXISTS singer_counts AS
    /// SELECT choir_id, count(*) AS total FROM singers GROUP BY choir_id;
    /// ```
    "work-under-lock", Locks, Error, Check::Statement(check)
}

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    for call in statement.runs_like("pg_sleep") {
        if call.name.name.starts_with("pg_sleep") {
            found.add(
                call.range,
                format!("`{}` in a migration", call.name.name),
                "all locks of the migration are held meanwhile, and whoever waits for them waits too",
                "delete it; what is to be done in steps is done in several migrations",
            );
        }
    }
    let Some(lock) = context.locks.first_strong() else {
        return;
    };
    let (words, query) = match &statement.sql {
        Some(ast::Stmt::CreateTableAs(create)) => ("`CREATE TABLE … AS`", create.syntax().clone()),
        Some(ast::Stmt::CreateMaterializedView(create)) => {
            if create
                .data_option()
                .is_some_and(|data| tree::lower(data.syntax()).contains("no"))
            {
                return;
            }
            ("`CREATE MATERIALIZED VIEW`", create.syntax().clone())
        }
        Some(ast::Stmt::SelectInto(select)) if statement.place != Place::Block => {
            ("`SELECT … INTO`", select.syntax().clone())
        }
        Some(ast::Stmt::Select(select)) if reads_all(select) => {
            ("a query of all rows", select.syntax().clone())
        }
        _ => return,
    };
    let table = ObjectName::read_in(&query).find(|name| is_big(name, context));
    let Some(table) = table else { return };
    let locking = one_line(context.text.get(lock.words.clone()).unwrap_or_default());
    found.add(
        statement.head(3),
        format!(
            "{words} over `{table}` in the transaction that still locks `{}`",
            lock.table
        ),
        format!(
            "`{locking}` before it {}, and keeps that lock until the last row is read",
            lock.mode.taken_on(&lock.table)
        ),
        "move it into a migration of its own",
    );
}

/// Whether a query of a migration reads a whole table: not `LIMIT`, nor one of a key, nor an
/// existence test.
fn reads_all(select: &ast::Select) -> bool {
    select.from_clause().is_some()
        && select.where_clause().is_none()
        && !tree::lower(select.syntax()).contains("limit")
}

/// A table that was there before, and is none of the system.
fn is_big(name: &ObjectName, context: &Context<'_>) -> bool {
    let of_system = matches!(
        name.schema.as_deref(),
        Some("pg_catalog" | "information_schema")
    ) || name.name.starts_with("pg_");
    !of_system && context.existed(name)
}
