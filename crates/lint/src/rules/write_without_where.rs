//! The rule `write-without-where`.

use std::ops::Range;

use squawk_syntax::ast::{self, AstNode};

use crate::context::Context;
use crate::facts::Space;
use crate::finding::Found;
use crate::syntax::{Merge, ObjectName, Statement, is_always_true};

rule! {
    /// `DELETE`, `UPDATE` or `MERGE` of all rows, without `Destructive` in the header.
    ///
    /// ## Why it hurts
    ///
    /// A forgotten `WHERE` empties or overwrites the whole table, and the rows can only be restored
    /// from a backup. Even if all rows must change, an `UPDATE` of all of them rewrites each one,
    /// including those that have the value already, and locks them until the migration commits.
    ///
    /// ## Instead
    ///
    /// Select the rows: for an `UPDATE`, those that differ. If all rows must go, say why with `--
    /// Destructive: reason` in the header. A table that the same file created, or a temporary one,
    /// is not reported. What is true for every row does not count as a `WHERE`: `true`, `1 = 1`, `c = c`, `c IS
    /// NULL OR c IS NOT NULL`.
    ///
    /// A `MERGE` selects rows by `ON` and `AND`. It changes all of them where the source is the table
    /// itself, or a query of all its rows, and `ON` compares a column with itself. `WHEN NOT MATCHED BY
    /// SOURCE` without `AND` changes every row that the source does not have, whoever wrote it.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// UPDATE users SET locale = 'en';
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// UPDATE users SET locale = 'en' WHERE locale = 'en-GB';
    /// ```
    "write-without-where", Destructive, Error, Check::Statement(check)
}

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    match &statement.sql {
        Some(ast::Stmt::Delete(delete)) => {
            let Some(name) = target(delete.relation_name(), context) else {
                return;
            };
            let is_of_all = Merge::of_delete(delete).is_some_and(|join| join.is_with_itself());
            if !is_of_all && chooses(delete.where_clause_or_current_of(), &name, context) {
                return;
            }
            found.add(
                words(statement, delete.delete_token(), delete.relation_name()),
                format!("`DELETE` of all rows of `{name}`"),
                "the table is emptied, and the rows can only be restored from a backup",
                format!("write `DELETE FROM {name} WHERE …`, or `-- Destructive: reason` in the header if all rows go"),
            );
        }
        Some(ast::Stmt::Update(update)) => {
            let Some(name) = target(update.relation_name(), context) else {
                return;
            };
            let is_of_all = Merge::of_update(update).is_some_and(|join| join.is_with_itself());
            if !is_of_all && chooses(update.where_clause_or_current_of(), &name, context) {
                return;
            }
            let condition = match first_column(update) {
                Some(column) => {
                    format!("add `WHERE {column} IS DISTINCT FROM …` with the new value")
                }
                None => "add a `WHERE` that excludes rows that already have the value".to_owned(),
            };
            found.add(
                words(statement, update.update_token(), update.relation_name()),
                format!("`UPDATE` of all rows of `{name}`"),
                "every row is overwritten, and stays locked until the migration commits",
                format!(
                    "{condition}, or `-- Destructive: reason` to the header if all rows change"
                ),
            );
        }
        Some(ast::Stmt::Merge(merge)) => check_merge(merge, statement, context, found),
        _ => {}
    }
}

