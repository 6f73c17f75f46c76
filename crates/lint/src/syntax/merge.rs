//! The two sides of a `MERGE`: the table that it changes, the rows that it compares it with, and the
//! columns by which it does.

use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::{self, AstNode, BinOp};

use super::{ObjectName, name_in, name_of_expr};

/// A `MERGE`, as far as its source and its `ON` can be read.
pub(crate) struct Merge {
    /// The table that it changes.
    pub(crate) table: ObjectName,
    /// What the statement calls it.
    target: String,
    source: Source,
    condition: Option<ast::Expr>,
}

/// Where the rows come from with which the table is compared.
struct Source {
    /// What the statement calls it.
    name: Option<String>,
    /// The names that it gives its columns.
    columns: Vec<String>,
    rows: Rows,
}

enum Rows {
    /// All rows of a table.
    Table(ObjectName),
    /// Those of a query.
    Query(SyntaxNode),
    /// Those of a function, a join, a sample.
    Other,
}

/// What `ON` compares by `=`: a column of the table with an expression.
pub(crate) struct Pair {
    pub(crate) column: String,
    pub(crate) expr: ast::Expr,
}

impl Merge {
    pub(crate) fn of(merge: &ast::Merge) -> Option<Self> {
        let table = ObjectName::of(merge.table_relation_name())?;
        let alias = merge.alias().and_then(|alias| alias.name());
        let target = alias.and_then(|name| name_in(&name));
        let using = merge.using_on_clause()?;
        Some(Self {
            target: target.unwrap_or_else(|| table.name.clone()),
            table,
            source: Source::of(&using.from_list_item()?, merge.with_clause()),
            condition: using.on_clause().and_then(|on| on.expr()),
        })
    }

    /// `UPDATE … FROM` and `DELETE … USING` of one other source pair rows as a `MERGE` does.
    pub(crate) fn of_update(update: &ast::Update) -> Option<Self> {
        let items = update.from_clause()?;
        let items = items.items();
        let condition = update.where_clause_or_current_of();
        let (table, alias) = (update.relation_name(), update.alias());
        Self::joined(table, alias, items, update.with_clause(), condition)
    }

    /// The same of a `DELETE`.
    pub(crate) fn of_delete(delete: &ast::Delete) -> Option<Self> {
        let items = delete.using_clause()?;
        let items = items.items();
        let condition = delete.where_clause_or_current_of();
        let (table, alias) = (delete.relation_name(), delete.alias());
        Self::joined(table, alias, items, delete.with_clause(), condition)
    }

    fn joined(
        table: Option<ast::RelationName>,
        alias: Option<ast::OptionalAsAlias>,
        mut items: impl Iterator<Item = ast::FromListItem>,
        with: Option<ast::WithClause>,
        clause: Option<ast::WhereClauseOrCurrentOf>,
    ) -> Option<Self> {
        let table = ObjectName::of(table)?;
        let target = alias.and_then(|alias| name_in(&alias.name()?));
        let item = items.next().filter(|_| items.next().is_none())?;
        let condition = match clause? {
            ast::WhereClauseOrCurrentOf::WhereClause(clause) => clause.expr(),
            ast::WhereClauseOrCurrentOf::WhereCurrentOf(_) => None,
        };
        Some(Self {
            target: target.unwrap_or_else(|| table.name.clone()),
            table,
            source: Source::of(&item, with),
            condition,
        })
    }

    /// The condition behind `ON`.
    pub(crate) fn condition(&self) -> Option<&ast::Expr> {
        self.condition.as_ref()
    }

    /// The equalities between a column of the table and what is not one, of those that all must hold.
    pub(crate) fn pairs(&self) -> Vec<Pair> {
        let parts = self.condition.iter().flat_map(conjunction);
        parts.filter_map(|part| self.pair(&part)).collect()
    }

    fn pair(&self, expr: &ast::Expr) -> Option<Pair> {
        let ast::Expr::BinExpr(binary) = expr else {
            return None;
        };
        let (lhs, rhs) = (binary.lhs()?, binary.rhs()?);
        if !matches!(binary.op(), Some(BinOp::Eq(_))) {
            return None;
        }
        let pair = |column: &ast::Expr, expr: &ast::Expr| {
            let column = self.own_column(column)?;
            let expr = expr.clone();
            self.own_column(&expr)
                .is_none()
                .then_some(Pair { column, expr })
        };
        pair(&lhs, &rhs).or_else(|| pair(&rhs, &lhs))
    }

