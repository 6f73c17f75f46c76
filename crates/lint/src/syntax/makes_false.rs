//! Whether an `UPDATE` takes the rows that it changes out of its own `WHERE`.

use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::{self, AstNode, BinOp, PostfixOp, PrefixOp};

use super::tree;
use super::{constant, is_null, name_of_call, name_of_expr, one_line, string_of, truth};

/// What an `UPDATE` sets: columns and their new values.
pub(crate) type Assigned = [(String, ast::Expr)];

/// Whether the condition is false for a row once the columns are set, as far as that can be told.
pub(crate) fn makes_false(condition: &SyntaxNode, set: &Assigned) -> bool {
    let expr = tree::child::<ast::Expr>(condition).or_else(|| ast::Expr::cast(condition.clone()));
    expr.is_some_and(|expr| decided(&expr, set) == Some(false))
}

/// What the condition is afterwards; `None` where that cannot be told.
fn decided(expr: &ast::Expr, set: &Assigned) -> Option<bool> {
    match expr {
        ast::Expr::ParenExpr(paren) => decided(&paren.expr()?, set),
        ast::Expr::PrefixExpr(prefix) if matches!(prefix.op(), Some(PrefixOp::Not(_))) => {
            let inner = prefix.expr()?;
            match decided(&inner, set) {
                Some(known) => Some(!known),
                None => holds_what_is_put_in(&inner, set).then_some(false),
            }
        }
        ast::Expr::PostfixExpr(postfix) => {
            let value = value_of(&postfix.expr()?, set)?;
            match postfix.op()? {
                PostfixOp::IsNull(_) => Some(is_null(value)),
                PostfixOp::NotNull(_) => Some(!is_null(value)),
                _ => None,
            }
        }
        // A column of its own: `WHERE active`.
        ast::Expr::NameRef(_) => match value_of(expr, set)? {
            ast::Expr::Literal(literal) => truth(literal),
            _ => None,
        },
        ast::Expr::BinExpr(binary) => decided_binary(binary, set),
        _ => None,
    }
}

fn decided_binary(binary: &ast::BinExpr, set: &Assigned) -> Option<bool> {
    let (lhs, op, rhs) = (binary.lhs()?, binary.op()?, binary.rhs()?);
    match op {
        BinOp::And(_) => match (decided(&lhs, set), decided(&rhs, set)) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        },
        BinOp::Or(_) => match (decided(&lhs, set), decided(&rhs, set)) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            _ => None,
        },
        BinOp::Is(_) if is_null(&rhs) => value_of(&lhs, set).map(is_null),
        BinOp::IsNot(_) if is_null(&rhs) => value_of(&lhs, set).map(|value| !is_null(value)),
        BinOp::Is(_) | BinOp::Eq(_) | BinOp::IsNotDistinctFrom(_) => equal(&lhs, &rhs, set),
        BinOp::IsNot(_) | BinOp::Neq(_) | BinOp::Neqb(_) | BinOp::IsDistinctFrom(_) => {
            equal(&lhs, &rhs, set).map(|equal| !equal)
        }
        BinOp::In(_) | BinOp::NotIn(_) => {
            let value = value_of(&lhs, set)?;
            let is_not = matches!(op, BinOp::NotIn(_));
            let ast::Expr::Literal(value) = value else {
                return (!is_not && !mentions_any(value.syntax(), set)).then_some(false);
            };
            let literals = tree::all::<ast::Literal>(rhs.syntax());
            let listed = literals.map(|l| constant(&l)).any(|l| l == constant(value));
            Some(listed != is_not)
        }
        BinOp::LAngle(_) | BinOp::Lteq(_) => {
            // What is set to now is no longer in the past.
            let value = value_of(&lhs, set)?;
            let time = is_time(value) && !mentions_any(rhs.syntax(), set);
            time.then_some(false)
        }
        BinOp::Like(_) | BinOp::Ilike(_) => like(&lhs, &rhs, set),
        BinOp::NotLike(_) | BinOp::NotIlike(_) => match like(&lhs, &rhs, set) {
            Some(is_like) => Some(!is_like),
            None => holds_what_is_put_in(&ast::Expr::BinExpr(binary.clone()), set).then_some(false),
        },
        BinOp::CustomOp(op) => {
            let negative = op.syntax().text().to_string().trim().starts_with('!');
            let whole = ast::Expr::BinExpr(binary.clone());
            (negative && holds_what_is_put_in(&whole, set)).then_some(false)
        }
        _ => None,
    }
}

/// Whether both sides are the same afterwards.
fn equal(lhs: &ast::Expr, rhs: &ast::Expr, set: &Assigned) -> Option<bool> {
    let (value, other) = match (value_of(lhs, set), value_of(rhs, set)) {
        (Some(value), _) => (value, rhs),
        (None, Some(value)) => (value, lhs),
        (None, None) => return length_changes(lhs, rhs, set).then_some(false),
    };
    if text(value) == text(other) {
        return Some(true);
    }
    match (value, other) {
        (ast::Expr::Literal(a), ast::Expr::Literal(b)) => match (truth(a), truth(b)) {
            (Some(a), Some(b)) => Some(a == b),
            _ => Some(constant(a) == constant(b)),
        },
        // From another column or table: most likely something else than the constant.
        (value, ast::Expr::Literal(_)) if !mentions_any(value.syntax(), set) => Some(false),
        _ => None,
    }
}

