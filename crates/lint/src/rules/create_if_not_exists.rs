use squawk_syntax::SyntaxToken;
use squawk_syntax::ast::{self, AstNode};

use crate::context::Context;
use crate::finding::Found;
use crate::rule::{Check, rule};
use crate::syntax::{ObjectName, Statement};

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
    /// `MATERIALIZED VIEW`, `FOREIGN TABLE`, `STATISTICS` and `COLLATION`. A `DO` block whose `IF`
    /// looks for the object in the catalog, or whose `EXCEPTION` clause catches the matching
    /// condition, will do too, and so will `DROP … IF EXISTS` of the same object before it.
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
    "create-if-not-exists", Idempotency, Error, Check::Statement(check)
}

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    let Some(create) = statement.sql.as_ref().and_then(Create::of) else {
        return;
    };
    if create.has_clause {
        return;
    }
    let _ = context;
    found.add_with_fix(
        statement.head(2),
        format!("`CREATE {}` without `IF NOT EXISTS`", create.kind),
        "run again, it fails because the object is already there",
        format!("write `CREATE {} IF NOT EXISTS`", create.kind),
        create
            .keyword
            .and_then(|keyword| statement.insert_after(&keyword, " IF NOT EXISTS")),
    );
}

struct Create {
    kind: &'static str,
    has_clause: bool,
    /// The word behind which the clause belongs.
    keyword: Option<SyntaxToken>,
    #[expect(dead_code, reason = "guards")]
    name: Option<ObjectName>,
}

impl Create {
    fn of(sql: &ast::Stmt) -> Option<Self> {
        let (kind, keyword, name) = match sql {
            ast::Stmt::CreateSchema(s) => ("SCHEMA", s.schema_token(), ObjectName::below(s)),
            ast::Stmt::CreateTable(s) => ("TABLE", s.table_token(), ObjectName::below(s)),
            _ => return None,
        };
        let has_clause = sql
            .syntax()
            .children()
            .any(|child| ast::IfNotExists::can_cast(child.kind()));
        Some(Self {
            kind,
            has_clause,
            keyword,
            name,
        })
    }
}