    /// The column of the table that an expression is: `t.id`, or `id` where the source has no such name.
    fn own_column(&self, expr: &ast::Expr) -> Option<String> {
        let name = match expr {
            ast::Expr::FieldExpr(_) => {
                name_of_expr(expr).filter(|name| name.schema.as_ref() == Some(&self.target))
            }
            ast::Expr::NameRef(_) => {
                name_of_expr(expr).filter(|name| self.source.surely_lacks(&name.name))
            }
            _ => None,
        };
        name.map(|name| name.name)
    }

    /// Whether `ON` pairs each row of the table with itself: the source is the table again, or a query
    /// of all its rows, and only columns of one name are compared.
    pub(crate) fn is_with_itself(&self) -> bool {
        let Some(condition) = &self.condition else {
            return false;
        };
        let is_same = |part: &ast::Expr| {
            let pair = self.pair(part);
            pair.is_some_and(|pair| self.source.origin(&pair.expr) == Some(pair.column))
        };
        self.source
            .all_rows_of()
            .is_some_and(|table| table.may_be(&self.table))
            && conjunction(condition).iter().all(is_same)
    }

    /// What stands for a column of the source, in each of its rows, where the statement writes it out; or
    /// the expression itself.
    pub(crate) fn written(&self, expr: &ast::Expr) -> Vec<ast::Expr> {
        let column = self.source.column(expr);
        let values = column.map(|column| self.source.values(&column));
        values
            .filter(|values| !values.is_empty())
            .unwrap_or_else(|| vec![expr.clone()])
    }

    /// Whether the source's rows are written out: `VALUES`, or a `SELECT` that reads no table.
    pub(crate) fn is_written_out(&self) -> bool {
        match &self.source.rows {
            Rows::Query(query) => !query
                .descendants()
                .any(|node| ast::FromClause::can_cast(node.kind())),
            _ => false,
        }
    }
}

impl Source {
    fn of(item: &ast::FromListItem, with: Option<ast::WithClause>) -> Self {
        let (alias, rows) = match item {
            ast::FromListItem::FromItem(ast::FromItem::RelationFromItem(item)) => {
                let name = ObjectName::of(item.relation_name_ref());
                let rows = match name.filter(|_| item.tablesample_clause().is_none()) {
                    Some(name) => Rows::Table(name),
                    None => Rows::Other,
                };
                (item.alias(), rows)
            }
            ast::FromListItem::FromItem(ast::FromItem::ParenFromItem(item)) => {
                let rows = item.paren_select().map(|query| query.syntax().clone());
                (item.alias(), rows.map_or(Rows::Other, Rows::Query))
            }
            _ => (None, Rows::Other),
        };
        let name = alias.as_ref().and_then(|alias| name_in(&alias.name()?));
        let columns = alias.and_then(|alias| alias.columns());
        let mut source = Self {
            name,
            columns: columns.map_or_else(Vec::new, |list| names_below(list.syntax())),
            rows,
        };
        source.look_up(with);
        source
    }

    /// What `WITH` gives the name of a table is a query.
    fn look_up(&mut self, with: Option<ast::WithClause>) {
        let Rows::Table(table) = &self.rows else {
            return;
        };
        let table = table.clone();
        self.name.get_or_insert_with(|| table.name.clone());
        let mut queries = with.iter().flat_map(ast::WithClause::with_tables);
        let is_it = |query: &ast::WithTable| {
            table.schema.is_none()
                && query.name().and_then(|n| name_in(&n)).as_ref() == Some(&table.name)
        };
        if let Some(found) = queries.find(is_it) {
            if self.columns.is_empty() {
                let list = found.column_list();
                self.columns = list.map_or_else(Vec::new, |list| names_below(list.syntax()));
            }
            let query = found.query().map(|query| query.syntax().clone());
            self.rows = query.map_or(Rows::Other, Rows::Query);
        }
    }

    /// The table all of whose rows it has.
    fn all_rows_of(&self) -> Option<ObjectName> {
        match &self.rows {
            Rows::Table(table) => Some(table.clone()),
            Rows::Query(query) => {
                let select = select(query)?;
                let tail = select.tail_clauses().chain(tails(query));
                let leaves_out = select.where_clause().is_some()
                    || select.having_clause().is_some()
                    || tail.into_iter().any(|clause| {
                        !matches!(
                            clause,
                            ast::SelectTailClause::OrderByClause(_)
                                | ast::SelectTailClause::LockingClause(_)
                        )
                    });
                let mut items = select.from_clause()?.items();
                let only = items.next().filter(|_| items.next().is_none())?;
                match only {
                    ast::FromListItem::FromItem(ast::FromItem::RelationFromItem(item))
                        if !leaves_out && item.tablesample_clause().is_none() =>
                    {
                        ObjectName::of(item.relation_name_ref())
                    }
                    _ => None,
                }
            }
            Rows::Other => None,
        }
    }

