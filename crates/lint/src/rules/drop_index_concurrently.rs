//! The rule `drop-index-concurrently`.

use jubilee_core::TransactionMode;
use squawk_syntax::ast::{self, AstNode};

use crate::context::Context;
use crate::finding::Found;
use crate::locks::LockMode;
use crate::syntax::{ObjectName, Place, Statement};

rule! {
    /// `DROP INDEX` without `CONCURRENTLY` on a table that was there before.
    ///
    /// ## Why it hurts
    ///
    /// It takes ACCESS EXCLUSIVE on the table, which blocks every read and write of it. Dropping is
    /// quick, but first the statement waits for every running query on the table, and later queries
    /// wait behind it.
    ///
    /// ## Instead
    ///
    /// Write `DROP INDEX CONCURRENTLY IF EXISTS` in a migration of its own, with `-- Transaction:
    /// none` in the header. It takes one index at a time and no `CASCADE`. The index of a
    /// constraint is dropped with the constraint. An index of a partitioned table cannot be dropped
    /// concurrently: allow the finding, and run it at a time of low traffic.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// DROP INDEX IF EXISTS teams_name_idx;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// -- Transaction: none
    /// DROP INDEX CONCURRENTLY IF EXISTS teams_name_idx;
    /// ```
    ///
    /// ## Other tools
    ///
    /// squawk's `require-concurrent-index-deletion` finds these too, but not inside of `DO` blocks,
    /// and also where the migration itself made the table.
    ///
    /// ## See also
    ///
    /// PostgreSQL manual: `DROP INDEX`; "Explicit Locking".
    "drop-index-concurrently", Locks, Error, Check::Statement(check)
}

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    let Some(ast::Stmt::DropIndex(drop)) = &statement.sql else {
        return;
    };
    if drop.concurrently_token().is_some() {
        return;
    }
    let indexes: Vec<ast::IndexRef> = drop
        .index_refs()
        .filter(|index| match ObjectName::below(index) {
            Some(index) => context
                .table_of_index(&index)
                .is_none_or(|table| context.existed(table)),
            None => false,
        })
        .collect();
    for index in &indexes {
        let words = index.syntax().text().to_string();
        let name = ObjectName::below(index);
        let table = name
            .as_ref()
            .and_then(|index| context.table_of_index(index));
        let partitioned = table.is_some_and(|table| context.is_partitioned(table));
        let table = table.map_or_else(|| "its table".to_owned(), |table| format!("`{table}`"));
        let instead = if partitioned {
            format!(
                "{table} is partitioned, so its index cannot be dropped concurrently: allow this with a reason, and run it at a time of low traffic"
            )
        } else {
            format!(
                "in a migration of its own, with `-- Transaction: none` in the header, write `DROP INDEX CONCURRENTLY IF EXISTS {words};`"
            )
        };
        let alone = indexes.len() == 1 && drop.drop_behavior().is_none() && !partitioned;
        let keyword = drop.index_token().filter(|_| {
            alone && context.mode == TransactionMode::None && statement.place == Place::Top
        });
        found.add_with_fix(
            if indexes.len() == 1 {
                statement.head(2)
            } else {
                statement.range_of(index)
            },
            format!("`DROP INDEX` of `{words}` without `CONCURRENTLY`"),
            format!(
                "{}; it waits for all running queries, and later queries wait behind it",
                LockMode::AccessExclusive.taken(&table)
            ),
            instead,
            keyword.and_then(|keyword| statement.insert_after(&keyword, " CONCURRENTLY")),
        );
    }
}
