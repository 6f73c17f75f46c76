//! The rule `search-path`.

use std::ops::Range;

use squawk_syntax::ast::{self, AstNode};

use crate::context::Context;
use crate::finding::Found;
use crate::syntax::{Statement, is_search_path};

rule! {
    /// A change of `search_path` while the migration runs.
    ///
    /// ## Why it hurts
    ///
    /// The search path decides which table `users` is. After a change, a name can refer to another
    /// object in this file than in all others, `CREATE TABLE` creates the table in another schema,
    /// and the statement alone does not show it. A schema before `pg_catalog` can even replace
    /// `now()`.
    ///
    /// ## Instead
    ///
    /// Write the schema where it is not `public`: `reporting.daily_totals`. A function can have its
    /// own path: `CREATE FUNCTION … SET search_path = ''`.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// SET LOCAL search_path = reporting;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// COMMENT ON TABLE reporting.daily_totals IS 'One row per day.';
    /// ```
    ///
    /// ## See also
    ///
    /// PostgreSQL manual, "The Schema Search Path", and "Writing SECURITY DEFINER Functions
    /// Safely".
    "search-path", Transaction, Error, Check::Statement(check)
}

fn check(statement: &Statement<'_>, _: &Context<'_>, found: &mut Found<'_>) {
    let mut add = |range: Range<usize>| {
        found.add(
            range,
            "the search path is changed",
            "names in the rest of the migration can refer to other objects, and new tables are created in another schema",
            "write the schema before the names that need it: `schema.name`",
        );
    };
    match &statement.sql {
        Some(ast::Stmt::Set(set)) => match set.set_target() {
            Some(ast::SetTarget::SetSchemaValue(_)) => add(statement.range.clone()),
            Some(ast::SetTarget::SetConfig(config)) if names_it(config.config_parameter_ref()) => {
                add(statement.range.clone());
            }
            _ => {}
        },
        Some(ast::Stmt::Reset(reset)) => {
            if let Some(ast::ResetTarget::ConfigParameterRef(name)) = reset.reset_target()
                && names_it(Some(name))
            {
                add(statement.range.clone());
            }
        }
        _ => {
            for call in statement.runs_like("set_config") {
                if call.name.name == "set_config"
                    && let Some(ast::Expr::Literal(name)) = call.arguments().first()
                    && name
                        .string_value()
                        .is_some_and(|name| is_search_path(&name))
                {
                    add(statement.range_of(&call.expr));
                }
            }
        }
    }
}

fn names_it(name: Option<ast::ConfigParameterRef>) -> bool {
    name.is_some_and(|name| is_search_path(name.syntax().text().to_string().trim()))
}
