//! Calls of functions.

use std::ops::Range;

use squawk_syntax::ast::{self};

use super::tree;
use super::{ObjectName, Place, Statement, mentions, name_of_expr};

/// A call of a function.
pub(crate) struct Call {
    /// The function.
    pub(crate) name: ObjectName,
    /// Where its name stands in the file.
    pub(crate) range: Range<usize>,
    /// Its tree.
    pub(crate) expr: ast::CallExpr,
}

impl Call {
    /// See [`arguments`].
    pub(crate) fn arguments(&self) -> Vec<ast::Expr> {
        arguments(&self.expr)
    }
}

/// The arguments of a call in order, without the names that they may be given by.
pub(super) fn arguments(call: &ast::CallExpr) -> Vec<ast::Expr> {
    let list = call.arg_list().into_iter().flat_map(|list| list.args());
    list.filter_map(|arg| match arg.func_arg_expr()? {
        ast::FuncArgExpr::Expr(expr) => Some(expr),
        ast::FuncArgExpr::NamedArg(named) => named.expr(),
    })
    .collect()
}

impl Statement<'_> {
    /// Every call of a function in the statement. The bodies of functions that it only defines do
    /// not count.
    pub(crate) fn calls(&self) -> impl Iterator<Item = Call> {
        let calls = tree::all::<ast::CallExpr>(&self.node);
        calls.filter_map(|expr| {
            let function = expr.expr()?;
            Some(Call {
                name: name_of_expr(&function)?,
                range: self.range_of(&function),
                expr,
            })
        })
    }

    /// The same, where the statement's text holds that part of their names: most statements are
    /// skipped without a look at their trees. Each call comes once, with the outermost
    /// statement that holds it.
    pub(crate) fn calls_like(&self, part: &str) -> Vec<Call> {
        if self.place == Place::Inside || !self.mentions(part) {
            return Vec::new();
        }
        self.calls().collect()
    }

    /// The same, for what the functions do when the migration runs: calls in what a statement
    /// only defines do not count.
    pub(crate) fn runs_like(&self, part: &str) -> Vec<Call> {
        if self.only_defines() {
            return Vec::new();
        }
        self.calls_like(part)
    }

    /// Whether the statement's text holds the word, in any case, also as a part of another.
    pub(crate) fn mentions(&self, word: &str) -> bool {
        mentions(self.text.get(self.range.clone()).unwrap_or_default(), word)
    }

    /// Whether the statement stores expressions and queries for later.
    fn only_defines(&self) -> bool {
        use ast::Stmt as S;
        matches!(
            self.sql,
            Some(
                S::CreateFunction(_)
                    | S::CreateProcedure(_)
                    | S::CreateView(_)
                    | S::CreateRule(_)
                    | S::CreateTrigger(_)
                    | S::CreatePolicy(_)
                    | S::AlterPolicy(_)
                    | S::CreateTable(_)
                    | S::Prepare(_)
            )
        )
    }
}
