//! The rule `create-if-not-exists`.

use crate::context::Context;
use crate::finding::Found;
use crate::object::{Created, Expected, Remedy};
use crate::syntax::Statement;

rule! {
    /// `CREATE TABLE` and similar statements without `IF NOT EXISTS`.
    ///
    /// ## Why it hurts
    ///
    /// If the migration runs again, the statement fails with `already exists` (42P07, 42P06,
    /// 42710), and so does the migration. It does run again after a restore, on a database that was
    /// repaired by hand, or where the history was lost.
    ///
    /// ## Instead
    ///
    /// `CREATE TABLE IF NOT EXISTS`; the same for `INDEX`, `SCHEMA`, `SEQUENCE`, `EXTENSION`,
    /// `MATERIALIZED VIEW`, `FOREIGN TABLE`, `STATISTICS` and `COLLATION`. `CREATE INDEX IF NOT
    /// EXISTS` needs a name; without one, each run creates another index under another name. A `DO`
    /// block whose `IF` looks for the object in the catalog, or whose `EXCEPTION` clause catches
    /// the matching condition, is accepted too, and so is `DROP … IF EXISTS` of the same object
    /// before it.
    ///
    /// Temporary objects end with the session and need no guard.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// CREATE SCHEMA teams;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// CREATE SCHEMA IF NOT EXISTS teams;
    /// ```
    ///
    /// ## Other tools
    ///
    /// squawk's `prefer-robust-stmts` finds these too, but treats every statement in a transaction
    /// as safe, and does not look into `DO` blocks.
    ///
    /// ## See also
    ///
    /// The PostgreSQL manual on `CREATE TABLE`, `CREATE INDEX` and `CREATE SCHEMA`.
    "create-if-not-exists", Idempotency, Error, Check::Statement(check)
}

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    let Some(created) = Created::of(statement) else {
        return;
    };
    let kind = created.kind;
    if kind.remedy() != Remedy::IfNotExists
        || created.has_clause
        || context.file.again.allows(&created, statement)
    {
        return;
    }
    let words = created.words(statement);
    let Some(object) = &created.object else {
        if let Some(on) = created.parent() {
            found.add(
                words,
                format!("`CREATE {}` on `{on}` without a name", kind.words()),
                "the server generates another name in each run, so a second run creates a second index; `IF NOT EXISTS` requires a name",
                format!(
                    "name it: `CREATE {} IF NOT EXISTS {}_…_idx ON {on} …`",
                    kind.words(),
                    on.trim_matches('"')
                ),
            );
        }
        return;
    };
    let what = format!(
        "`CREATE {}` of `{}` without `IF NOT EXISTS`",
        kind.words(),
        object.written()
    );
    let why = kind.duplicate().fails();
    if created.has_elements() {
        found.add(
            words,
            what,
            why,
            format!(
                "write `CREATE SCHEMA IF NOT EXISTS {};`, and what it is to hold in statements of their own, since the two cannot stand together",
                object.written()
            ),
        );
        found.if_second_run_meets(Expected::present(object));
        return;
    }
    let keyword = created.keyword();
    let head = keyword
        .as_ref()
        .map(|keyword| created.head_to(keyword))
        .unwrap_or_default();
    found.add_with_fix(
        words,
        what,
        why,
        format!("write `{head} IF NOT EXISTS {}`", object.written()),
        keyword.and_then(|keyword| statement.insert_after(&keyword, " IF NOT EXISTS")),
    );
    found.if_second_run_meets(Expected::present(object));
}
