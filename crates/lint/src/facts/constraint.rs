//! What a constraint makes sure of.

use squawk_syntax::ast::{self, AstNode, BinOp, PrefixOp};
use squawk_syntax::{SyntaxKind, SyntaxNode};

use crate::syntax::{constant, is_null, tree};

/// A `CHECK`, or another constraint that may be `NOT VALID`.
#[derive(Debug, Clone)]
pub(crate) struct Constraint {
    pub(super) name: Option<String>,
    /// Whether it holds for all rows.
    pub(crate) valid: bool,
    /// The columns that a `CHECK` uses.
    pub(crate) columns: Vec<String>,
    /// Those of them that are not NULL where it holds.
    pub(crate) not_null: Vec<String>,
    /// The constants in it.
    pub(crate) constants: Vec<String>,
}

impl Constraint {
    pub(super) fn read(&mut self, expr: &ast::Expr) {
        let nodes = expr.syntax().descendants();
        let constants = nodes.filter_map(ast::Literal::cast).map(|l| constant(&l));
        self.constants.extend(constants);
        self.columns.extend(columns_in(expr.syntax()));
        self.read_not_null(expr);
    }

    /// PostgreSQL sees that `a IS NOT NULL AND …` rules out NULL. It knows nothing of `a > 0`,
    /// which a NULL passes.
    fn read_not_null(&mut self, expr: &ast::Expr) {
        match expr {
            ast::Expr::ParenExpr(paren) => {
                if let Some(inner) = paren.expr() {
                    self.read_not_null(&inner);
                }
            }
            ast::Expr::BinExpr(binary) => match (binary.lhs(), binary.op(), binary.rhs()) {
                (Some(lhs), Some(BinOp::And(_)), Some(rhs)) => {
                    self.read_not_null(&lhs);
                    self.read_not_null(&rhs);
                }
                (Some(ast::Expr::NameRef(column)), Some(BinOp::IsNot(_)), Some(rhs))
                    if is_null(&rhs) =>
                {
                    self.not_null.push(column.text());
                }
                _ => {}
            },
            ast::Expr::PrefixExpr(prefix) if matches!(prefix.op(), Some(PrefixOp::Not(_))) => {
                let mut inner = prefix.expr();
                while let Some(ast::Expr::ParenExpr(paren)) = &inner {
                    inner = paren.expr();
                }
                if let Some(ast::Expr::BinExpr(binary)) = inner
                    && let Some(ast::Expr::NameRef(column)) = binary.lhs()
                    && matches!(binary.op(), Some(BinOp::Is(_)))
                    && binary.rhs().is_some_and(|rhs| is_null(&rhs))
                {
                    self.not_null.push(column.text());
                }
            }
            _ => {}
        }
    }
}

/// The columns that an expression uses.
pub(super) fn columns_in(expr: &SyntaxNode) -> Vec<String> {
    tree::all::<ast::NameRef>(expr)
        .filter(|name| {
            // The name of a function is no column.
            name.syntax().parent().map(|parent| parent.kind()) != Some(SyntaxKind::CALL_EXPR)
        })
        .map(|name| name.text())
        .collect()
}
