//! The rule `database-statement`.

use squawk_syntax::ast;

use crate::checked::{Check, rule};
use crate::context::Context;
use crate::finding::Found;
use crate::syntax::Statement;

rule! {
    /// `CREATE DATABASE`, `ALTER DATABASE` or `DROP DATABASE`.
    ///
    /// ## Why it hurts
    ///
    /// A migration runs inside of one database, and its history stands there. It knows neither the
    /// database's name, which is another one in tests and development, nor may it decide about
    /// others. `CREATE` and `DROP DATABASE` cannot be rolled back.
    ///
    /// ## Instead
    ///
    /// Make databases where servers are set up. A setting belongs to the role that needs it, or to
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
            "a migration runs inside of one database, whose name differs from place to place, and may not decide about others",
            "make and configure databases where servers are set up",
        );
    }
}
