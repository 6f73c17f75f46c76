//! The rule `drop-in-use`.

use std::ops::Range;

use squawk_syntax::ast::{self, AstNode};

use crate::context::Context;
use crate::finding::Found;
use crate::object::{Dropped, Object, ObjectKind};
use crate::syntax::{ObjectName, Statement, TablePrivileges, name_of, tree};

rule! {
    /// Something is dropped that the running release may rely on: a view, a function, a policy, a unique
    /// or foreign key, a default, `NOT NULL`, what computes a column, a privilege.
    ///
    /// ## Why it hurts
    ///
    /// While the migration runs, and for some time after it, the old release is still in use. Its
    /// queries of a view fail, and its `ON CONFLICT (…)` without the unique key. It fails where a
    /// default is missing, or when it reads a NULL. It does not know a new column at all: one that is `NOT
    /// NULL` needs its default until a release fills it. A column that is generated no longer (`DROP
    /// EXPRESSION`) stays empty in its rows, unless the migration makes a trigger that fills it. Without a privilege (`REVOKE`, or `SECURITY INVOKER` for a
    /// function that was `SECURITY DEFINER`) its statements fail with 42501.
    ///
    /// ## Instead
    ///
    /// Let a release stop relying on it first, and drop it in a later migration, with `--
    /// Destructive: why nobody needs it any more` in the header. What the same migration makes again
    /// is not reported.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// DROP VIEW IF EXISTS active_teams;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// DROP VIEW IF EXISTS active_teams;
    /// CREATE VIEW active_teams AS SELECT team_id FROM teams WHERE active;
    /// ```
    ///
    /// ## See also
    ///
    /// [rename-in-use](rename-in-use.md), [drop-data](drop-data.md).
    "drop-in-use", Destructive, Warning, Check::Statement(check)
}

const INSTEAD: &str = "let a release stop relying on it first; then drop it with `-- Destructive: why nobody needs it any more` in the header";

const INSTEAD_OF_RIGHTS: &str = "let a release stop needing it first; then take it away with `-- Destructive: why nobody needs it any more` in the header";

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    let Some(sql) = &statement.sql else { return };
    columns(sql, statement, context, found);
    privileges(sql, statement, context, found);
    for dropped in Dropped::of(sql) {
        use ObjectKind as K;
        let why = match dropped.kind {
            K::View | K::MaterializedView => "queries of the running release that read it fail",
            K::Function | K::Procedure => "the running release may call it",
            K::Policy => "the running release no longer sees the rows that it lets pass",
            K::Constraint => {
                "the running release may rely on it: `ON CONFLICT` fails without its unique key, and rows may come to refer to nothing"
            }
            _ => continue,
        };
        for object in &dropped.objects {
            let owner = object.on.as_ref();
            let is_new = match dropped.kind {
                K::Constraint => owner.is_some_and(|table| {
                    let known = context.relation(table);
                    let name = &object.name.name;
                    !context.existed(table)
                        || name.ends_with("_check")
                        || known.is_some_and(|known| known.is_check(name))
                }),
                K::Function | K::Procedure if !context.catalog.has_function(&object.name) => true,
                K::Policy => owner.is_some_and(|table| !context.existed(table)),
                _ => context
                    .file
                    .second_run
                    .is_made_before(object, statement.range.start),
            };
            if is_new {
                continue;
            }
            let what = match owner.filter(|_| dropped.kind.is_part()) {
                Some(table) => {
                    let kind = dropped.kind.words().to_lowercase();
                    let name = &object.name;
                    let is_key = dropped.kind == K::Constraint && dropped.cascades;
                    let also = is_key.then(|| context.dropped_with_constraint(table, &name.name));
                    match also.and_then(|also| also.list()) {
                        Some(also) => {
                            format!("the {kind} `{name}` of `{table}` is dropped, with {also}")
                        }
                        None => format!("the {kind} `{name}` of `{table}` is dropped"),
                    }
                }
                None => {
                    let kind = dropped.kind.words().to_lowercase();
                    format!("the {kind} `{}` is dropped", object.name)
                }
            };
            found.add(dropped.words(statement), what, why, INSTEAD);
            found.unless_made_again(object.clone());
        }
    }
}

