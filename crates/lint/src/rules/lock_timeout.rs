//! The rule `lock-timeout`.

use squawk_syntax::ast::{self, AstNode};

use crate::context::Context;
use crate::finding::Found;
use crate::syntax::{Patience, Statement, assigned_setting, one_line, patience, tree};

rule! {
    /// A setting that lets a statement wait for a lock for a long time, or without an end.
    ///
    /// ## Why it hurts
    ///
    /// The runner sets `lock_timeout` for each migration: a statement that does not get its lock
    /// within that time fails, and the migration is tried again. While it waits, everybody who
    /// needs the table waits behind it, with locks that conflict with each other or not: an `ALTER
    /// TABLE` that waits for a report holds up every `SELECT`. `SET LOCAL lock_timeout = 0` removes
    /// that limit, and a long time is nearly the same.
    ///
    /// `deadlock_timeout` of minutes hides deadlocks in the same way.
    ///
    /// ## Instead
    ///
    /// Delete it, or set a shorter time: ten seconds at most.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// SET LOCAL lock_timeout = 0;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// SET LOCAL lock_timeout = '2s';
    /// ```
    ///
    /// ## See also
    ///
    /// PostgreSQL manual: "Client Connection Defaults", `lock_timeout`.
    "lock-timeout", Locks, Error, Check::Statement(check)
}

fn check(statement: &Statement<'_>, _: &Context<'_>, found: &mut Found<'_>) {
    match &statement.sql {
        Some(ast::Stmt::Set(set)) => {
            if let Some((name, value)) = assigned_setting(set) {
                look(&name, &value, statement.range.clone(), found);
            }
        }
        Some(ast::Stmt::AlterRole(_) | ast::Stmt::AlterUser(_) | ast::Stmt::AlterDatabase(_)) => {
            let text = one_line(&tree::lower(&statement.node));
            let Some((_, rest)) = text.split_once("lock_timeout") else {
                return;
            };
            let value = rest
                .trim_start_matches(['=', ' '])
                .trim_start_matches("to ");
            let value = value.trim_end_matches(';').trim().trim_matches('\'');
            look("lock_timeout", value, statement.range.clone(), found);
        }
        Some(ast::Stmt::Reset(reset)) => {
            let text = tree::lower(reset.syntax());
            if text.contains("lock_timeout") {
                look("lock_timeout", "default", statement.range.clone(), found);
            }
        }
        _ => {
            for call in statement.runs_like("set_config") {
                let arguments = call.arguments();
                if call.name.name != "set_config" {
                    continue;
                }
                if let [ast::Expr::Literal(name), ast::Expr::Literal(value), ..] =
                    arguments.as_slice()
                {
                    let (name, value) = (name.string_value(), value.string_value());
                    let range = statement.range_of(&call.expr);
                    look(
                        &name.unwrap_or_default(),
                        &value.unwrap_or_default(),
                        range,
                        found,
                    );
                }
            }
        }
    }
}

fn look(name: &str, value: &str, range: std::ops::Range<usize>, found: &mut Found<'_>) {
    let (what, why) = match patience(name, value) {
        Patience::Short => return,
        Patience::Endless => (
            format!("`{name}` is switched off"),
            "a statement that waits for its lock waits without an end, and every query that needs the table waits behind it",
        ),
        Patience::Long => (
            format!("`{name}` of {value}"),
            "a statement may wait that long for its lock, and every query that needs the table waits behind it",
        ),
    };
    found.add(
        range,
        what,
        why,
        "delete it: the runner sets a limit, and tries again; or set a shorter one, ten seconds at most",
    );
}
