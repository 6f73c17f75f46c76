//! What a condition comes to, whatever the row.

use std::collections::HashSet;

use squawk_syntax::ast::{self, AstNode, BinOp, PostfixOp, PrefixOp};

use super::{Volatility, constant, is_null, name_of_call, tokens_of, tree, truth, volatility};

/// What a condition may come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Outcome {
    may_be_true: bool,
    may_be_false: bool,
    may_be_null: bool,
}

const TRUE: Outcome = Outcome::of(true, false, false);
const FALSE: Outcome = Outcome::of(false, true, false);
const NULL: Outcome = Outcome::of(false, false, true);
const TRUE_OR_FALSE: Outcome = Outcome::of(true, true, false);
const ANY: Outcome = Outcome::of(true, true, true);

/// Whether a condition is true for every row: `c = c` or `true OR …`, and `c IS NOT NULL` where that is said
/// of `c`. That `c = c` is not true of a NULL is left out: nobody chooses rows by it.
pub(crate) fn is_always_true(expr: &ast::Expr, is_not_null: &dyn Fn(&str) -> bool) -> bool {
    outcome(expr, is_not_null) == TRUE
}

fn outcome(expr: &ast::Expr, is_not_null: &dyn Fn(&str) -> bool) -> Outcome {
    let inner = |inner: Option<ast::Expr>| inner.map_or(ANY, |e| outcome(&e, is_not_null));
    match expr {
        ast::Expr::ParenExpr(paren) => inner(paren.expr()),
        ast::Expr::CastExpr(cast) => match (cast.expr(), cast.literal()) {
            (None, Some(literal)) => of_literal(&literal),
            (expr, _) => inner(expr),
        },
        ast::Expr::Literal(literal) => of_literal(literal),
        ast::Expr::PrefixExpr(prefix) if matches!(prefix.op(), Some(PrefixOp::Not(_))) => {
            inner(prefix.expr()).not()
        }
        ast::Expr::PostfixExpr(postfix) => {
            let is_null = || postfix.expr().map_or(ANY, |e| is_null_of(&e, is_not_null));
            match postfix.op() {
                Some(PostfixOp::IsNull(_)) => is_null(),
                Some(PostfixOp::NotNull(_)) => is_null().not(),
                _ => ANY,
            }
        }
        ast::Expr::BinExpr(binary) => of_binary(binary, is_not_null).unwrap_or(ANY),
        ast::Expr::BetweenExpr(between) => {
            let sides: Vec<ast::Expr> = tree::children(between.syntax()).collect();
            let holds =
                sides.len() == 3 && is_same(&sides[0], &sides[1]) && is_same(&sides[0], &sides[2]);
            match (holds, between.not_token()) {
                (true, None) => TRUE,
                (true, Some(_)) => FALSE,
                (false, _) => ANY,
            }
        }
        _ => ANY,
    }
}

fn of_literal(literal: &ast::Literal) -> Outcome {
    match (truth(literal), constant(literal).as_str()) {
        (Some(true), _) | (None, "true" | "t" | "yes" | "on") => TRUE,
        (Some(false), _) | (None, "false" | "f" | "no" | "off") => FALSE,
        (None, "null") => NULL,
        (None, _) => ANY,
    }
}

fn of_binary(binary: &ast::BinExpr, is_not_null: &dyn Fn(&str) -> bool) -> Option<Outcome> {
    let (lhs, op, rhs) = (binary.lhs()?, binary.op()?, binary.rhs()?);
    let sides = || [&lhs, &rhs].map(|side| outcome(side, is_not_null));
    Some(match op {
        BinOp::And(_) => {
            let [a, b] = sides();
            a.and(b)
        }
        BinOp::Or(_) => {
            let mut parts = Vec::new();
            alternatives(&ast::Expr::BinExpr(binary.clone()), &mut parts);
            let either = |so_far: Outcome, part| {
                let part = outcome(part, is_not_null);
                so_far.not().and(part.not()).not()
            };
            match has_opposites(&parts) {
                true => TRUE,
                false => parts.iter().fold(FALSE, either),
            }
        }
        BinOp::Is(_) if is_null(&rhs) => is_null_of(&lhs, is_not_null),
        BinOp::IsNot(_) if is_null(&rhs) => is_null_of(&lhs, is_not_null).not(),
        BinOp::Is(_) | BinOp::IsNot(_) => {
            let ast::Expr::Literal(literal) = &rhs else {
                return None;
            };
            let of = outcome(&lhs, is_not_null);
            let asked = if truth(literal)? { TRUE } else { FALSE };
            let is = match (of == asked, of.overlaps(asked)) {
                (true, _) => TRUE,
                (false, true) => TRUE_OR_FALSE,
                (false, false) => FALSE,
            };
            if matches!(op, BinOp::Is(_)) {
                is
            } else {
                is.not()
            }
        }
        BinOp::Eq(_) | BinOp::IsNotDistinctFrom(_) => compared(&lhs, &rhs, &[0])?,
        BinOp::Lteq(_) => compared(&lhs, &rhs, &[-1, 0])?,
        BinOp::Gteq(_) => compared(&lhs, &rhs, &[0, 1])?,
        BinOp::LAngle(_) => compared(&lhs, &rhs, &[-1])?,
        BinOp::RAngle(_) => compared(&lhs, &rhs, &[1])?,
        BinOp::Neq(_) | BinOp::Neqb(_) | BinOp::IsDistinctFrom(_) => {
            compared(&lhs, &rhs, &[-1, 1])?
        }
        BinOp::In(_) => {
            let mut listed = tree::children::<ast::Expr>(rhs.syntax());
            listed
                .any(|other| compared(&lhs, &other, &[0]) == Some(TRUE))
                .then_some(TRUE)?
        }
        _ => return None,
    })
}

