//! The rule `data-with-schema`.

use squawk_syntax::ast::{self, AstNode};

use crate::context::Context;
use crate::finding::Found;
use crate::syntax::{Merge, ObjectName, Statement, equalities, one_line, tree};

rule! {
    /// A change of many rows after a statement whose strong lock the transaction still holds.
    ///
    /// ## Why it hurts
    ///
    /// A lock is held until the transaction ends. `ADD COLUMN` needs its ACCESS EXCLUSIVE for a
    /// moment; with an `UPDATE` of all rows after it, nobody can read or write the table until the
    /// last row is changed. The same holds for the table to which a new table's foreign key refers:
    /// nobody can write to it.
    ///
    /// ## Instead
    ///
    /// Change the schema in one migration and the rows in the next. Change large tables in batches,
    /// outside of migrations or in several of them. A row that a unique key chooses is no matter.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// ALTER TABLE teams ADD COLUMN IF NOT EXISTS motto text;
    /// UPDATE teams SET motto = name WHERE motto IS NULL;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// ALTER TABLE teams ADD COLUMN IF NOT EXISTS motto text;
    /// -- next migration
    /// UPDATE teams SET motto = name WHERE motto IS NULL;
    /// ```
    ///
    /// ## See also
    ///
    /// PostgreSQL manual: "Explicit Locking".
    "data-with-schema", Locks, Error, Check::Statement(check)
}

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    use ast::Stmt as S;
    let Some(sql) = &statement.sql else { return };
    if !matches!(
        sql,
        S::Update(_) | S::Delete(_) | S::Merge(_) | S::Insert(_)
    ) {
        return;
    }
    let Some(lock) = context.locks.first_strong() else {
        return;
    };
    let (name, word, target) = match sql {
        S::Update(s) => ("UPDATE", s.update_token(), node(s.relation_name())),
        S::Delete(s) => ("DELETE", s.delete_token(), node(s.relation_name())),
        S::Merge(s) => ("MERGE", s.merge_token(), node(s.table_relation_name())),
        S::Insert(s) if copies(s, context) => (
            "INSERT … SELECT",
            s.insert_token(),
            node(s.relation_name_ref()),
        ),
        _ => return,
    };
    let (Some(word), Some(target)) = (word, target) else {
        return;
    };
    let path = tree::first::<ast::PathRef>(&target);
    let Some(table) = path.and_then(|path| ObjectName::of_path_ref(&path)) else {
        return;
    };
    let is_insert = matches!(sql, S::Insert(_));
    if !is_insert && (!context.existed(&table) || is_few_rows(sql, &table, context)) {
        return;
    }
    let start = statement.range_of_token(&word).start;
    let words = start..statement.range_of_node(&target).end.max(start);
    let about = if is_insert { "into" } else { "of" };
    let locking = one_line(context.text.get(lock.words.clone()).unwrap_or_default());
    found.add(
        words,
        format!(
            "`{name}` {about} `{table}` in the transaction that still locks `{}`",
            lock.table
        ),
        format!(
            "`{locking}` before it {}, and keeps that lock until the last row is changed",
            lock.mode.taken_on(&lock.table)
        ),
        "move it into the next migration, and change many rows in batches",
    );
}

/// Whether the statement changes one row at most, or those few that it writes out: it gives a value for
/// each column of a unique key.
fn is_few_rows(sql: &ast::Stmt, table: &ObjectName, context: &Context<'_>) -> bool {
    let clause = match sql {
        ast::Stmt::Update(update) => update.where_clause_or_current_of(),
        ast::Stmt::Delete(delete) => delete.where_clause_or_current_of(),
        ast::Stmt::Merge(merge) => return is_by_key(&given_by_merge(merge), table, context),
        _ => None,
    };
    let Some(ast::WhereClauseOrCurrentOf::WhereClause(clause)) = clause else {
        return clause.is_some();
    };
    let given = clause.expr().map(|expr| equalities(&expr));
    let given = given.unwrap_or_default().into_iter().map(|(name, _)| name);
    is_by_key(&given.collect::<Vec<_>>(), table, context)
}

/// The columns for which a `MERGE` that writes out its rows gives the values. That it has a clause for
/// the rows of the table that it does not give makes it one of all rows.
fn given_by_merge(merge: &ast::Merge) -> Vec<String> {
    let changes_others = merge
        .merge_when_clauses()
        .any(|when| matches!(when, ast::MergeWhenClause::MergeWhenNotMatchedSource(_)));
    match Merge::of(merge).filter(|merge| merge.is_written_out() && !changes_others) {
        Some(merge) => merge.pairs().into_iter().map(|pair| pair.column).collect(),
        None => Vec::new(),
    }
}

/// Whether columns with given values make up a unique key of the table.
fn is_by_key(given: &[String], table: &ObjectName, context: &Context<'_>) -> bool {
    context.catalog.relation(table).is_some_and(|relation| {
        relation.keys.iter().any(|key| {
            let is_given = |column: &String| given.contains(column);
            let is_whole = !key.is_computed && !key.is_partial && !key.excludes;
            is_whole && !key.columns.is_empty() && key.columns.iter().all(is_given)
        })
    })
}

fn node(node: Option<impl AstNode>) -> Option<squawk_syntax::SyntaxNode> {
    node.map(|node| node.syntax().clone())
}

/// Whether an `INSERT … SELECT` reads an existing table for its rows. What `VALUES` lists, and
/// `SELECT 'a' WHERE NOT EXISTS (…)`, are few rows.
fn copies(insert: &ast::Insert, context: &Context<'_>) -> bool {
    let Some(ast::InsertSource::SelectVariant(source)) = insert.insert_source() else {
        return false;
    };
    froms(source).into_iter().any(|from| {
        let read = from.syntax().descendants();
        read.filter_map(ast::RelationNameRef::cast)
            .filter_map(|name| ObjectName::below(&name))
            .any(|name| context.existed(&name))
    })
}

/// The `FROM` clauses that make the rows of a query.
fn froms(query: ast::SelectVariant) -> Vec<ast::FromClause> {
    let mut found = Vec::new();
    let mut open = vec![query.syntax().clone()];
    while let Some(node) = open.pop() {
        if let Some(select) = ast::Select::cast(node.clone()) {
            found.extend(select.from_clause());
        } else if ast::CompoundSelect::can_cast(node.kind())
            || ast::ParenSelect::can_cast(node.kind())
        {
            open.extend(node.children());
        }
    }
    found
}