/// `SECURITY INVOKER`, or the first words.
fn words_of_security(statement: &Statement<'_>, sql: &ast::Stmt) -> Range<usize> {
    let option = tree::first::<ast::SecurityInvokerFuncOption>(sql.syntax());
    option.map_or_else(|| statement.head(4), |option| statement.range_of(&option))
}

/// `REVOKE`, and functions that lose the rights of their owner.
fn privileges(
    sql: &ast::Stmt,
    statement: &Statement<'_>,
    context: &Context<'_>,
    found: &mut Found<'_>,
) {
    if let Some(name) = context.security_changes(sql, false) {
        found.add(
            words_of_security(statement, sql),
            format!("`{name}` runs with the rights of its caller from then on"),
            "calls of the running release fail with 42501 (`insufficient_privilege`) where its role lacks them",
            INSTEAD_OF_RIGHTS,
        );
    }
    let Some(revoke) = TablePrivileges::of(sql).filter(|change| !change.is_grant) else {
        return;
    };
    for table in context.catalog.tables_of(&revoke, statement) {
        let Some((table, known)) = context.catalog.resolve(&table) else {
            continue;
        };
        if !context.existed(table) {
            continue;
        }
        for role in &revoke.roles {
            let held = context.catalog.may_hold(known, role, &revoke.privileges);
            if held.is_empty() {
                continue;
            }
            found.add(
                statement.head(2),
                format!("`{role}` loses `{}` on `{table}`", revoke.written),
                "statements of the running release that need it fail with 42501 (`insufficient_privilege`)",
                INSTEAD_OF_RIGHTS,
            );
            found.unless_granted(table.clone(), role.clone(), held);
        }
    }
}

/// `DROP NOT NULL`, `DROP DEFAULT`, `DROP EXPRESSION`.
fn columns(
    sql: &ast::Stmt,
    statement: &Statement<'_>,
    context: &Context<'_>,
    found: &mut Found<'_>,
) {
    let ast::Stmt::AlterTable(alter) = sql else {
        return;
    };
    let Some(table) = ObjectName::of(alter.table_relation_name()) else {
        return;
    };
    if !context.existed(&table) {
        return;
    }
    for action in alter.actions() {
        let ast::AlterTableAction::AlterColumn(column) = action else {
            continue;
        };
        let Some(name) = name_of(column.column_name_ref()) else {
            continue;
        };
        let is_default = matches!(
            column.option(),
            Some(ast::AlterColumnOption::DropDefault(_))
        );
        let (node, what, why) = match column.option() {
            Some(ast::AlterColumnOption::DropNotNull(drop)) => (
                drop.syntax().clone(),
                format!("`{name}` of `{table}` may be NULL from then on"),
                "the running release may fail when it reads a NULL there",
            ),
            Some(ast::AlterColumnOption::DropDefault(drop)) => (
                drop.syntax().clone(),
                format!("`{name}` of `{table}` has no default any more"),
                "the running release may leave the column out when it inserts a row",
            ),
            Some(ast::AlterColumnOption::DropExpression(drop)) => (
                drop.syntax().clone(),
                format!("`{name}` of `{table}` is not computed any more"),
                "the running release does not fill it, so rows that it inserts have its default there, or NULL, and those that it updates keep an old value",
            ),
            _ => continue,
        };
        let made = context.file.made.has_column(&table, &name);
        if made && is_default && context.is_not_null(&table, &name) {
            found.add(
                statement.range_of_node(&node),
                format!("`{name}` of `{table}` is new and `NOT NULL`, and has no default any more"),
                "the running release does not know the column, so its `INSERT`s fail with 23502 (`not_null_violation`)",
                "keep the default until every release fills the column, and drop it in a later migration",
            );
            let name = ObjectName::new(None, &name);
            found.unless_made_again(Object::named(ObjectKind::Column, name, Some(&table)));
        } else if !made {
            found.add(statement.range_of_node(&node), what, why, INSTEAD);
            if matches!(
                column.option(),
                Some(ast::AlterColumnOption::DropExpression(_))
            ) {
                found.unless_filled(table.clone());
            }
            if is_default {
                let name = ObjectName::new(None, &name);
                found.unless_made_again(Object::named(ObjectKind::Column, name, Some(&table)));
            }
        }
    }
}