/// A comparison that is true where the left side is less (-1), equal (0) or greater (1).
fn compared(lhs: &ast::Expr, rhs: &ast::Expr, holds: &[i8]) -> Option<Outcome> {
    let order = match (lhs, rhs) {
        _ if is_null(lhs) || is_null(rhs) => return None,
        _ if is_same(lhs, rhs) => 0,
        (ast::Expr::Literal(a), ast::Expr::Literal(b)) => {
            let number = |literal| constant(literal).parse::<f64>().ok();
            number(a)?.partial_cmp(&number(b)?)? as i8
        }
        _ => return None,
    };
    Some(if holds.contains(&order) { TRUE } else { FALSE })
}

/// Whether both are the same for a row.
fn is_same(a: &ast::Expr, b: &ast::Expr) -> bool {
    let varies = |call: ast::CallExpr| {
        name_of_call(&call).is_none_or(|name| volatility(&name) != Volatility::NotVolatile)
    };
    words(a) == words(b) && !tree::all::<ast::CallExpr>(a.syntax()).any(varies)
}

/// Its words without the brackets around it, in one spelling.
fn words(expr: &ast::Expr) -> Vec<String> {
    if let ast::Expr::ParenExpr(paren) = expr
        && let Some(inner) = paren.expr()
    {
        return words(&inner);
    }
    let words = tokens_of(expr.syntax());
    words
        .map(|word| match word.text() {
            text if text.starts_with(['\'', '"']) => text.to_owned(),
            text => text.to_lowercase(),
        })
        .collect()
}

/// Whether a value is NULL.
fn is_null_of(value: &ast::Expr, is_not_null: &dyn Fn(&str) -> bool) -> Outcome {
    match value {
        ast::Expr::ParenExpr(paren) => paren
            .expr()
            .map_or(TRUE_OR_FALSE, |inner| is_null_of(&inner, is_not_null)),
        ast::Expr::Literal(_) if is_null(value) => TRUE,
        ast::Expr::Literal(_) => FALSE,
        ast::Expr::NameRef(column) if is_not_null(&column.text()) => FALSE,
        _ => TRUE_OR_FALSE,
    }
}

/// The parts of `a OR b OR c`.
fn alternatives(expr: &ast::Expr, parts: &mut Vec<ast::Expr>) {
    match expr {
        ast::Expr::BinExpr(binary) if matches!(binary.op(), Some(BinOp::Or(_))) => {
            let sides = [binary.lhs(), binary.rhs()];
            sides
                .iter()
                .flatten()
                .for_each(|side| alternatives(side, parts));
        }
        ast::Expr::ParenExpr(paren) => match paren.expr() {
            Some(inner) => alternatives(&inner, parts),
            None => parts.push(expr.clone()),
        },
        _ => parts.push(expr.clone()),
    }
}

/// Whether one part is `a IS NULL` and another one `a IS NOT NULL`.
fn has_opposites(parts: &[ast::Expr]) -> bool {
    let parts: HashSet<Vec<String>> = parts.iter().map(words).collect();
    parts.iter().any(|part| match part.as_slice() {
        [value @ .., is, null] if is == "is" && null == "null" => {
            let opposite = [value, &["is", "not", "null"].map(str::to_owned)].concat();
            parts.contains(&opposite)
        }
        _ => false,
    })
}

impl Outcome {
    const fn of(may_be_true: bool, may_be_false: bool, may_be_null: bool) -> Self {
        Self {
            may_be_true,
            may_be_false,
            may_be_null,
        }
    }

    fn overlaps(self, other: Self) -> bool {
        self.may_be_true && other.may_be_true || self.may_be_false && other.may_be_false
    }

    fn not(self) -> Self {
        Self::of(self.may_be_false, self.may_be_true, self.may_be_null)
    }

    /// PostgreSQL manual, "Logical Operators".
    fn and(self, other: Self) -> Self {
        let Self {
            may_be_true,
            may_be_false,
            may_be_null,
        } = self;
        Self::of(
            may_be_true && other.may_be_true,
            may_be_false || other.may_be_false,
            may_be_null && (other.may_be_true || other.may_be_null)
                || other.may_be_null && may_be_true,
        )
    }
}