    /// The column of the source that an expression is.
    fn column(&self, expr: &ast::Expr) -> Option<String> {
        let name = match expr {
            ast::Expr::FieldExpr(_) | ast::Expr::NameRef(_) => name_of_expr(expr)?,
            _ => return None,
        };
        let is_of_source = name.schema.is_none() || name.schema == self.name;
        is_of_source.then_some(name.name)
    }

    /// The column of the table read that an expression is.
    fn origin(&self, expr: &ast::Expr) -> Option<String> {
        let column = self.column(expr)?;
        let Rows::Query(query) = &self.rows else {
            return self.columns.is_empty().then_some(column);
        };
        let values = self.values(&column);
        match &values[..] {
            [ast::Expr::NameRef(name)] => Some(name.text()),
            [expr @ ast::Expr::FieldExpr(_)] => Some(name_of_expr(expr)?.name),
            [] if self.columns.is_empty() && has_star(query) => Some(column),
            _ => None,
        }
    }

    /// What stands for a column, in each row that is written out.
    fn values(&self, column: &str) -> Vec<ast::Expr> {
        let Rows::Query(query) = &self.rows else {
            return Vec::new();
        };
        let place = self.columns.iter().position(|name| name == column);
        if let Some(select) = select(query) {
            let list = select
                .select_clause()
                .and_then(|clause| clause.target_list());
            let mut targets = list.into_iter().flat_map(|list| list.targets());
            let found = match place {
                Some(place) if !has_star(query) => targets.nth(place),
                Some(_) => None,
                None => targets.find(|target| name_of_target(target).as_deref() == Some(column)),
            };
            return found.and_then(|target| target.expr()).into_iter().collect();
        }
        let values = query.descendants().find_map(ast::Values::cast);
        let rows = values.and_then(|values| values.row_list());
        let rows = rows.into_iter().flat_map(|list| list.rows());
        place.map_or_else(Vec::new, |place| {
            rows.filter_map(|row| row.exprs().nth(place)).collect()
        })
    }

    /// Whether it is known to have no column of that name.
    fn surely_lacks(&self, column: &str) -> bool {
        match &self.rows {
            Rows::Query(query) => {
                let is_listed = self.columns.iter().any(|name| name == column);
                let names_all = !self.columns.is_empty() || !has_star(query);
                names_all && !is_listed && self.values(column).is_empty()
            }
            _ => !self.columns.is_empty() && !self.columns.iter().any(|name| name == column),
        }
    }
}

/// The parts of `a AND b AND c`.
fn conjunction(expr: &ast::Expr) -> Vec<ast::Expr> {
    match expr {
        ast::Expr::ParenExpr(paren) => paren.expr().iter().flat_map(conjunction).collect(),
        ast::Expr::BinExpr(binary) if matches!(binary.op(), Some(BinOp::And(_))) => {
            let sides = [binary.lhs(), binary.rhs()];
            sides.iter().flatten().flat_map(conjunction).collect()
        }
        other => vec![other.clone()],
    }
}

/// The plain `SELECT` that a query is, in whatever brackets.
fn select(query: &SyntaxNode) -> Option<ast::Select> {
    if ast::ParenSelect::can_cast(query.kind()) {
        return query.children().find_map(|inner| select(&inner));
    }
    ast::Select::cast(query.clone())
}

fn tails(query: &SyntaxNode) -> Vec<ast::SelectTailClause> {
    query
        .children()
        .filter_map(ast::SelectTailClause::cast)
        .collect()
}

fn has_star(query: &SyntaxNode) -> bool {
    let list = select(query)
        .and_then(|select| select.select_clause())
        .and_then(|clause| clause.target_list());
    list.into_iter()
        .flat_map(|list| list.targets())
        .any(|target| target.star_token().is_some() || ends_with_star(&target))
}

/// `u.*`
fn ends_with_star(target: &ast::Target) -> bool {
    target
        .syntax()
        .text()
        .to_string()
        .trim_end()
        .ends_with(".*")
}

fn name_of_target(target: &ast::Target) -> Option<String> {
    if let Some(alias) = target.as_name() {
        return Some(ObjectName::of_node(alias.syntax())?.name);
    }
    match target.expr()? {
        expr @ (ast::Expr::NameRef(_) | ast::Expr::FieldExpr(_)) => Some(name_of_expr(&expr)?.name),
        _ => None,
    }
}

fn names_below(list: &SyntaxNode) -> Vec<String> {
    let leaves = list
        .children()
        .filter_map(|item| ObjectName::of_node(&item));
    leaves.map(|name| name.name).collect()
}
