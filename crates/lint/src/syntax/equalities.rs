//! The values that a `WHERE` asks for.

use squawk_syntax::ast::{self, BinOp};

use super::{constant, name_of_expr};

/// The columns that must have a constant value, with that value: `a` and `b` of
/// `a = 1 AND 'x' = b AND c > 2`.
pub(crate) fn equalities(condition: &ast::Expr) -> Vec<(String, String)> {
    match condition {
        ast::Expr::ParenExpr(paren) => {
            let inner = paren.expr();
            inner.iter().flat_map(equalities).collect()
        }
        ast::Expr::BinExpr(binary) => {
            let (Some(lhs), Some(op), Some(rhs)) = (binary.lhs(), binary.op(), binary.rhs()) else {
                return Vec::new();
            };
            match op {
                BinOp::And(_) => {
                    let mut all = equalities(&lhs);
                    all.extend(equalities(&rhs));
                    all
                }
                BinOp::Eq(_) => {
                    let equality = equality(&lhs, &rhs).or_else(|| equality(&rhs, &lhs));
                    equality.into_iter().collect()
                }
                _ => Vec::new(),
            }
        }
        _ => Vec::new(),
    }
}

fn equality(column: &ast::Expr, value: &ast::Expr) -> Option<(String, String)> {
    let is_column = matches!(column, ast::Expr::NameRef(_) | ast::Expr::FieldExpr(_));
    let ast::Expr::Literal(value) = value else {
        return None;
    };
    let name = name_of_expr(column).filter(|_| is_column)?;
    Some((name.name, constant(value)))
}