/// `length(c) = 10`, where something is put before or behind `c`.
fn length_changes(lhs: &ast::Expr, rhs: &ast::Expr, set: &Assigned) -> bool {
    let ast::Expr::CallExpr(call) = lhs else {
        return false;
    };
    let is_length = name_of_call(call).is_some_and(|name| {
        [
            "length",
            "char_length",
            "character_length",
            "octet_length",
            "cardinality",
            "array_length",
        ]
        .contains(&name.name.as_str())
    });
    let column = tree::all::<ast::NameRef>(call.syntax()).last();
    let column = column.map(|column| column.text());
    is_length
        && matches!(rhs, ast::Expr::Literal(_))
        && set.iter().any(|(name, value)| {
            Some(name) == column.as_ref()
                && matches!(value, ast::Expr::BinExpr(b)
                    if matches!(b.op(), Some(BinOp::CustomOp(op)) if op.syntax().text() == "||"))
        })
}

/// `c LIKE 'x%'`, where the new value begins with a constant.
fn like(lhs: &ast::Expr, rhs: &ast::Expr, set: &Assigned) -> Option<bool> {
    let value = value_of(lhs, set)?;
    let ast::Expr::Literal(pattern) = rhs else {
        return None;
    };
    let pattern = string_of(pattern)?;
    let prefix = pattern
        .find(['%', '_'])
        .map_or(pattern.as_str(), |at| &pattern[..at]);
    let first = first_constant(value)?;
    if prefix.is_empty() {
        return None;
    }
    if first.starts_with(prefix) {
        return (pattern.len() == prefix.len() + 1 && pattern.ends_with('%')).then_some(true);
    }
    // Too short to tell: what comes behind it may complete the prefix.
    (!prefix.starts_with(&first)).then_some(false)
}

fn first_constant(value: &ast::Expr) -> Option<String> {
    match value {
        ast::Expr::Literal(literal) => string_of(literal),
        ast::Expr::ParenExpr(paren) => first_constant(&paren.expr()?),
        ast::Expr::BinExpr(binary) => first_constant(&binary.lhs()?),
        ast::Expr::CallExpr(call) => {
            let name = name_of_call(call)?;
            let first = call.arg_list()?.args().next()?.func_arg_expr()?;
            match (name.name.as_str(), first) {
                ("concat", ast::FuncArgExpr::Expr(expr)) => first_constant(&expr),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether the condition asks for a constant in a column into which the update puts it: `NOT ('x' =
/// ANY (tags))`, `tags || 'x'`.
fn holds_what_is_put_in(condition: &ast::Expr, set: &Assigned) -> bool {
    let asked: Vec<String> = constants(condition.syntax());
    set.iter().any(|(column, value)| {
        let about = names(condition.syntax()).contains(column);
        let put: Vec<String> = constants(value.syntax());
        let found = |asked: &String| {
            // What patterns have at their ends, and before a character that is meant as it is.
            let asked = asked.trim_matches(['%', '^', '$']).replace('\\', "");
            let asked = asked.trim();
            !asked.is_empty() && put.iter().any(|put| put.contains(asked))
        };
        about && asked.iter().any(found)
    })
}

/// The new value of the column that an expression names.
fn value_of<'a>(expr: &ast::Expr, set: &'a Assigned) -> Option<&'a ast::Expr> {
    let name = match expr {
        ast::Expr::NameRef(_) | ast::Expr::FieldExpr(_) => name_of_expr(expr)?.name,
        ast::Expr::ParenExpr(paren) => return value_of(&paren.expr()?, set),
        _ => return None,
    };
    set.iter()
        .find(|(column, _)| *column == name)
        .map(|(_, value)| value)
}

fn is_time(value: &ast::Expr) -> bool {
    let text = text(value);
    [
        "now()",
        "current_timestamp",
        "clock_timestamp()",
        "current_date",
        "localtimestamp",
    ]
    .iter()
    .any(|time| text.starts_with(time))
}

fn mentions_any(node: &SyntaxNode, set: &Assigned) -> bool {
    let names = names(node);
    set.iter().any(|(column, _)| names.contains(column))
}

fn names(node: &SyntaxNode) -> Vec<String> {
    let names = tree::all::<ast::NameRef>(node);
    names.map(|name| name.text()).collect()
}

fn constants(node: &SyntaxNode) -> Vec<String> {
    let literals = tree::all::<ast::Literal>(node);
    literals.filter_map(|literal| string_of(&literal)).collect()
}

fn text(expr: &ast::Expr) -> String {
    one_line(&expr.syntax().text().to_string()).to_lowercase()
}
