use squawk_syntax::ast::{self, AstNode};

use crate::context::Context;
use crate::finding::Found;
use crate::locks::takes;
use crate::rule::{Check, rule};
use crate::syntax::{ObjectName, Statement};

rule! {
    /// A change of many rows behind a statement whose strong lock the transaction still holds.
    ///
    /// ## Why it hurts
    ///
    /// A lock is held until the transaction ends. `ADD COLUMN` needs its ACCESS EXCLUSIVE for an
    /// instant; with an `UPDATE` of all rows behind it, nobody reads or writes the table until the
    /// last row is changed. The same holds for the table to which a new table's foreign key refers:
    /// nobody writes to it.
    ///
    /// ## Instead
    ///
    /// Change the schema in one migration and the rows in the next; large tables in batches, outside
    /// of migrations or in several of them.
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
    if !matches!(sql, S::Update(_) | S::Delete(_) | S::Merge(_) | S::Insert(_)) {
        return;
    }
    let Some(lock) = context.locks.first_strong() else {
        return;
    };
    let (name, table) = match sql {
        S::Update(s) => ("UPDATE", s.relation_name().as_ref().and_then(ObjectName::below)),
        S::Delete(s) => ("DELETE", s.relation_name().as_ref().and_then(ObjectName::below)),
        S::Merge(s) => (
            "MERGE",
            s.table_relation_name().as_ref().and_then(ObjectName::below),
        ),
        S::Insert(s) => ("INSERT … SELECT", filled(s, context)),
        _ => return,
    };
    let Some(table) = table else { return };
    if context.is_new_table(&table) && !matches!(sql, S::Insert(_)) {
        return;
    }
    let words = match sql {
        S::Insert(_) | S::Delete(_) | S::Merge(_) => statement.head(3),
        _ => statement.head(2),
    };
    let about = if matches!(sql, S::Insert(_)) { "into" } else { "of" };
    let locking = context.text.get(lock.words.clone()).unwrap_or_default();
    let locking = locking.split_whitespace().collect::<Vec<_>>().join(" ");
    found.add(
        words,
        format!("`{name}` {about} `{table}` in the transaction that still locks `{}`", lock.table),
        format!(
            "`{locking}` before it {}, and keeps that lock until the last row is changed",
            takes(lock.mode, &format!("`{}`", lock.table))
        ),
        "move it into the next migration; many rows are best changed in batches",
    );
}

/// The table that an `INSERT … SELECT` fills with rows of an existing one. What `VALUES` lists, and
/// `SELECT 'a' WHERE NOT EXISTS (…)`, are few rows.
fn filled(insert: &ast::Insert, context: &Context<'_>) -> Option<ObjectName> {
    let Some(ast::InsertSource::SelectVariant(source)) = insert.insert_source() else {
        return None;
    };
    let reads = froms(source).into_iter().any(|from| {
        let read = from.syntax().descendants();
        read.filter_map(ast::RelationNameRef::cast)
            .filter_map(|name| ObjectName::below(&name))
            .any(|name| !context.is_new_table(&name))
    });
    let into = insert.relation_name_ref()?;
    reads.then(|| ObjectName::below(&into))?
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
