//! The locks that a statement takes.

use squawk_syntax::ast::{self, AstNode};

use super::lock::{Lock, Locked};
use super::{Held, LockMode, alter_table};
use crate::syntax::{ObjectName, clustered, is_full, reindexes_concurrently, tree};

/// The locks stronger than ROW EXCLUSIVE that a statement takes on the tables that it names;
/// several for one table where several of its parts take one.
///
/// PostgreSQL manual, "Explicit Locking", and the reference page of each statement; what is not
/// said there was measured, and `tests/lint/locks.rs` compares all of it with `pg_locks`. What is
/// locked without being named is added where the catalog is known: `context/also_locked.rs`.
pub(crate) fn locks_of(sql: &ast::Stmt) -> Vec<Lock> {
    use Held::{Asked, Briefly, Building, Refreshing, Rewriting, Scanning};
    use LockMode::{
        AccessExclusive, Exclusive, Share, ShareRowExclusive, ShareUpdateExclusive as Update,
    };
    use ast::Stmt as S;
    match sql {
        S::AlterTable(s) => alter_table::of_actions(s.table_relation_name(), s.actions()),
        S::AlterForeignTable(s) => alter_table::of_actions(s.table_relation_name(), s.actions()),
        S::AlterMaterializedView(s) => of_materialized_view(s),
        S::AlterView(s) => each(s.view_ref(), AccessExclusive, Briefly),
        S::AlterTrigger(s) => each(s.on_relation(), AccessExclusive, Briefly),
        S::AlterPolicy(s) => each(s.on_table(), AccessExclusive, Briefly),
        S::AlterRule(s) => each(s.on_relation(), AccessExclusive, Briefly),
        S::Analyze(s) => each(
            s.table_and_columns_list()
                .into_iter()
                .flat_map(|list| list.table_and_columnss()),
            Update,
            Scanning,
        ),
        S::Vacuum(s) => {
            let (mode, held) = match is_full(s) {
                true => (AccessExclusive, Rewriting),
                false => (Update, Scanning),
            };
            let tables = s.table_and_columns_list().into_iter();
            each(
                tables.flat_map(|list| list.table_and_columnss()),
                mode,
                held,
            )
        }
        S::Cluster(s) => {
            let lock = |table| Lock::table(table, AccessExclusive, Rewriting);
            clustered(s).map(lock).into_iter().collect()
        }
        S::CommentOn(s) => match s.comment_object() {
            Some(ast::CommentObject::ObjectTable(o)) => each(Some(o), Update, Briefly),
            Some(ast::CommentObject::ObjectForeignTable(o)) => each(Some(o), Update, Briefly),
            Some(ast::CommentObject::ObjectView(o)) => each(Some(o), Update, Briefly),
            Some(ast::CommentObject::ObjectMaterializedView(o)) => each(Some(o), Update, Briefly),
            Some(ast::CommentObject::ObjectColumn(o)) => of_column(&o),
            _ => Vec::new(),
        },
        S::CreateIndex(s) => {
            let mode = s.concurrently_token().map_or(Share, |_| Update);
            each(s.table_relation_name(), mode, Building)
        }
        S::CreatePolicy(s) => each(s.on_table(), AccessExclusive, Briefly),
        S::CreateRule(s) => {
            let on = tree::child::<ast::RuleOn>(s.syntax());
            let table = on.and_then(|on| on.relation_name_ref());
            each(table, AccessExclusive, Briefly)
        }
        S::CreateStatistics(s) => each(s.from_table(), Update, Briefly),
        S::CreateTable(s) => of_new_table(s),
        S::CreateForeignTable(s) => of_new_table(s),
        S::CreateTrigger(s) => each(s.on_relation(), ShareRowExclusive, Briefly),
        S::CreateView(s) if s.or_replace().is_some() => each(s.view(), AccessExclusive, Briefly),
        S::DropIndex(s) => {
            let mode = s.concurrently_token().map_or(AccessExclusive, |_| Update);
            s.index_refs()
                .flat_map(|index| of_index(&index, mode, Briefly))
                .collect()
        }
        S::DropPolicy(s) => each(s.on_table(), AccessExclusive, Briefly),
        S::DropRule(s) => each(s.on_relation(), AccessExclusive, Briefly),
        S::DropTrigger(s) => each(s.on_relation(), AccessExclusive, Briefly),
        S::DropTable(s) => each(s.table_name_refs(), AccessExclusive, Briefly),
        S::DropForeignTable(s) => each(s.table_name_refs(), AccessExclusive, Briefly),
        S::DropMaterializedView(s) => each(s.view_refs(), AccessExclusive, Briefly),
        S::DropView(s) => each(s.view_refs(), AccessExclusive, Briefly),
        S::Lock(s) => {
            let tables = s.relation_list().into_iter();
            let tables = tables.flat_map(|list| list.relation_names());
            each(tables, mode_asked_for(s), Asked)
        }
        S::Refresh(s) => {
            let mode = s
                .concurrently_token()
                .map_or(AccessExclusive, |_| Exclusive);
            each(s.view_ref(), mode, Refreshing)
        }
        S::Reindex(s) => {
            let mode = match reindexes_concurrently(s) {
                true => Update,
                false => Share,
            };
            match s.reindex_target() {
                Some(ast::ReindexTarget::ReindexTargetTable(t)) => each(Some(t), mode, Building),
                Some(ast::ReindexTarget::ReindexTargetIndex(i)) => of_index(&i, mode, Building),
                _ => Vec::new(),
            }
        }
        S::Truncate(s) => {
            let tables = s.table_list().into_iter();
            each(
                tables.flat_map(|list| list.table_relation_names()),
                AccessExclusive,
                Briefly,
            )
        }
        _ => Vec::new(),
    }
}

