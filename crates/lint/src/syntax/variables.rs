//! What PL/pgSQL variables were last set to, so that a condition that asks for one can be read.

use squawk_syntax::ast::{self, AstNode};
use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::condition::{FOUND, Variables};
use super::into::without_into;
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
        match declared.init().and_then(|init| value(&init.expr()?)) {
            Some(value) => known.insert(name, value),
            None => known.remove(&name),
        };
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
            match child(assign.syntax()).and_then(|expr| value(&expr)) {
                Some(value) => known.insert(name, value),
                None => known.remove(&name),
            };
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
    let only_one = variables.len() == 1;
    let set = |known: &mut Variables, name: &str, is_known: bool| {
        if is_known {
            known.insert(name.to_owned(), stmt.syntax().clone());
        } else {
            known.remove(name);
        }
    };
    for name in variables {
        set(known, name, is_query && only_one);
    }
    set(known, FOUND, is_query);
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
