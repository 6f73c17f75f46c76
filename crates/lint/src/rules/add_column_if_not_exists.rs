//! The rule `add-column-if-not-exists`.

use crate::context::Context;
use crate::finding::Found;
use crate::object::{Created, Expected, ObjectKind};
use crate::syntax::Statement;

rule! {
    /// `ALTER TABLE … ADD COLUMN` without `IF NOT EXISTS`.
    ///
    /// ## Why it hurts
    ///
    /// If the migration runs again, the statement fails with 42701 (`duplicate_column`), and so
    /// does the migration.
    ///
    /// ## Instead
    ///
    /// `ADD COLUMN IF NOT EXISTS`. If the column exists, its constraints are not added either.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// ALTER TABLE users ADD COLUMN nickname text;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// ALTER TABLE users ADD COLUMN IF NOT EXISTS nickname text;
    /// ```
    ///
    /// ## Other tools
    ///
    /// squawk's `prefer-robust-stmts` requires it too, but treats every statement in a transaction
    /// as safe.
    "add-column-if-not-exists", Idempotency, Error, Check::Statement(check)
}

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    let Some(sql) = &statement.sql else { return };
    for added in Created::added(sql) {
        if added.kind != ObjectKind::Column
            || added.has_clause
            || context.file.again.allows(&added, statement)
        {
            continue;
        }
        let Some(column) = &added.object else {
            continue;
        };
        let on = column.table().unwrap_or_default();
        let keyword = added.keyword();
        found.add_with_fix(
            added.words(statement),
            format!(
                "`ADD COLUMN` of `{}` to `{on}` without `IF NOT EXISTS`",
                column.written()
            ),
            added.kind.duplicate().fails(),
            format!("write `ADD COLUMN IF NOT EXISTS {}`", column.written()),
            keyword.and_then(|keyword| {
                let words = if keyword.text().eq_ignore_ascii_case("column") {
                    " IF NOT EXISTS"
                } else {
                    " COLUMN IF NOT EXISTS"
                };
                statement.insert_after(&keyword, words)
            }),
        );
        found.if_second_run_meets(Expected::present(column));
    }
}
