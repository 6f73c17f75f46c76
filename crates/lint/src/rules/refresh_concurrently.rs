//! The rule `refresh-concurrently`.

use squawk_syntax::ast::{self, AstNode};

use crate::context::Context;
use crate::finding::Found;
use crate::locks::LockMode;
use crate::syntax::{ObjectName, Statement};

rule! {
    /// `REFRESH MATERIALIZED VIEW` without `CONCURRENTLY` of a view that was there before.
    ///
    /// ## Why it hurts
    ///
    /// It takes ACCESS EXCLUSIVE on the view and holds it while the query runs, so nobody can read
    /// the view until then. `WITH NO DATA` is quick, but empties it: every query of it fails until
    /// the next refresh.
    ///
    /// ## Instead
    ///
    /// `REFRESH MATERIALIZED VIEW CONCURRENTLY`, which allows reads. It needs a unique index over
    /// columns of the view, without `WHERE`, and a view that holds data already. It may run in a
    /// transaction.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// REFRESH MATERIALIZED VIEW team_sizes;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// REFRESH MATERIALIZED VIEW CONCURRENTLY team_sizes;
    /// ```
    ///
    /// ## See also
    ///
    /// PostgreSQL manual: `REFRESH MATERIALIZED VIEW`.
    "refresh-concurrently", Locks, Error, Check::Statement(check)
}

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    let Some(ast::Stmt::Refresh(refresh)) = &statement.sql else {
        return;
    };
    let Some(view) = refresh.view_ref() else {
        return;
    };
    let is_new = ObjectName::below(&view).is_some_and(|name| !context.existed(&name));
    if is_new || refresh.concurrently_token().is_some() {
        return;
    }
    let view = view.syntax().text();
    if let Some(ast::DataOption::WithNoData(option)) = refresh.data_option() {
        found.add(
            statement.range_of(&option),
            format!("`REFRESH MATERIALIZED VIEW` empties `{view}`"),
            "every query of it fails until it is refreshed",
            format!("leave it filled: write `REFRESH MATERIALIZED VIEW CONCURRENTLY {view};`"),
        );
        return;
    }
    found.add(
        statement.head(3),
        format!("`REFRESH MATERIALIZED VIEW` of `{view}` without `CONCURRENTLY`"),
        LockMode::AccessExclusive.held_on(&view, "while its query runs"),
        format!(
            "write `REFRESH MATERIALIZED VIEW CONCURRENTLY {view};`, which needs a unique index over columns of `{view}`, without `WHERE`"
        ),
    );
}
