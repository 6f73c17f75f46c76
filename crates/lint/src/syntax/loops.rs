//! The passes of a loop over constants: `ARRAY['a', 'b']`, `VALUES ('a', 1), ('b', 2)`, `1..3`.

use squawk_syntax::SourceFile;
use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::{self, AstNode};

use super::condition::Variables;
use super::constant_text::constant_text;
use super::tree;
use super::{ObjectName, name_of, name_of_call};

/// A loop over more elements than that is not read for each of them.
const ELEMENTS: usize = 200;

/// What the variables of a loop hold in a pass, and under `r.column` what a record does.
pub(super) type Pass = Vec<(String, SyntaxNode)>;

/// The passes of a loop over an array or a query, where what they are about is constant.
pub(super) fn passes(
    node: &SyntaxNode,
    variables: &[String],
    known: &Variables,
) -> Option<Vec<Pass>> {
    let reads_tables = tree::has::<ast::RelationNameRef>(node);
    if reads_tables {
        return None;
    }
    let of_variable = || {
        let name = tree::first::<ast::NameRef>(node)?;
        let value = known.get(&name.text())?;
        tree::first::<ast::ArrayExpr>(value)
    };
    let array = tree::first::<ast::ArrayExpr>(node);
    let values = || tree::first::<ast::Values>(node);
    let passes: Vec<Pass> = if let Some(array) = array.or_else(of_variable) {
        let name = variables.first()?;
        let element = |expr: ast::Expr| vec![(name.clone(), expr.syntax().clone())];
        array.exprs().map(element).collect()
    } else if let Some(values) = values() {
        of_rows(node, &values, variables)?
    } else {
        let name = variables.first()?;
        let element = |node| vec![(name.clone(), node)];
        of_array_text(node)?.into_iter().map(element).collect()
    };
    let is_constant = |node: &SyntaxNode| {
        ast::Expr::cast(node.clone()).is_some_and(|expr| constant_text(&expr, known).is_some())
    };
    let usable = !passes.is_empty() && passes.len() <= ELEMENTS;
    let mut bound = passes.iter().flatten();
    (usable && bound.all(|(_, node)| is_constant(node))).then_some(passes)
}

/// The passes of `FOR i IN 1..3`.
pub(super) fn of_range(range: &ast::PlpgsqlForRange, variables: &[String]) -> Option<Vec<Pass>> {
    let text = range.syntax().text().to_string();
    let (first, last) = text.split_once("..")?;
    let number = |text: &str| text.trim().parse::<i64>().ok();
    let (first, last) = (number(first)?, number(last)?);
    let name = variables.first()?;
    let count = last.checked_sub(first)?;
    if !(0..ELEMENTS as i64).contains(&count) {
        return None;
    }
    let pass = |i: i64| Some(vec![(name.clone(), literal(&i.to_string())?)]);
    (first..=last).map(pass).collect()
}

