//! The rule `insert-on-conflict`.

use squawk_syntax::ast::{self, AstNode, BinOp};
use squawk_syntax::{SyntaxKind, SyntaxNode};

use crate::checked::{Check, rule};
use crate::context::Context;
use crate::finding::Found;
use crate::object::SqlState;
use crate::syntax::{ObjectName, Statement};

rule! {
    /// An `INSERT` that adds its rows again each time it runs.
    ///
    /// ## Why it hurts
    ///
    /// If the migration runs again, the statement fails with 23505 (`unique_violation`) where a
    /// unique key covers the rows, and so does the migration. Without such a key, all rows are
    /// inserted twice, without an error. A table that the same file creates `IF NOT EXISTS` may
    /// hold the rows already.
    ///
    /// ## Instead
    ///
    /// `ON CONFLICT (…) DO NOTHING`, or `DO UPDATE` where the migration's values should replace
    /// existing ones. The conflict target must be a key whose values are the same in each run, not
    /// a generated id. Without such a key: `INSERT … SELECT … WHERE NOT EXISTS (…)`, `EXCEPT`, a
    /// `LEFT JOIN … IS NULL`, `MERGE`, or a `DO` block that looks for the rows first.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// INSERT INTO roles (code, display_name) VALUES ('editor', 'Editor');
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// INSERT INTO roles (code, display_name) VALUES ('editor', 'Editor')
    /// ON CONFLICT (code) DO NOTHING;
    ///
    /// INSERT INTO role_names (code)
    /// SELECT r.code FROM roles AS r
    /// WHERE NOT EXISTS (SELECT 1 FROM role_names AS n WHERE n.code = r.code);
    /// ```
    ///
    /// ## See also
    ///
    /// The PostgreSQL manual on `INSERT`, section "ON CONFLICT Clause".
    "insert-on-conflict", Idempotency, Error, Check::Statement(check)
}

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    let Some(ast::Stmt::Insert(insert)) = &statement.sql else {
        return;
    };
    let Some(table) = ObjectName::of(insert.relation_name_ref()) else {
        return;
    };
    let at = &statement.range;
    if insert.on_conflict_clause().is_some()
        || looks_first(insert)
        || takes_what_is_left(insert)
        || context.file.again.is_made_anew(&table, at)
        || context.file.again.is_emptied(&table, at)
        || statement.catches(SqlState::UNIQUE_VIOLATION.names())
        || statement
            .facts()
            .any(|fact| !fact.exists && (fact.is_of_catalog() || fact.reads(&table)))
    {
        return;
    }
    let place = match (insert.insert_token(), insert.into_token()) {
        (Some(first), Some(last)) => {
            let start = statement.range_of_token(&first).start;
            start..statement.range_of_token(&last).end.max(start)
        }
        _ => statement.head(2),
    };
    found.add(
        place,
        format!("`INSERT` into `{table}` without `ON CONFLICT`"),
        "if the migration runs again, this fails with 23505 (`unique_violation`), or, without a unique key, inserts all rows again",
        "write `ON CONFLICT (…) DO NOTHING` at its end, with all columns of a unique key that is not generated; without such a key, `INSERT … SELECT … WHERE NOT EXISTS (…)`",
    );
}

/// Whether the rows come from a query that leaves out those that are there: `NOT EXISTS`,
/// `NOT IN (SELECT …)`, `EXCEPT`, `LEFT JOIN … IS NULL`.
fn looks_first(insert: &ast::Insert) -> bool {
    insert.syntax().descendants().any(|node| {
        if ast::Except::can_cast(node.kind()) {
            true
        } else if let Some(prefix) = ast::PrefixExpr::cast(node.clone()) {
            is_not(&prefix) && prefix.expr().is_some_and(|inner| has_query(inner.syntax()))
        } else if let Some(binary) = ast::BinExpr::cast(node) {
            match binary.op() {
                Some(BinOp::NotIn(_)) => has_query(binary.syntax()),
                Some(BinOp::Is(_)) => {
                    let is_null = binary.rhs().is_some_and(|rhs| {
                        rhs.syntax().text().to_string().eq_ignore_ascii_case("null")
                    });
                    is_null && has_left_join(insert.syntax())
                }
                _ => false,
            }
        } else {
            false
        }
    })
}

fn is_not(prefix: &ast::PrefixExpr) -> bool {
    matches!(prefix.op(), Some(ast::PrefixOp::Not(_)))
}

fn has_query(node: &SyntaxNode) -> bool {
    node.descendants()
        .any(|inner| ast::SelectVariant::can_cast(inner.kind()))
}

fn has_left_join(node: &SyntaxNode) -> bool {
    node.descendants_with_tokens()
        .filter_map(|element| element.into_token())
        .any(|token| token.kind() == SyntaxKind::LEFT_KW)
}

/// Whether the rows are those that another part of the statement took away, or added where they
/// were not yet: `WITH gone AS (DELETE … RETURNING …) INSERT … SELECT … FROM gone`. A second run
/// finds none.
fn takes_what_is_left(insert: &ast::Insert) -> bool {
    let Some(with) = insert.with_clause() else {
        return false;
    };
    with.syntax().descendants().any(|node| {
        ast::Delete::can_cast(node.kind())
            || ast::Insert::cast(node).is_some_and(|inner| {
                inner.on_conflict_clause().is_some_and(|clause| {
                    matches!(
                        clause.conflict_action(),
                        Some(ast::ConflictAction::ConflictDoNothing(_))
                    )
                })
            })
    })
}
