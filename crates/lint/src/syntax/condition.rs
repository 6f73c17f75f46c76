//! What the condition of a branch in PL/pgSQL makes sure of.

use std::collections::HashMap;

use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::{self, AstNode, BinOp, PostfixOp, PrefixOp};

use super::guard::{Constant, Fact};
use super::tree;
use super::{is_null, name_of_call, name_of_expr, string_of, truth};

/// What the variables of a block were last set to, as far as that is known; `found` is one.
pub(super) type Variables = HashMap<String, SyntaxNode>;

/// The variable that says whether the last query had rows.
pub(super) const FOUND: &str = "found";

/// What holds where a condition is true (`holds`), or where it is false.
pub(super) fn facts(condition: &ast::PlpgsqlExpr, variables: &Variables, holds: bool) -> Vec<Fact> {
    let mut collector = Collector {
        variables,
        facts: Vec::new(),
    };
    let expr = condition
        .target_list()
        .and_then(|list| list.targets().next())
        .and_then(|target| target.expr());
    if let Some(expr) = expr {
        collector.collect(&expr, holds);
    }
    collector.facts
}

struct Collector<'a> {
    variables: &'a Variables,
    facts: Vec<Fact>,
}

impl Collector<'_> {
    fn collect(&mut self, expr: &ast::Expr, holds: bool) {
        match expr {
            ast::Expr::ParenExpr(paren) => match (paren.expr(), paren.select()) {
                (Some(inner), _) => self.collect(&inner, holds),
                // (SELECT EXISTS (…))
                (None, Some(select)) => self.select(select.syntax(), holds),
                (None, None) => {}
            },
            ast::Expr::PrefixExpr(prefix) if matches!(prefix.op(), Some(PrefixOp::Not(_))) => {
                if let Some(inner) = prefix.expr() {
                    self.collect(&inner, !holds);
                }
            }
            ast::Expr::PostfixExpr(postfix) => {
                let holds = match postfix.op() {
                    Some(PostfixOp::IsNull(_)) => !holds,
                    Some(PostfixOp::NotNull(_)) => holds,
                    _ => return,
                };
                if let Some(inner) = postfix.expr() {
                    self.fact(&inner, holds);
                }
            }
            ast::Expr::BinExpr(binary) => self.binary(binary, holds),
            ast::Expr::CallExpr(call) if call.exists_fn().is_some() => {
                self.rows(call.syntax(), holds);
            }
            ast::Expr::NameRef(name) => {
                let name = name.text();
                match self.variables.get(&name).cloned() {
                    Some(query) if name == FOUND => self.rows(&query, holds),
                    Some(query) => self.select(&query, holds),
                    None => {}
                }
            }
            _ => {}
        }
    }

    /// That the query has rows. One that counts always has.
    fn rows(&mut self, query: &SyntaxNode, exists: bool) {
        let target = tree::first::<ast::Target>(query);
        let counts = target.and_then(|target| target.expr()).is_some_and(|expr| {
            matches!(expr, ast::Expr::CallExpr(call) if name_of_call(&call)
                .is_some_and(|call| ["count", "max", "min"].contains(&call.name.as_str())))
        });
        if !counts {
            self.facts.push(fact(query, exists));
        }
    }

    /// What holds by the outcome of an expression, or of a query of one: `EXISTS (…)`.
    fn select(&mut self, node: &SyntaxNode, holds: bool) {
        if let Some(expr) = ast::Expr::cast(node.clone()) {
            // No variable refers to itself, since it stands for a whole expression.
            if !matches!(expr, ast::Expr::NameRef(_)) {
                self.collect(&expr, holds);
            }
        } else if let Some(target) = tree::first::<ast::Target>(node)
            && let Some(ast::Expr::CallExpr(call)) = target.expr()
            && call.exists_fn().is_some()
        {
            self.rows(call.syntax(), holds);
        }
    }

    /// That the result of an expression is there: of the query that it stands for, if it is a
    /// variable.
    fn fact(&mut self, expr: &ast::Expr, exists: bool) {
        let node = match expr {
            ast::Expr::NameRef(name) => self.variables.get(&name.text()),
            _ => None,
        };
        self.facts
            .push(fact(node.unwrap_or_else(|| expr.syntax()), exists));
    }

    fn binary(&mut self, binary: &ast::BinExpr, holds: bool) {
        let (Some(lhs), Some(op), Some(rhs)) = (binary.lhs(), binary.op(), binary.rhs()) else {
            return;
        };
        match op {
            // All parts hold where `AND` is true; all fail where `OR` is false. Nothing is known
            // of either part otherwise.
            BinOp::And(_) if holds => {
                self.collect(&lhs, holds);
                self.collect(&rhs, holds);
            }
            BinOp::Or(_) if !holds => {
                self.collect(&lhs, holds);
                self.collect(&rhs, holds);
            }
            BinOp::Is(_) if is_null(&rhs) => self.fact(&lhs, !holds),
            BinOp::IsNot(_) if is_null(&rhs) => self.fact(&lhs, holds),
            // (SELECT count(*) FROM …) = 0
            BinOp::Eq(_) if is_number(&rhs, "0") => self.fact(&lhs, !holds),
            BinOp::RAngle(_) | BinOp::Neq(_) | BinOp::Neqb(_) if is_number(&rhs, "0") => {
                self.fact(&lhs, holds);
            }
            BinOp::Gteq(_) if is_number(&rhs, "1") => self.fact(&lhs, holds),
            BinOp::LAngle(_) if is_number(&rhs, "1") => self.fact(&lhs, !holds),
            // All of several are there; or they are not all there.
            BinOp::Eq(_) | BinOp::Gteq(_) if holds && is_count(&rhs) => self.fact(&lhs, true),
            BinOp::Neq(_) | BinOp::Neqb(_) | BinOp::LAngle(_) if holds && is_count(&rhs) => {
                self.fact(&lhs, false);
            }
            BinOp::Eq(_) | BinOp::Gteq(_) if is_count(&rhs) => self.fact(&lhs, false),
            BinOp::Eq(_) | BinOp::Is(_) => {
                if let ast::Expr::Literal(literal) = rhs
                    && let Some(value) = truth(&literal)
                {
                    self.collect(&lhs, holds == value);
                }
            }
            _ => {}
        }
    }
}