/// The rows of `VALUES`, as the query around them shows their columns.
fn of_rows(query: &SyntaxNode, values: &ast::Values, variables: &[String]) -> Option<Vec<Pass>> {
    let rows: Vec<Vec<SyntaxNode>> = values
        .row_list()?
        .rows()
        .map(|row| row.exprs().map(|expr| expr.syntax().clone()).collect())
        .collect();
    let width = rows.first()?.len();
    let alias = tree::first::<ast::FromAlias>(query);
    let columns = alias.map_or_else(Vec::new, |alias| columns_of(&alias));
    let name = |at: usize| {
        let own = columns.get(at).cloned();
        own.unwrap_or_else(|| format!("column{}", at + 1))
    };
    let is_inside = |list: &ast::TargetList| {
        values
            .syntax()
            .text_range()
            .contains_range(list.syntax().text_range())
    };
    let mut lists = tree::all::<ast::TargetList>(query);
    let shown: Vec<usize> = match lists.find(|list| !is_inside(list)) {
        None => (0..width).collect(),
        Some(list) if list.syntax().text().to_string().trim() == "*" => (0..width).collect(),
        Some(list) => {
            let at = |target: ast::Target| {
                let text = target.syntax().text().to_string();
                let column = ObjectName::read(&text).name;
                (0..width).find(|at| name(*at) == column)
            };
            list.targets().map(at).collect::<Option<_>>()?
        }
    };
    let pass = |row: &Vec<SyntaxNode>| -> Option<Pass> {
        let values: Vec<(usize, SyntaxNode)> = shown
            .iter()
            .map(|at| Some((*at, row.get(*at)?.clone())))
            .collect::<Option<_>>()?;
        let [variable] = variables else {
            let values = values.into_iter().map(|(_, value)| value);
            return Some(variables.iter().cloned().zip(values).collect());
        };
        let (_, first) = values.first()?.clone();
        let fields = values
            .into_iter()
            .map(|(at, value)| (format!("{variable}.{}", name(at)), value));
        Some(
            std::iter::once((variable.clone(), first))
                .chain(fields)
                .collect(),
        )
    };
    rows.iter().map(pass).collect()
}

/// What the variables of a loop over a query hold where that is a computed text: `SELECT 'a' || b AS c`.
pub(super) fn computed(query: &SyntaxNode, variables: &[String]) -> Variables {
    let list = tree::first::<ast::TargetList>(query);
    let targets = list.iter().flat_map(ast::TargetList::targets);
    let mut known = Variables::new();
    for (at, target) in targets.enumerate() {
        let Some(expr) = target.expr().filter(is_text) else {
            continue;
        };
        let node = expr.syntax().clone();
        match (variables, target.as_name()) {
            ([record], Some(name)) => {
                let field = name_of(name.name());
                known.extend(field.map(|field| (format!("{record}.{field}"), node.clone())));
                known.insert(record.clone(), node);
            }
            (variables, _) => {
                let name = variables.get(at).cloned();
                known.extend(name.map(|name| (name, node)));
            }
        }
    }
    known
}

/// `'a' || b`, `format('…', b)`.
fn is_text(expr: &ast::Expr) -> bool {
    match expr {
        ast::Expr::BinExpr(binary) => matches!(binary.op(), Some(ast::BinOp::CustomOp(_))),
        ast::Expr::CallExpr(call) => name_of_call(call)
            .is_some_and(|name| ["format", "concat"].contains(&name.name.as_str())),
        _ => false,
    }
}

/// The columns of `AS v(a, b)`.
fn columns_of(alias: &ast::FromAlias) -> Vec<String> {
    let text = alias.syntax().text().to_string();
    let list = text.split_once('(').map_or("", |(_, list)| list);
    let list = list.trim_end().trim_end_matches(')');
    list.split(',')
        .map(|name| ObjectName::read(name).name)
        .filter(|name| !name.is_empty())
        .collect()
}

/// The elements of `'{a,b}'::text[]`, of which none is quoted.
fn of_array_text(node: &SyntaxNode) -> Option<Vec<SyntaxNode>> {
    let cast = tree::first::<ast::CastExpr>(node)?;
    let text = cast.syntax().text().to_string();
    let literal_of = tree::first::<ast::Literal>(cast.syntax())?;
    let list = literal_of.string_value()?;
    let list = list.strip_prefix('{')?.strip_suffix('}')?;
    let is_plain = !list.contains(['"', '{', '\\', ' ']) && !list.is_empty();
    let elements = list.split(',').map(literal);
    (is_plain && text.trim_end().ends_with("[]")).then(|| elements.collect::<Option<_>>())?
}

/// A string constant of that text.
pub(super) fn literal(text: &str) -> Option<SyntaxNode> {
    let parse = SourceFile::parse(&format!("SELECT '{}'", text.replace('\'', "''")));
    let mut nodes = parse.tree().syntax().descendants();
    Some(nodes.find_map(ast::Literal::cast)?.syntax().clone())
}
