//! Whether a value that is worked out from itself comes out the same when that is done again.

use squawk_syntax::ast::{self, AstNode, BinOp, LitKind, PrefixOp};
use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::tree;
use super::{constant, name_of_call, string_of};

/// A column, as an expression may refer to it.
pub(crate) struct Column<'a> {
    /// Its name.
    pub(crate) name: &'a str,
    /// What its table may be called: by its name, or by an alias.
    pub(crate) tables: &'a [String],
}

impl Column<'_> {
    /// Whether the node refers to the column.
    fn is(&self, node: &SyntaxNode, whole: &SyntaxNode) -> bool {
        let Some(name) = ast::NameRef::cast(node.clone()) else {
            return false;
        };
        let Some(parent) = node.parent().filter(|_| name.text() == self.name) else {
            return false;
        };
        match parent.kind() {
            // The name of a function.
            SyntaxKind::CALL_EXPR => false,
            SyntaxKind::FIELD_EXPR => {
                let table = parent.first_child().and_then(ast::NameRef::cast);
                table.is_some_and(|table| {
                    table.syntax() != node && self.tables.contains(&table.text())
                })
            }
            // In a query of its own, a bare name is mostly that of another table's column.
            _ => !node
                .ancestors()
                .take_while(|outer| outer != whole)
                .chain(std::iter::once(whole.clone()))
                .any(|outer| ast::SelectVariant::can_cast(outer.kind())),
        }
    }
}

/// The operation in the expression that changes the column's value each time that it is
/// applied: `n + 1`. `None` where there is none: `trim(s)`, `coalesce(s, '')`.
///
/// Only what is known to do so counts; for all that this knows, any other function converges.
pub(crate) fn diverges(expr: &ast::Expr, column: &Column<'_>) -> Option<SyntaxNode> {
    let whole = expr.syntax();
    if let Some(swap) = swaps(whole, column) {
        return Some(swap);
    }
    whole
        .descendants()
        .filter(|node| column.is(node, whole))
        .find_map(|node| step(&node, whole))
}

/// `CASE column WHEN 'a' THEN 'b' WHEN 'b' THEN 'a' END`, which gives another value for what it gave.
fn swaps(whole: &SyntaxNode, column: &Column<'_>) -> Option<SyntaxNode> {
    let case = whole
        .descendants()
        .find(|node| node.kind() == SyntaxKind::CASE_EXPR)?;
    if !case.descendants().any(|node| column.is(&node, whole)) {
        return None;
    }
    let pairs: Vec<(String, String)> = case
        .descendants()
        .filter(|node| node.kind() == SyntaxKind::WHEN_CLAUSE)
        .filter_map(|when| {
            let mut literals = tree::all::<ast::Literal>(&when);
            let pair = (constant(&literals.next()?), constant(&literals.next()?));
            literals.next().is_none().then_some(pair)
        })
        .collect();
    let changed = |value: &String| pairs.iter().any(|(from, to)| from == value && to != value);
    pairs
        .iter()
        .any(|(from, to)| from != to && changed(to))
        .then_some(case)
}

/// From the column outwards: the first operation that diverges, unless the column only decides
/// something.
fn step(column: &SyntaxNode, whole: &SyntaxNode) -> Option<SyntaxNode> {
    let mut operand = column.clone();
    while operand != *whole {
        let node = operand.parent()?;
        if let Some(binary) = ast::BinExpr::cast(node.clone()) {
            match binary_diverges(&binary, &operand) {
                Some(true) => return Some(node),
                Some(false) => {}
                None => return None,
            }
        } else if let Some(prefix) = ast::PrefixExpr::cast(node.clone()) {
            if matches!(prefix.op(), Some(PrefixOp::Minus(_) | PrefixOp::Not(_))) {
                return Some(node);
            }
        } else if let Some(call) = ast::CallExpr::cast(node.clone()) {
            if call_diverges(&call) {
                return Some(node);
            }
        } else if node.kind() == SyntaxKind::WHEN_CLAUSE {
            // CASE WHEN column … THEN: it decides; behind THEN it is the value.
            let condition = node.first_child();
            if condition.as_ref() == Some(&operand) {
                return None;
            }
        } else if matches!(
            node.kind(),
            SyntaxKind::WHERE_CLAUSE | SyntaxKind::FILTER_CLAUSE
        ) {
            return None;
        }
        operand = node;
    }
    None
}

/// `None` for what only compares.
fn binary_diverges(binary: &ast::BinExpr, operand: &SyntaxNode) -> Option<bool> {
    let other = [binary.lhs(), binary.rhs()]
        .into_iter()
        .flatten()
        .find(|side| side.syntax() != operand);
    let is_string = other.as_ref().is_some_and(is_string);
    Some(match binary.op()? {
        BinOp::Plus(_) | BinOp::Star(_) | BinOp::Slash(_) | BinOp::Caret(_) => true,
        // jsonb - 'key' takes the key away once.
        BinOp::Minus(_) => !is_string,
        BinOp::AtTimeZone(_) => true,
        BinOp::CustomOp(op) => match op.syntax().text().to_string().trim() {
            // An object that is merged into another is merged for good.
            "||" => !other.as_ref().is_some_and(is_json_object),
            "#" => true,
            _ => false,
        },
        BinOp::Percent(_) | BinOp::ColonColon(_) => false,
        _ => return None,
    })
}

fn is_string(expr: &ast::Expr) -> bool {
    matches!(expr, ast::Expr::Literal(literal) if string_of(literal).is_some())
}

fn is_json_object(expr: &ast::Expr) -> bool {
    expr.syntax().descendants().any(|node| {
        if let Some(literal) = ast::Literal::cast(node.clone()) {
            literal
                .string_value()
                .is_some_and(|text| text.trim_start().starts_with('{'))
        } else {
            ast::CallExpr::cast(node)
                .and_then(|call| name_of_call(&call))
                .is_some_and(|name| {
                    ["jsonb_build_object", "jsonb_object_agg", "jsonb_object"]
                        .contains(&name.name.as_str())
                })
        }
    })
}

/// Functions that add something to what they are given.
const ADDING: [&str; 11] = [
    "array_append",
    "array_cat",
    "array_prepend",
    "concat",
    "concat_ws",
    "format",
    "jsonb_insert",
    "md5",
    "repeat",
    "reverse",
    "sha256",
];

fn call_diverges(call: &ast::CallExpr) -> bool {
    let Some(name) = name_of_call(call) else {
        return false;
    };
    if name.name == "replace" {
        let arguments: Vec<Option<String>> = tree::all::<ast::Literal>(call.syntax())
            .map(|literal| match literal.kind() {
                Some(LitKind::String(_)) => literal.string_value(),
                _ => None,
            })
            .collect();
        // What is put in holds what is taken out, so that it is found again.
        return match arguments.as_slice() {
            [Some(from), Some(to)] => to.contains(from.as_str()) && to != from,
            _ => false,
        };
    }
    ADDING.contains(&name.name.as_str())
}
