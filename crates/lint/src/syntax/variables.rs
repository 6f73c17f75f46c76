//! What PL/pgSQL variables were last set to, so that a condition that asks for one can be read.

use squawk_syntax::ast::{self, AstNode};
use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::condition::{FOUND, Variables};
use super::constant_text::{constant_text, selected};
use super::into::without_into;
use super::loops::literal;
use super::tree;

/// Takes note of the declarations of a block that set a variable.
pub(super) fn declare(block: &ast::PlpgsqlBlock, known: &mut Variables) {
    let Some(section) = block.declare_section() else {
        return;
    };
    for declared in tree::all::<ast::PlpgsqlVarDecl>(section.syntax()) {
        let Some(name) = declared.name() else {
            continue;
        };
        let name = ast::normalize_name_node(name.syntax());
        set(
            known,
            name,
            declared.init().and_then(|init| value(&init.expr()?)),
        );
    }
}

/// Takes note of what a statement sets.
pub(super) fn note(stmt: &ast::PlpgsqlStmt, known: &mut Variables) {
    use ast::PlpgsqlStmt as S;
    match stmt {
        S::PlpgsqlPerformStmt(perform) => {
            known.insert(FOUND.to_owned(), perform.syntax().clone());
        }
        S::PlpgsqlAssignStmt(assign) => {
            let Some(target) =
                child::<ast::PlpgsqlAssignTarget>(assign.syntax()).and_then(|target| target.name())
            else {
                return;
            };
            let name = ast::normalize_name_node(target.syntax());
            set(
                known,
                name,
                child(assign.syntax()).and_then(|expr| value(&expr)),
            );
        }
        S::PlpgsqlExecSqlStmt(exec) => {
            // Other statements leave `FOUND` as it is.
            if let Some(
                ast::Stmt::Insert(_)
                | ast::Stmt::Update(_)
                | ast::Stmt::Delete(_)
                | ast::Stmt::Merge(_)
                | ast::Stmt::Select(_),
            ) = exec.stmt()
            {
                forget(stmt.syntax(), known);
            }
        }
        S::PlpgsqlRaiseStmt(_) | S::PlpgsqlNullStmt(_) => {}
        other => forget(other.syntax(), known),
    }
}

/// Takes note of a statement that sets variables by `INTO`.
pub(super) fn note_into(stmt: &ast::Stmt, variables: &[String], known: &mut Variables) {
    let is_query = matches!(stmt, ast::Stmt::Select(_) | ast::Stmt::CompoundSelect(_));
    let constants = selected(stmt.syntax()).filter(|values| values.len() == variables.len());
    let constants = constants.into_iter().flatten();
    let values: Vec<SyntaxNode> = constants.map(|value| value.syntax().clone()).collect();
    for (at, name) in variables.iter().enumerate() {
        let is_text = |value: &&SyntaxNode| {
            let value = ast::Expr::cast((*value).clone());
            value.is_some_and(|value| constant_text(&value, known).is_some())
        };
        let query = || (is_query && variables.len() == 1).then(|| stmt.syntax().clone());
        let value = values.get(at).filter(is_text).cloned().or_else(query);
        set(known, name.clone(), value);
    }
    match is_query {
        true => known.insert(FOUND.to_owned(), stmt.syntax().clone()),
        false => known.remove(FOUND),
    };
}

/// Sets a variable, or forgets it where the value is not known. What is computed from constants is
/// computed now, since the variables in it may be set again; what is computed from the former value of
/// this one, and is none, is not known any more.
fn set(known: &mut Variables, name: String, value: Option<SyntaxNode>) {
    let text = value.clone().and_then(ast::Expr::cast).and_then(|expr| {
        let is_written = matches!(expr, ast::Expr::Literal(_));
        constant_text(&expr, known).filter(|_| !is_written)
    });
    let value = text.and_then(|text| literal(&text)).or(value);
    if let Some(value) = value {
        known.insert(name.clone(), value);
    } else {
        known.remove(&name);
    }
    known.retain(|_, value| !mentions(value, &name));
}

fn mentions(value: &SyntaxNode, name: &str) -> bool {
    let mut names = value.descendants().filter_map(ast::NameRef::cast);
    names.any(|inner| inner.text() == name)
}

/// Forgets what a statement, or one inside of it, may set.
pub(super) fn forget(node: &SyntaxNode, known: &mut Variables) {
    known.remove(FOUND);
    for inner in node.descendants() {
        let name = if let Some(target) = ast::PlpgsqlAssignTarget::cast(inner.clone()) {
            target.name().map(|name| name.syntax().clone())
        } else if let Some(target) = ast::PlpgsqlIntoTarget::cast(inner.clone()) {
            target.name().map(|name| name.syntax().clone())
        } else {
            // What the parser could not read may be `SELECT … INTO`.
            if inner.kind() == SyntaxKind::ERROR
                && let Some(without) = without_into(&inner.text().to_string())
            {
                known.retain(|name, _| !without.variables.contains(name));
            }
            None
        };
        if let Some(name) = name {
            known.remove(&ast::normalize_name_node(&name));
        }
    }
}

fn value(expr: &ast::PlpgsqlExpr) -> Option<SyntaxNode> {
    let target = expr.target_list()?.targets().next()?;
    Some(target.expr()?.syntax().clone())
}

fn child<N: AstNode>(node: &SyntaxNode) -> Option<N> {
    node.children().find_map(N::cast)
}
