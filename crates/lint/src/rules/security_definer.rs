//! The rule `security-definer`.

use squawk_syntax::ast::{self, AstNode};

use crate::catalog::Guard;
use crate::context::Context;
use crate::finding::Found;
use crate::syntax::{ObjectName, Security, Statement, tree};

rule! {
    /// A `SECURITY DEFINER` function without a safe `search_path` of its own, or one that everybody may call.
    ///
    /// ## Why it hurts
    ///
    /// It runs with the rights of its owner, and finds tables and functions by the search path of
    /// the caller. Who can create a table or an operator in a schema of that path can let the
    /// function use theirs. So it is with `public` in its own path, where roles may create something
    /// unless `CREATE` was revoked.
    ///
    /// Everybody may call a new function: `EXECUTE` is granted to `PUBLIC` by default. A role without a
    /// single grant then does what only the owner was allowed to.
    ///
    /// ## Instead
    ///
    /// `SET search_path = pg_catalog, pg_temp` with the function (or `''`), and all names with their
    /// schema; or `SECURITY INVOKER`, which is the default. A body in `BEGIN ATOMIC … END` or
    /// `RETURN` finds its names when it is created, and needs none.
    ///
    /// `REVOKE EXECUTE ON FUNCTION … FROM PUBLIC` in the same migration, and `GRANT EXECUTE` to those who
    /// need it. A function of a trigger needs none: nobody can call it.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// CREATE OR REPLACE FUNCTION team_count() RETURNS bigint
    /// LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM teams';
    /// REVOKE EXECUTE ON FUNCTION team_count() FROM PUBLIC;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// CREATE OR REPLACE FUNCTION team_count() RETURNS bigint
    /// LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    /// AS 'SELECT count(*) FROM public.teams';
    /// REVOKE EXECUTE ON FUNCTION team_count() FROM PUBLIC;
    /// ```
    ///
    /// ## See also
    ///
    /// [guard-removed](guard-removed.md) is about functions that become `SECURITY DEFINER`.
    /// PostgreSQL manual: "CREATE FUNCTION", section "Writing SECURITY DEFINER Functions Safely".
    "security-definer", Privileges, Error, Check::Statement(check)
}

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    let Some(sql) = &statement.sql else { return };
    let (options, is_bound) = match sql {
        ast::Stmt::AlterFunction(s) => match s.action() {
            Some(ast::AlterFunctionAction::FuncOptionList(list)) => {
                let name = ObjectName::below(s);
                let sets = name.is_some_and(|name| context.catalog.sets_search_path(&name));
                (Some(list), sets)
            }
            _ => return,
        },
        ast::Stmt::CreateFunction(s) => (s.option_list(), s.body().is_some()),
        ast::Stmt::CreateProcedure(s) => (s.option_list(), s.body().is_some()),
        _ => return,
    };
    let options: Vec<_> = options
        .into_iter()
        .flat_map(|list| list.options())
        .collect();
    let definer = options.iter().find_map(|option| match option {
        ast::FuncOption::SecurityDefinerFuncOption(definer) => Some(definer),
        _ => None,
    });
    let Some(definer) = definer else { return };
    let path = options.iter().find_map(|option| match option {
        ast::FuncOption::SetFuncOption(set) => {
            let text = tree::lower(set.syntax());
            text.contains("search_path").then_some((set, text))
        }
        _ => None,
    });
    match path {
        None if !is_bound => found.add(
            statement.range_of(definer),
            "`SECURITY DEFINER` without `SET search_path`",
            "it runs with the rights of its owner and finds names by the path of the caller, who can put others in their place",
            INSTEAD,
        ),
        Some((set, text)) if names_public(&text) && !context.catalog.public_is_closed => found.add(
            statement.range_of(set),
            "`SECURITY DEFINER` with `public` in its search path",
            "it runs with the rights of its owner, and finds what other roles may have created in that schema",
            INSTEAD,
        ),
        _ => {}
    }
    if let Some(name) = new_for_all(sql, context) {
        found.add(
            statement.range_of(definer),
            format!("everybody may call `{name}`, which runs with the rights of its owner"),
            "`EXECUTE` of a new function is granted to `PUBLIC` by default",
            "write `REVOKE EXECUTE … FROM PUBLIC` in the same migration, and grant it to those who need it",
        );
        found.unless_still_refused(vec![(name, Guard::Callers)]);
    }
}

const INSTEAD: &str =
    "write `SET search_path = pg_catalog, pg_temp` with the function, and names with their schema";

/// Whether `set search_path = …` leads to `public`.
fn names_public(set: &str) -> bool {
    let mut words = set.split(|c: char| !c.is_alphanumeric() && !"_$".contains(c));
    words.any(|word| word == "public")
}

/// The function or procedure that a statement makes, where others than triggers can call it.
fn new_for_all(sql: &ast::Stmt, context: &Context<'_>) -> Option<ObjectName> {
    let returned = match sql {
        ast::Stmt::CreateFunction(s) => s.ret_type().map(|ty| tree::lower(ty.syntax())),
        ast::Stmt::CreateProcedure(_) => None,
        _ => return None,
    };
    let of_trigger = returned.is_some_and(|ty| ty.contains("trigger"));
    let security = Security::of(sql).filter(|_| !of_trigger)?;
    let is_new = context.catalog.ran_as_owner(&security).is_none();
    is_new.then_some(security.name)
}
