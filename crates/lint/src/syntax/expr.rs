//! What an expression comes down to: a name, a call, a constant.

use squawk_syntax::ast::{self, AstNode, LitKind};

use super::ObjectName;
use super::tree;

/// The name that an expression consists of: `f`, `s.f`.
pub(crate) fn name_of_expr(expr: &ast::Expr) -> Option<ObjectName> {
    let words: Vec<String> = tree::all::<ast::NameRef>(expr.syntax())
        .map(|name| ast::normalize_name_node(name.syntax()))
        .collect();
    let (name, schema) = words.split_last()?;
    Some(ObjectName::new(schema.last().map(String::as_str), name))
}

/// The name of the function that is called.
pub(crate) fn name_of_call(call: &ast::CallExpr) -> Option<ObjectName> {
    name_of_expr(&call.expr()?)
}

/// Whether an expression is the word `NULL`.
pub(crate) fn is_null(expr: &ast::Expr) -> bool {
    matches!(expr, ast::Expr::Literal(l) if matches!(l.kind(), Some(LitKind::Null(_))))
}

/// A constant as it is compared: what a string holds, or a number as it stands.
pub(crate) fn constant(literal: &ast::Literal) -> String {
    match string_of(literal) {
        Some(value) => value,
        None => tree::lower(literal.syntax()),
    }
}

/// What a string constant holds; `None` for a number and for what is no string otherwise.
pub(crate) fn string_of(literal: &ast::Literal) -> Option<String> {
    let text = literal.syntax().text();
    let is_string = text.contains_char('\'') || text.contains_char('$');
    is_string.then(|| literal.string_value())?
}

/// Whether a constant is `true` or `false`; `None` for any other.
pub(crate) fn truth(literal: &ast::Literal) -> Option<bool> {
    match literal.kind()? {
        LitKind::True(_) => Some(true),
        LitKind::False(_) => Some(false),
        _ => None,
    }
}
