//! The rule `reindex-concurrently`.

use squawk_syntax::ast;

use crate::context::Context;
use crate::finding::Found;
use crate::locks::LockMode;
use crate::syntax::{ObjectName, Statement, reindexes_concurrently};

rule! {
    /// `REINDEX` without `CONCURRENTLY` on a table that was there before.
    ///
    /// ## Why it hurts
    ///
    /// While the indexes are rebuilt, it holds SHARE on the table, which blocks every write to it,
    /// and ACCESS EXCLUSIVE on each index. The planner looks at all indexes of a table, so nearly
    /// every query of it waits as well.
    ///
    /// ## Instead
    ///
    /// `REINDEX INDEX CONCURRENTLY` in a migration of its own, with `-- Transaction: none` in the
    /// header, for each index. If it is interrupted, it leaves an index whose name ends in `_ccnew`
    /// or `_ccold`; drop these first, so that it can run again.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// REINDEX TABLE teams;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// -- Transaction: none
    /// DROP INDEX CONCURRENTLY IF EXISTS teams_name_idx_ccnew;
    /// DROP INDEX CONCURRENTLY IF EXISTS teams_name_idx_ccold;
    /// REINDEX INDEX CONCURRENTLY teams_name_idx;
    /// ```
    ///
    /// ## Other tools
    ///
    /// squawk's `require-concurrent-reindex` finds these too, but proposes `CONCURRENTLY` also in a
    /// transaction, where it would fail.
    ///
    /// ## See also
    ///
    /// PostgreSQL manual: `REINDEX`, "Rebuilding Indexes Concurrently".
    "reindex-concurrently", Locks, Error, Check::Statement(check)
}

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    use ast::ReindexTarget as T;
    let Some(ast::Stmt::Reindex(reindex)) = &statement.sql else {
        return;
    };
    let Some(target) = reindex.reindex_target() else {
        return;
    };
    if reindexes_concurrently(reindex) {
        return;
    }
    let (kind, table, index) = match &target {
        T::ReindexTargetIndex(i) => {
            let Some(node) = i.index_ref() else { return };
            let index = ObjectName::below(&node);
            let table = index
                .as_ref()
                .and_then(|index| context.table_of_index(index));
            ("INDEX", table.cloned(), index)
        }
        T::ReindexTargetTable(t) => ("TABLE", ObjectName::below(t), None),
        T::ReindexTargetSchema(_) => ("SCHEMA", None, None),
        T::ReindexTargetDatabase(_) => ("DATABASE", None, None),
        T::ReindexTargetSystem(_) => ("SYSTEM", None, None),
    };
    if table.as_ref().is_some_and(|table| !context.existed(table)) {
        return;
    }
    let keyword = match &target {
        T::ReindexTargetIndex(t) => t.index_token(),
        T::ReindexTargetTable(t) => t.table_token(),
        T::ReindexTargetSchema(t) => t.schema_token(),
        T::ReindexTargetDatabase(t) => t.database_token(),
        T::ReindexTargetSystem(t) => t.system_token(),
    };
    let start = statement.range.start;
    let words = match keyword {
        Some(keyword) => start..statement.range_of_token(&keyword).end.max(start),
        None => statement.head(2),
    };
    let table = match (table, kind) {
        (Some(table), _) => format!("`{table}`"),
        (None, "INDEX") => "its table".to_owned(),
        _ => "each table in turn".to_owned(),
    };
    let built = match kind {
        "INDEX" => "the index until it is built",
        _ => "its indexes until they are built",
    };
    let instead = match (index, kind) {
        (Some(index), _) => format!(
            "in a migration of its own, with `-- Transaction: none` in the header, write `DROP INDEX CONCURRENTLY IF EXISTS {}; DROP INDEX CONCURRENTLY IF EXISTS {}; REINDEX INDEX CONCURRENTLY {};`",
            index.with_suffix("_ccnew").sql(),
            index.with_suffix("_ccold").sql(),
            index.sql()
        ),
        (None, "SYSTEM") => {
            "leave it to an administrator: the catalogs cannot be reindexed concurrently"
                .to_owned()
        }
        _ => "write `REINDEX INDEX CONCURRENTLY …` for each index that needs it, each in a migration of its own with `-- Transaction: none` in the header".to_owned(),
    };
    found.add(
        words,
        format!("`REINDEX {kind}` without `CONCURRENTLY`"),
        format!(
            "{}, and ACCESS EXCLUSIVE on {built}, so that most reads wait too",
            LockMode::Share.taken(&table)
        ),
        instead,
    );
}