fn check_merge(
    merge: &ast::Merge,
    statement: &Statement<'_>,
    context: &Context<'_>,
    found: &mut Found<'_>,
) {
    use ast::MergeWhenClause as W;
    let Some(name) = target(merge.table_relation_name(), context) else {
        return;
    };
    let is_of_all = Merge::of(merge).is_some_and(|merge| {
        merge
            .condition()
            .is_some_and(|on| !leaves_out(on, &name, context))
            || merge.is_with_itself()
    });
    // Of the clauses of a kind, the first that holds decides: those behind `DO NOTHING` leave rows out.
    let (mut spares_matched, mut spares_others) = (false, false);
    for clause in merge.merge_when_clauses() {
        let (action, condition, spares, is_matched) = match &clause {
            W::MergeWhenMatched(when) => (
                when.merge_action(),
                when.merge_condition(),
                &mut spares_matched,
                true,
            ),
            W::MergeWhenNotMatchedSource(when) => (
                when.merge_action(),
                when.merge_condition(),
                &mut spares_others,
                false,
            ),
            W::MergeWhenNotMatchedTarget(_) => continue,
        };
        let condition = condition.and_then(|condition| condition.expr());
        let chooses = condition.is_some_and(|expr| leaves_out(&expr, &name, context));
        let (what, last) = match &action {
            Some(ast::MergeAction::MergeUpdate(update)) => ("updates", update.update_token()),
            Some(ast::MergeAction::MergeDelete(delete)) => ("deletes", delete.delete_token()),
            Some(ast::MergeAction::MergeDoNothing(_)) => {
                *spares = true;
                continue;
            }
            _ => continue,
        };
        if chooses || *spares || (is_matched && !is_of_all) {
            continue;
        }
        let range = statement.range_of(&clause);
        let end = last.map_or(range.end, |verb| statement.range_of_token(&verb).end);
        let (of, why) = match (is_matched, what) {
            (true, "deletes") => (
                format!("all rows of `{name}`"),
                "`ON` leaves none out: the table is emptied, and the rows can only be restored from a backup",
            ),
            (true, _) => (
                format!("all rows of `{name}`"),
                "`ON` leaves none out: every row is overwritten, and stays locked until the migration commits",
            ),
            (false, "deletes") => (
                format!("the rows of `{name}` that its source does not have"),
                "the rows that others have written go too, and can only be restored from a backup",
            ),
            (false, _) => (
                format!("the rows of `{name}` that its source does not have"),
                "the rows that others have written are overwritten too, and stay locked until the migration commits",
            ),
        };
        let when = if is_matched {
            "WHEN MATCHED"
        } else {
            "WHEN NOT MATCHED BY SOURCE"
        };
        found.add(
            range.start..end.max(range.start),
            format!("`MERGE` {what} {of}"),
            why,
            format!(
                "select the rows that have to change: `{when} AND … THEN`; or `-- Destructive: reason` in the header if all of them do"
            ),
        );
    }
}

/// The table, unless the file made it.
fn target(table: Option<impl AstNode>, context: &Context<'_>) -> Option<ObjectName> {
    let name = ObjectName::below(&table?)?;
    let own = name.schema.as_deref() == Some("pg_temp")
        || context.file.made.has(Space::Relation, &name)
        || context.file.made.has(
            Space::Relation,
            &ObjectName::new(Some("pg_temp"), &name.name),
        );
    (!own).then_some(name)
}

/// From the verb to the table's name: in `WITH … DELETE` the verb is not the first word.
fn words(
    statement: &Statement<'_>,
    verb: Option<squawk_syntax::SyntaxToken>,
    table: Option<ast::RelationName>,
) -> Range<usize> {
    let start = verb.map_or(statement.range.start, |verb| {
        statement.range_of_token(&verb).start
    });
    let end = table.map_or(statement.range.end, |table| statement.range_of(&table).end);
    start..end.max(start)
}

/// Whether the `WHERE` leaves any row out.
fn chooses(
    clause: Option<ast::WhereClauseOrCurrentOf>,
    table: &ObjectName,
    context: &Context<'_>,
) -> bool {
    let Some(ast::WhereClauseOrCurrentOf::WhereClause(clause)) = &clause else {
        return clause.is_some();
    };
    clause
        .expr()
        .is_some_and(|expr| leaves_out(&expr, table, context))
}

/// Whether a condition leaves any row of the table out.
fn leaves_out(expr: &ast::Expr, table: &ObjectName, context: &Context<'_>) -> bool {
    !is_always_true(expr, &|column| context.is_not_null(table, column))
}

fn first_column(update: &ast::Update) -> Option<String> {
    let columns = update.set_clause()?.set_column_list()?;
    match columns.set_columns().next()? {
        ast::SetColumn::SetSingleColumn(set) => Some(
            set.column_target()?
                .syntax()
                .text()
                .to_string()
                .trim()
                .to_owned(),
        ),
        ast::SetColumn::SetMultipleColumns(_) => None,
    }
}
