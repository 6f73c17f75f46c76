//! The rule `security-definer`.

use squawk_syntax::ast::{self, AstNode};

use crate::context::Context;
use crate::finding::Found;
use crate::syntax::{ObjectName, Statement, tree};

rule! {
    /// A `SECURITY DEFINER` function without a `search_path` of its own.
    ///
    /// ## Why it hurts
    ///
    /// It runs with the rights of its owner, and finds tables and functions by the search path of
    /// the caller. Who can create a table or an operator in a schema of that path can let the
    /// function use theirs.
    ///
    /// ## Instead
    ///
    /// `SET search_path = pg_catalog, pg_temp` with the function (or `''`), and all names with their
    /// schema; or `SECURITY INVOKER`, which is the default. A body in `BEGIN ATOMIC … END` or
    /// `RETURN` finds its names when it is created, and needs none.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// CREATE OR REPLACE FUNCTION team_count() RETURNS bigint
    /// LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM teams';
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// CREATE OR REPLACE FUNCTION team_count() RETURNS bigint
    /// LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    /// AS 'SELECT count(*) FROM public.teams';
    /// ```
    ///
    /// ## See also
    ///
    /// PostgreSQL manual: "CREATE FUNCTION", section "Writing SECURITY DEFINER Functions Safely".
    "security-definer", Privileges, Error, Check::Statement(check)
}

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    let (options, body) = match &statement.sql {
        Some(ast::Stmt::AlterFunction(s))
            if ObjectName::below(s).is_some_and(|name| context.catalog.sets_search_path(&name)) =>
        {
            return;
        }
        Some(ast::Stmt::AlterFunction(s)) => match s.action() {
            Some(ast::AlterFunctionAction::FuncOptionList(list)) => (Some(list), None),
            _ => return,
        },
        Some(ast::Stmt::CreateFunction(s)) => (s.option_list(), s.body()),
        Some(ast::Stmt::CreateProcedure(s)) => (s.option_list(), s.body()),
        _ => return,
    };
    if body.is_some() {
        return;
    }
    let options: Vec<_> = options
        .into_iter()
        .flat_map(|list| list.options())
        .collect();
    let definer = options.iter().find_map(|option| match option {
        ast::FuncOption::SecurityDefinerFuncOption(definer) => Some(definer),
        _ => None,
    });
    let sets_path = options.iter().any(|option| {
        matches!(option, ast::FuncOption::SetFuncOption(set)
            if tree::lower(set.syntax()).contains("search_path"))
    });
    if let Some(definer) = definer.filter(|_| !sets_path) {
        found.add(
            statement.range_of(definer),
            "`SECURITY DEFINER` without `SET search_path`",
            "it runs with the rights of its owner and finds names by the path of the caller, who can put others in their place",
            "add `SET search_path = pg_catalog, pg_temp` to the function, and write names with their schema",
        );
    }
}
