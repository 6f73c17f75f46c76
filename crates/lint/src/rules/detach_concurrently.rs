//! The rule `detach-concurrently`.

use squawk_syntax::ast::{self, AstNode};

use crate::context::Context;
use crate::finding::Found;
use crate::locks::LockMode;
use crate::syntax::{ObjectName, Statement};

rule! {
    /// `DETACH PARTITION` without `CONCURRENTLY` from a table that was there before.
    ///
    /// ## Why it hurts
    ///
    /// It takes ACCESS EXCLUSIVE on the partitioned table, on the partition and on the default
    /// partition, which blocks every read and write of all partitions. It is quick, but first it
    /// waits for every running query on them, and later queries wait behind it.
    ///
    /// ## Instead
    ///
    /// `DETACH PARTITION … CONCURRENTLY` (PostgreSQL 14 and newer) in a migration of its own, with
    /// `-- Transaction: none` in the header: it takes SHARE UPDATE EXCLUSIVE on the partitioned
    /// table. If it is interrupted, it has to be finished with `DETACH PARTITION … FINALIZE`. Where
    /// there is a default partition it cannot be done concurrently: allow the finding, and run it
    /// at a time of low traffic.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// DO $$
    /// BEGIN
    ///     IF EXISTS (SELECT 1 FROM pg_catalog.pg_inherits WHERE inhrelid = to_regclass('visits_2024')) THEN
    ///         ALTER TABLE visits DETACH PARTITION visits_2024;
    ///     END IF;
    /// END
    /// $$;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// -- Transaction: none
    /// -- check:allow no-transaction-repeatable: if it is interrupted, FINALIZE is run by hand
    /// ALTER TABLE visits DETACH PARTITION visits_2024 CONCURRENTLY;
    /// ```
    ///
    /// ## Other tools
    ///
    /// squawk's `require-concurrent-partition-detach` finds these too, but not inside of `DO`
    /// blocks.
    ///
    /// ## See also
    ///
    /// PostgreSQL manual: `ALTER TABLE`, `DETACH PARTITION`.
    "detach-concurrently", Locks, Error, Check::Statement(check)
}

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    let Some(ast::Stmt::AlterTable(alter)) = &statement.sql else {
        return;
    };
    for action in alter.actions() {
        let ast::AlterTableAction::DetachPartition(detach) = action else {
            continue;
        };
        let (Some(table), Some(partition)) = (alter.table_relation_name(), detach.table_name_ref())
        else {
            continue;
        };
        let is_new = ObjectName::below(&table).is_some_and(|name| !context.existed(&name));
        if is_new || detach.detach_partition_option().is_some() {
            continue;
        }
        let (table, partition) = (table.syntax().text(), partition.syntax().text());
        found.add(
            statement.range_of(&detach),
            format!("`DETACH PARTITION` of `{partition}` without `CONCURRENTLY`"),
            format!(
                "{}, and the same on the default partition; it waits for all running queries, and later queries wait behind it",
                LockMode::AccessExclusive.taken_on(&table)
            ),
            format!(
                "in a migration of its own, with `-- Transaction: none` in the header, write `ALTER TABLE {table} DETACH PARTITION {partition} CONCURRENTLY;`; with a default partition that cannot be done, so allow this and run it at a time of low traffic"
            ),
        );
    }
}
