use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::{self, AstNode, BinOp, LitKind, PrefixOp};

use super::Statement;
use super::statement::name_of_expr;

/// What decides in a `DO` block whether a statement runs, or what becomes of its failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Guard {
    /// An `IF`, `ELSIF` or `ELSE` branch: it runs only when all of this is so.
    Condition(Vec<Fact>),
    /// An `EXCEPTION` clause: failures with these conditions are caught (`duplicate_object`,
    /// `42710`), in lower case.
    Handler(Vec<String>),
}

/// One thing that a condition makes sure of: that rows of a query exist, or that a name resolves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fact {
    /// Whether it must be there, or must not.
    pub(crate) exists: bool,
    /// Tables of the query and functions called, without schema: `pg_constraint`, `to_regclass`.
    pub(crate) sources: Vec<String>,
    /// The string constants in it, in lower case.
    pub(crate) strings: Vec<String>,
}

impl Fact {
    /// Whether it was looked up in the system catalogs.
    pub(crate) fn is_of_catalog(&self) -> bool {
        self.sources.iter().any(|source| {
            source.starts_with("pg_")
                || source.starts_with("to_reg")
                || INFORMATION_SCHEMA.contains(&source.as_str())
        })
    }

    /// Whether a string constant in it is that name, with or without a schema before it.
    pub(crate) fn names(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        self.strings.iter().any(|s| {
            s.trim_matches('"') == name
                || s.rsplit('.').next().map(|s| s.trim_matches('"')) == Some(&name)
        })
    }
}

impl Statement<'_> {
    /// Whether a guard of a `DO` block lets the statement run only where nothing of that name is
    /// there yet, or catches its failure where something is (`caught`: the conditions of that
    /// failure, as names and as codes).
    pub(crate) fn guarded_if_absent(&self, name: &str, caught: &[&str]) -> bool {
        self.guards
            .iter()
            .any(|guard| guard.asks_for(name, false) || guard.catches(caught))
    }

    /// The same for a statement that needs something of that name to be there.
    pub(crate) fn guarded_if_present(&self, name: &str, caught: &[&str]) -> bool {
        self.guards
            .iter()
            .any(|guard| guard.asks_for(name, true) || guard.catches(caught))
    }
}

impl Guard {
    /// Whether the catalog is asked for that name, with that answer.
    fn asks_for(&self, name: &str, exists: bool) -> bool {
        match self {
            Self::Condition(facts) => facts
                .iter()
                .any(|fact| fact.exists == exists && fact.is_of_catalog() && fact.names(name)),
            Self::Handler(_) => false,
        }
    }

    /// Whether one of these failures is caught. `OTHERS` does not count: it would hide every
    /// other failure too.
    fn catches(&self, conditions: &[&str]) -> bool {
        match self {
            Self::Handler(caught) => caught.iter().any(|c| conditions.contains(&c.as_str())),
            Self::Condition(_) => false,
        }
    }
}

/// Views of `information_schema` that conditions look into.
const INFORMATION_SCHEMA: [&str; 14] = [
    "check_constraints",
    "columns",
    "constraint_column_usage",
    "domain_constraints",
    "domains",
    "key_column_usage",
    "referential_constraints",
    "routines",
    "schemata",
    "sequences",
    "table_constraints",
    "tables",
    "triggers",
    "views",
];

/// What holds where a condition is true (`holds`), or where it is false.
pub(super) fn facts(condition: &ast::PlpgsqlExpr, holds: bool) -> Vec<Fact> {
    let mut facts = Vec::new();
    let expr = condition
        .target_list()
        .and_then(|list| list.targets().next())
        .and_then(|target| target.expr());
    if let Some(expr) = expr {
        collect(&expr, holds, &mut facts);
    }
    facts
}

fn collect(expr: &ast::Expr, holds: bool, facts: &mut Vec<Fact>) {
    match expr {
        ast::Expr::ParenExpr(paren) => {
            if let Some(inner) = paren.expr() {
                collect(&inner, holds, facts);
            }
        }
        ast::Expr::PrefixExpr(prefix) if matches!(prefix.op(), Some(PrefixOp::Not(_))) => {
            if let Some(inner) = prefix.expr() {
                collect(&inner, !holds, facts);
            }
        }
        ast::Expr::BinExpr(binary) => collect_binary(binary, holds, facts),
        ast::Expr::CallExpr(call) if call.exists_fn().is_some() => {
            facts.push(fact(call.syntax(), holds));
        }
        _ => {}
    }
}

fn collect_binary(binary: &ast::BinExpr, holds: bool, facts: &mut Vec<Fact>) {
    let (Some(lhs), Some(op), Some(rhs)) = (binary.lhs(), binary.op(), binary.rhs()) else {
        return;
    };
    match op {
        // All parts hold where `AND` is true; all fail where `OR` is false. Nothing is known of
        // either part otherwise.
        BinOp::And(_) if holds => {
            collect(&lhs, holds, facts);
            collect(&rhs, holds, facts);
        }
        BinOp::Or(_) if !holds => {
            collect(&lhs, holds, facts);
            collect(&rhs, holds, facts);
        }
        BinOp::Is(_) if is_null(&rhs) => facts.push(fact(lhs.syntax(), !holds)),
        BinOp::IsNot(_) if is_null(&rhs) => facts.push(fact(lhs.syntax(), holds)),
        // (SELECT count(*) FROM …) = 0
        BinOp::Eq(_) if is_zero(&rhs) => facts.push(fact(lhs.syntax(), !holds)),
        BinOp::RAngle(_) | BinOp::Neq(_) | BinOp::Neqb(_) if is_zero(&rhs) => {
            facts.push(fact(lhs.syntax(), holds));
        }
        _ => {}
    }
}

fn is_null(expr: &ast::Expr) -> bool {
    matches!(expr, ast::Expr::Literal(l) if matches!(l.kind(), Some(LitKind::Null(_))))
}

fn is_zero(expr: &ast::Expr) -> bool {
    matches!(expr, ast::Expr::Literal(_)) && expr.syntax().text() == "0"
}

/// The fact that rows of this query, or the result of this expression, are there.
pub(super) fn fact(node: &SyntaxNode, exists: bool) -> Fact {
    let relations = node
        .descendants()
        .filter_map(ast::RelationNameRef::cast)
        .filter_map(|name| name.path_ref()?.segment())
        .map(|segment| segment.text());
    let functions = node
        .descendants()
        .filter_map(ast::CallExpr::cast)
        .filter_map(|call| Some(name_of_expr(&call.expr()?)?.name));
    Fact {
        exists,
        sources: relations.chain(functions).collect(),
        strings: node
            .descendants()
            .filter_map(ast::Literal::cast)
            .filter_map(|literal| literal.string_value())
            .map(|value| value.to_lowercase())
            .collect(),
    }
}