fn is_number(expr: &ast::Expr, number: &str) -> bool {
    matches!(expr, ast::Expr::Literal(_)) && expr.syntax().text() == number
}

fn is_count(expr: &ast::Expr) -> bool {
    let text = expr.syntax().text().to_string();
    matches!(expr, ast::Expr::Literal(_)) && text.parse::<u32>().is_ok_and(|n| n > 0)
}

/// The fact that rows of this query, or the result of this expression, are there.
pub(super) fn fact(node: &SyntaxNode, exists: bool) -> Fact {
    let relations = tree::all::<ast::RelationNameRef>(node)
        .filter_map(|name| name.path_ref()?.segment())
        .map(|segment| segment.text());
    let functions =
        tree::all::<ast::CallExpr>(node).filter_map(|call| Some(name_of_call(&call)?.name));
    Fact {
        exists,
        sources: relations.chain(functions).collect(),
        strings: tree::all::<ast::Literal>(node)
            .filter_map(|literal| constant(&literal))
            .collect(),
    }
}

fn constant(literal: &ast::Literal) -> Option<Constant> {
    let text = string_of(literal)?;
    let mut column = None;
    let mut is_identifier = false;
    // From the constant outwards, as far as it is one operand.
    let mut operand = literal.syntax().clone();
    while let Some(outer) = operand.parent() {
        if let Some(cast) = ast::CastExpr::cast(outer.clone()) {
            is_identifier |= cast
                .ty()
                .is_some_and(|ty| tree::lower(ty.syntax()).contains("reg"));
        } else if let Some(call) = ast::CallExpr::cast(outer.clone()) {
            let name = name_of_call(&call);
            is_identifier |= name.is_some_and(|name| name.name.starts_with("to_reg"));
            break;
        } else if let Some(binary) = ast::BinExpr::cast(outer.clone()) {
            let sides = [binary.lhs(), binary.rhs()].into_iter().flatten();
            let mut others = sides.filter(|side| *side.syntax() != operand);
            column = others.find_map(|side| name_of_expr(&side)).map(|n| n.name);
            break;
        } else if ast::SelectVariant::can_cast(outer.kind()) {
            break;
        }
        operand = outer;
    }
    Some(Constant {
        text,
        column,
        is_identifier,
    })
}
