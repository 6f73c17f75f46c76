//! The rule `create-if-not-exists`.

use crate::checked::{Check, rule};
use crate::context::Context;
use crate::finding::Found;
use crate::object::{Created, Remedy};
use crate::syntax::Statement;

rule! {
    /// `CREATE TABLE` and its like without `IF NOT EXISTS`.
    ///
    /// ## Why it hurts
    ///
    /// Run a second time, the statement fails with `already exists` (42P07, 42P06, 42710), and
    /// with it the whole migration: after a restore, on a database that was mended by hand, or
    /// where the history was lost.
    ///
    /// ## Instead
    ///
    /// `CREATE TABLE IF NOT EXISTS`; the same for `INDEX`, `SCHEMA`, `SEQUENCE`, `EXTENSION`,
    /// `MATERIALIZED VIEW`, `FOREIGN TABLE`, `STATISTICS` and `COLLATION`. An index needs a name
    /// for it: a nameless one is made again under another name, run after run. A `DO` block whose
    /// `IF` looks for the object in the catalog, or whose `EXCEPTION` clause catches the matching
    /// condition, will do too, and so will `DROP … IF EXISTS` of the same object before it.
    ///
    /// What is temporary is gone with its session, and needs nothing.
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
    /// squawk's `prefer-robust-stmts` finds these too, but takes every statement inside of a
    /// transaction for safe, and does not look into `DO` blocks.
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
                "the server makes up a name, another one in each run, so a second run makes a second one: `IF NOT EXISTS` cannot be said without a name",
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
}