fn each<N: AstNode>(nodes: impl IntoIterator<Item = N>, mode: LockMode, held: Held) -> Vec<Lock> {
    let names = nodes.into_iter().filter_map(|n| ObjectName::below(&n));
    names.map(|name| Lock::table(name, mode, held)).collect()
}

fn of_index(node: &impl AstNode, mode: LockMode, held: Held) -> Vec<Lock> {
    let index = ObjectName::below(node).into_iter();
    index
        .map(|index| Lock {
            on: Locked::TableOfIndex(index),
            mode,
            held,
        })
        .collect()
}

/// `COMMENT ON COLUMN schema.table.column`: the table is what stands before the last dot.
fn of_column(column: &ast::ObjectColumn) -> Vec<Lock> {
    let path = tree::first::<ast::PathRef>(column.syntax());
    let table = path
        .and_then(|path| path.qualifier())
        .and_then(|table| ObjectName::of_path_ref(&table));
    let lock = |table| Lock::table(table, LockMode::ShareUpdateExclusive, Held::Briefly);
    table.map(lock).into_iter().collect()
}

fn of_materialized_view(alter: &ast::AlterMaterializedView) -> Vec<Lock> {
    let Some(view) = ObjectName::of(alter.view_ref()) else {
        return Vec::new();
    };
    alter
        .action()
        .flat_map(|action| match action {
            ast::AlterMaterializedViewAction::AlterTableAction(action) => {
                alter_table::of_action(&view, &action)
            }
            _ => vec![Lock::table(
                view.clone(),
                LockMode::AccessExclusive,
                Held::Briefly,
            )],
        })
        .collect()
}

/// What a new table locks: its parents, and the tables that its foreign keys refer to.
fn of_new_table(create: &impl AstNode) -> Vec<Lock> {
    let own = ObjectName::below(create);
    let mut locks = Vec::new();
    for node in create.syntax().children() {
        if let Some(partition) = ast::PartitionOf::cast(node.clone()) {
            let parent = partition.table_name_ref();
            locks.extend(each(parent, LockMode::AccessExclusive, Held::Briefly));
        } else if let Some(inherits) = ast::Inherits::cast(node) {
            let parents = inherits.table_name_refs();
            locks.extend(each(parents, LockMode::ShareUpdateExclusive, Held::Briefly));
        }
    }
    let referenced = alter_table::referenced(create.syntax());
    let others = referenced.filter(|name| own.as_ref().is_none_or(|own| !own.may_be(name)));
    locks.extend(
        others.map(|name| Lock::table(name, LockMode::ShareRowExclusive, Held::Referenced)),
    );
    locks
}

/// The mode of `LOCK TABLE`.
pub(crate) fn mode_asked_for(lock: &ast::Lock) -> LockMode {
    use ast::LockMode as M;
    match lock
        .lock_mode_clause()
        .and_then(|clause| clause.lock_mode())
    {
        Some(M::AccessShare(_)) => LockMode::AccessShare,
        Some(M::RowShare(_)) => LockMode::RowShare,
        Some(M::RowExclusive(_)) => LockMode::RowExclusive,
        Some(M::ShareUpdateExclusive(_)) => LockMode::ShareUpdateExclusive,
        Some(M::Share(_)) => LockMode::Share,
        Some(M::ShareRowExclusive(_)) => LockMode::ShareRowExclusive,
        Some(M::Exclusive(_)) => LockMode::Exclusive,
        Some(M::AccessExclusive(_)) | None => LockMode::AccessExclusive,
    }
}
