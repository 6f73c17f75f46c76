//! The rule `database-statement`.

use squawk_syntax::ast;

use crate::context::Context;
use crate::finding::Found;
use crate::syntax::Statement;

rule! {
    /// `CREATE DATABASE`, `ALTER DATABASE` or `DROP DATABASE`.
    ///
    /// ## Why it hurts
    ///
    /// A migration runs in one database, which also holds its history. It does not know the
    /// database's name, which differs in tests and development, and must not change other
    /// databases. `CREATE` and `DROP DATABASE` cannot be rolled back.
    ///
    /// ## Instead
    ///
    /// Create databases where servers are set up. Attach a setting to the role that needs it, or to
    /// the function: `CREATE FUNCTION … SET work_mem = '64MB'`.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// ALTER DATABASE jubilee_codex SET work_mem = '64MB';
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// ALTER FUNCTION report() SET work_mem = '64MB';
    /// ```
    "database-statement", Isolation, Error, Check::Statement(check)
}

fn check(statement: &Statement<'_>, _: &Context<'_>, found: &mut Found<'_>) {
    use ast::Stmt as S;
    if let Some(S::CreateDatabase(_) | S::AlterDatabase(_) | S::DropDatabase(_)) = &statement.sql {
        found.add(
            statement.head(2),
            format!("`{}` in a migration", statement.first_words(2)),
            "a migration runs in one database, whose name differs between environments, and must not change others",
            "create and configure databases where servers are set up",
        );
    }
}
