//! The rule `default-partition`.

use squawk_syntax::ast::{self, AstNode};

use crate::context::Context;
use crate::finding::Found;
use crate::locks::LockMode;
use crate::syntax::{ObjectName, Statement};

rule! {
    /// A new partition of a table that has a default partition.
    ///
    /// ## Why it hurts
    ///
    /// Rows of the new partition may lie in the default partition, so the server reads all of it,
    /// under ACCESS EXCLUSIVE, which blocks every read and write of it. If it finds such a row, the
    /// statement fails.
    ///
    /// ## Instead
    ///
    /// Give the default partition a valid `CHECK` that rules those rows out: add it `NOT VALID`, and
    /// validate it in the next migration. Then the server does not read the rows. Or make the
    /// partition before its first row comes, and have no default partition.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// CREATE TABLE IF NOT EXISTS plays (day date CONSTRAINT plays_pkey PRIMARY KEY) PARTITION BY RANGE (day);
    /// CREATE TABLE IF NOT EXISTS plays_rest PARTITION OF plays DEFAULT;
    /// COMMENT ON TABLE plays IS 'what was sung';
    /// -- next migration
    /// CREATE TABLE IF NOT EXISTS plays_2027 PARTITION OF plays
    ///     FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// CREATE TABLE IF NOT EXISTS plays_2027 PARTITION OF plays
    ///     FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');
    /// ```
    "default-partition", Locks, Warning, Check::Statement(check)
}

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    let (parent, node) = match &statement.sql {
        Some(ast::Stmt::CreateTable(create)) => {
            let Some(of) = create.partition_of() else {
                return;
            };
            (
                of.table_name_ref().and_then(|t| ObjectName::below(&t)),
                of.syntax().clone(),
            )
        }
        Some(ast::Stmt::AlterTable(alter)) => {
            let attach = alter.actions().find_map(|action| match action {
                ast::AlterTableAction::AttachPartition(attach) => Some(attach),
                _ => None,
            });
            let Some(attach) = attach else { return };
            (
                ObjectName::of(alter.table_relation_name()),
                attach.syntax().clone(),
            )
        }
        _ => return,
    };
    let Some((parent, _)) = parent.and_then(|parent| context.catalog.resolve(&parent)) else {
        return;
    };
    let Some(default) = context.catalog.default_partition(parent) else {
        return;
    };
    let checked = context
        .relation(default)
        .is_some_and(|known| known.valid().next().is_some());
    if !context.existed(default) || checked {
        return;
    }
    found.add(
        statement.range_of_node(&node),
        format!("a new partition of `{parent}` beside its default partition `{default}`"),
        LockMode::AccessExclusive.held_on(default, "while all of its rows are read"),
        format!(
            "give `{default}` a valid `CHECK` first that rules out the rows of the new partition"
        ),
    );
}
