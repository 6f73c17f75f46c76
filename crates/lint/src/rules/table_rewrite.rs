//! The rule `table-rewrite`.

use std::ops::Range;

use squawk_syntax::ast::{self, AstNode};

use crate::context::Context;
use crate::finding::Found;
use crate::locks::LockMode;
use crate::syntax::{ObjectName, Statement, clustered, is_full, words_of};

rule! {
    /// A statement that rewrites a whole table: `VACUUM FULL`, `CLUSTER`, another tablespace,
    /// access method or persistence.
    ///
    /// ## Why it hurts
    ///
    /// It holds ACCESS EXCLUSIVE, which blocks every read and write of the table, until the last
    /// row is written and every index built: minutes or hours for a large one. It needs as much
    /// disk space as the table, and all of it is sent to the replicas.
    ///
    /// ## Instead
    ///
    /// Leave it out of migrations: it changes how rows are stored, not their content. An
    /// administrator runs it in a maintenance window; instead of `VACUUM FULL`, `CLUSTER` and `SET
    /// TABLESPACE`, pg_repack works online. Where it has to be a migration, make a new table, fill
    /// it in batches, and switch. An index moves with `REINDEX (TABLESPACE …, CONCURRENTLY)`.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// ALTER TABLE teams SET TABLESPACE fast;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// CREATE TABLE IF NOT EXISTS teams (
    ///     team_id uuid CONSTRAINT teams_pkey PRIMARY KEY
    /// ) TABLESPACE fast;
    /// ```
    ///
    /// ## See also
    ///
    /// PostgreSQL manual: `ALTER TABLE`, `CLUSTER`, `VACUUM`; "Recovering Disk Space".
    "table-rewrite", Locks, Error, Check::Statement(check)
}

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    use ast::Stmt as S;
    let index = match &statement.sql {
        Some(S::AlterIndex(alter)) => alter.index_ref().as_ref().map(words_of),
        _ => None,
    };
    let mut add = |range: Range<usize>, what: &str, object: &str, name: Option<ObjectName>| {
        if name.as_ref().is_some_and(|name| !context.existed(name)) {
            return;
        }
        let target = name.map_or_else(|| object.to_owned(), |name| format!("`{name}`"));
        found.add(
            range,
            format!("{what} rewrites {target}"),
            if index.is_some() {
                "takes ACCESS EXCLUSIVE on the index until it is rewritten; planning a query opens every index of the table, so nearly every query of it waits".to_owned()
            } else {
                format!(
                    "{}, until it is rewritten and every index rebuilt",
                    LockMode::AccessExclusive.taken(&target)
                )
            },
            instead(what, index.as_deref()),
        );
    };
    match &statement.sql {
        Some(S::Vacuum(vacuum)) if is_full(vacuum) => {
            let options = vacuum.vacuum_option_list();
            let words = match options {
                Some(options) => statement.up_to(options.syntax()),
                None => statement.head(2),
            };
            let tables = vacuum.table_and_columns_list().into_iter();
            let mut tables = tables.flat_map(|list| list.table_and_columnss()).peekable();
            if tables.peek().is_none() {
                add(words.clone(), "`VACUUM FULL`", "every table", None);
            }
            for table in tables {
                let table = ObjectName::below(&table);
                add(words.clone(), "`VACUUM FULL`", "", table);
            }
        }
        Some(S::Cluster(cluster)) => {
            let every = "every table that was clustered before";
            add(statement.head(1), "`CLUSTER`", every, clustered(cluster));
        }
        Some(S::AlterTable(alter)) => {
            let table = ObjectName::of(alter.table_relation_name());
            for action in alter.actions() {
                if let Some(what) = of_action(&action) {
                    add(statement.range_of(&action), what, "", table.clone());
                }
            }
            if let Some(all) = alter.all_in_tablespace() {
                let range = statement.range_of(&all);
                add(
                    range,
                    "`SET TABLESPACE`",
                    "every table of the tablespace",
                    None,
                );
            }
        }
        Some(S::AlterMaterializedView(alter)) => {
            let view = ObjectName::of(alter.view_ref());
            for action in alter.action() {
                if let ast::AlterMaterializedViewAction::AlterTableAction(action) = action
                    && let Some(what) = of_action(&action)
                {
                    add(statement.range_of(&action), what, "", view.clone());
                }
            }
        }
        Some(S::AlterIndex(alter)) => {
            let Some(ast::AlterIndexAction::SetTablespace(set)) = alter.action() else {
                return;
            };
            let index = ObjectName::of(alter.index_ref());
            let table = index
                .as_ref()
                .and_then(|index| context.table_of_index(index));
            if table.is_none_or(|table| context.existed(table)) {
                add(statement.range_of(&set), "`SET TABLESPACE`", "", index);
            }
        }
        _ => {}
    }
}

/// What to do in place of it. What pg_repack can do online is less than what rewrites a table.
fn instead(what: &str, index: Option<&str>) -> String {
    if let Some(index) = index {
        return format!(
            "from PostgreSQL 14 on, in a migration of its own with `-- Transaction: none`, write `REINDEX (TABLESPACE …, CONCURRENTLY) INDEX {index}`"
        );
    }
    let operator = match what {
        "`VACUUM FULL`" => {
            return "write `VACUUM`, which frees the space for new rows; to shrink the files, an administrator can use pg_repack or a maintenance window".to_owned();
        }
        "`CLUSTER`" | "`SET TABLESPACE`" => "with pg_repack or in a maintenance window",
        _ => "in a maintenance window",
    };
    format!(
        "leave it to an administrator, {operator}; or create a new table, fill it in batches, and switch"
    )
}

fn of_action(action: &ast::AlterTableAction) -> Option<&'static str> {
    Some(match action {
        ast::AlterTableAction::SetTablespace(_) => "`SET TABLESPACE`",
        ast::AlterTableAction::SetAccessMethod(_) => "`SET ACCESS METHOD`",
        ast::AlterTableAction::SetLogged(_) => "`SET LOGGED`",
        ast::AlterTableAction::SetUnlogged(_) => "`SET UNLOGGED`",
        _ => return None,
    })
}
