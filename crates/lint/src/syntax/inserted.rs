//! The rows that an `INSERT` writes, also that of a `MERGE`.

use squawk_syntax::ast::{self, AstNode};

use super::{ObjectName, Volatility, is_null, name_in, name_of_call, tree, volatility};

/// What an `INSERT` writes.
pub(crate) struct Inserted {
    /// The columns that it lists; `None` where it lists none.
    pub(crate) columns: Option<Vec<String>>,
    /// The values of each row, as far as they are written; `None` where the query says `*` or is not
    /// plain.
    pub(crate) rows: Option<Vec<Vec<Value>>>,
}

/// A value that an `INSERT` writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Value {
    /// NULL.
    Null,
    /// Another one in each run.
    Anew,
    /// That of the column's default.
    Default,
    /// One that is the same in each run.
    Same,
}

impl Inserted {
    pub(crate) fn of(insert: &ast::Insert) -> Self {
        Self {
            columns: insert.column_target_list().map(|list| columns(&list)),
            rows: rows(insert),
        }
    }
}

/// The columns that an `INSERT` lists.
pub(crate) fn columns(list: &ast::ColumnTargetList) -> Vec<String> {
    let names = list.column_targets().filter_map(|target| target.name());
    names.filter_map(|name| name_in(&name)).collect()
}

fn rows(insert: &ast::Insert) -> Option<Vec<Vec<Value>>> {
    match insert.insert_source()? {
        ast::InsertSource::DefaultValues(_) => Some(vec![Vec::new()]),
        ast::InsertSource::SelectVariant(source) => {
            let node = source.syntax();
            if let Some(values) = ast::Values::cast(node.clone()) {
                let rows = values.row_list()?.rows();
                return Some(
                    rows.map(|row| row.exprs().map(|e| value(&e)).collect())
                        .collect(),
                );
            }
            let select = ast::Select::cast(node.clone())?;
            let list = select.select_clause()?.target_list()?;
            let values: Option<Vec<Value>> = list
                .targets()
                .map(|target| {
                    Some(value(
                        &target.expr().filter(|_| target.star_token().is_none())?,
                    ))
                })
                .collect();
            Some(vec![values?])
        }
    }
}

/// What an expression gives a column.
pub(crate) fn value(expr: &ast::Expr) -> Value {
    if is_null(expr) {
        return Value::Null;
    }
    let text = expr.syntax().text().to_string();
    if text.trim().eq_ignore_ascii_case("default") {
        return Value::Default;
    }
    let mut nodes = expr.syntax().descendants();
    let changes = nodes.any(|node| match ast::CallExpr::cast(node.clone()) {
        Some(call) => name_of_call(&call).is_some_and(|name| is_anew(&name)),
        None => {
            let word = tree::lower(&node);
            ast::NameRef::can_cast(node.kind())
                && ["current_timestamp", "localtimestamp"].contains(&word.as_str())
        }
    });
    if changes { Value::Anew } else { Value::Same }
}

fn is_anew(function: &ObjectName) -> bool {
    let times = ["now", "statement_timestamp", "transaction_timestamp"];
    volatility(function) == Volatility::Volatile || times.contains(&function.name.as_str())
}
