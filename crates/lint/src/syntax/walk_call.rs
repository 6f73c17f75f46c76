//! Visits what the functions do that a statement calls.

use std::rc::Rc;

use squawk_syntax::ast::{self, AstNode};
use squawk_syntax::{SourceFile, SyntaxNode};

use super::condition::Variables;
use super::limits::Refused;
use super::routine::{Language, Routine};
use super::statement::{Place, Places, bytes};
use super::tree;
use super::walker::{At, Walker};
use super::{ObjectName, name_of_call};

/// Around a body that is read where it is called: no body holds this.
const QUOTE: &str = "$jubilee_call$";
/// Functions that call functions are followed this far.
const DEPTH: usize = 6;

impl Walker<'_, '_> {
    /// The functions that a query or an expression calls.
    pub(super) fn functions(&mut self, node: &SyntaxNode, at: At<'_>) {
        for call in tree::all::<ast::CallExpr>(node) {
            let Some(name) = name_of_call(&call) else {
                continue;
            };
            let runs_alone = is_alone(&call);
            if runs_alone || self.routines.contains_key(&name.key()) {
                self.call(&name, call.arg_list(), call.syntax(), runs_alone, at);
            }
        }
    }

    /// `CALL p(…)`.
    pub(super) fn procedure(&mut self, call: &ast::Call, at: At<'_>) {
        if let Some(name) = ObjectName::of(call.procedure_name_ref()) {
            self.call(&name, call.arg_list(), call.syntax(), true, at);
        }
    }

    fn call(
        &mut self,
        name: &ObjectName,
        arguments: Option<ast::ArgList>,
        node: &SyntaxNode,
        tells: bool,
        at: At<'_>,
    ) {
        let range = (at.places)(bytes(node.text_range()));
        let routine = self.routines.get(&name.key()).cloned();
        let Some(routine) = routine.filter(|routine| routine.language != Language::Other) else {
            if tells {
                self.unread(range, Refused::Routine(name.to_string()));
            }
            return;
        };
        if self.running.contains(name) || self.running.len() >= DEPTH {
            return;
        }
        self.running.push(name.clone());
        let inner: Places = Rc::new(move |_| range.clone());
        let at = At {
            places: &inner,
            known: &bound(&routine, arguments),
            ..at
        };
        self.in_string(|walker| match routine.language {
            Language::Sql => walker.sql(&routine.body, Place::Block, at),
            _ => walker.plpgsql_routine(&routine.body, at),
        });
        self.running.pop();
    }

    fn plpgsql_routine(&mut self, body: &str, at: At<'_>) {
        let block = format!("DO {QUOTE}{body}{QUOTE};");
        if self.admit(&block).is_err() {
            return;
        }
        let parse = SourceFile::parse(&block);
        if let Some(ast::Stmt::Do(block)) = parse.tree().stmts().next()
            && let Some(body) = block.plpgsql()
        {
            self.run(&body, at);
        }
    }
}

/// Whether it is all that a query does: `SELECT f(…)`.
fn is_alone(call: &ast::CallExpr) -> bool {
    let Some(target) = call.syntax().parent().and_then(ast::Target::cast) else {
        return false;
    };
    let Some(query) = target.syntax().parent().and_then(|list| list.parent()) else {
        return false;
    };
    // SELECT has its list within a clause.
    let select = match ast::SelectClause::can_cast(query.kind()) {
        true => query.parent(),
        false => Some(query),
    };
    select.is_some_and(|select| {
        ast::Select::cast(select.clone()).is_some_and(|s| {
            s.from_clause().is_none()
                && s.syntax().parent().is_none_or(|above| {
                    ast::SourceFile::can_cast(above.kind())
                        || ast::PlpgsqlPerformStmt::can_cast(above.kind())
                        || ast::PlpgsqlExecSqlStmt::can_cast(above.kind())
                })
        })
    })
}

/// What the parameters stand for.
fn bound(routine: &Routine, arguments: Option<ast::ArgList>) -> Variables {
    let given = arguments.into_iter().flat_map(|list| list.args());
    let given = given.map(|arg| match arg.func_arg_expr() {
        Some(ast::FuncArgExpr::Expr(expr)) => Some(expr.syntax().clone()),
        _ => None,
    });
    let names = routine.parameters.iter().filter(|name| !name.is_empty());
    names
        .zip(given)
        .filter_map(|(name, value)| Some((name.clone(), value?)))
        .collect()
}
