//! The rule `insert-on-conflict`.

use squawk_syntax::ast::{self, AstNode, BinOp, LitKind};
use squawk_syntax::{SyntaxKind, SyntaxNode};

use crate::catalog::{Filled, Key, Relation};
use crate::context::Context;
use crate::finding::Found;
use crate::object::SqlState;
use crate::syntax::{Inserted, Merge, ObjectName, Statement, Value, columns, name_in, tree, value};

rule! {
    /// An `INSERT` that adds its rows again each time it runs.
    ///
    /// ## Why it hurts
    ///
    /// If the migration runs again, the statement fails with 23505 (`unique_violation`) where a
    /// unique key covers the rows, and so does the migration. Without such a key, all rows are
    /// inserted twice, without an error. A table that the same file creates `IF NOT EXISTS` may
    /// hold the rows already.
    ///
    /// ## Instead
    ///
    /// `ON CONFLICT (…) DO NOTHING`, or `DO UPDATE` where the migration's values should replace
    /// existing ones. The conflict target must be a key whose values are the same in each run, not
    /// a generated id, and not NULL: `ON CONFLICT DO NOTHING` does nothing for a table whose only key
    /// is generated, and this is found too where migrations show the keys. Without such a key: `INSERT … SELECT … WHERE NOT EXISTS (…)`, `EXCEPT`, a
    /// `LEFT JOIN … IS NULL`, `MERGE`, or a `DO` block that looks for the rows first.
    ///
    /// `MERGE` finds the rows of an earlier run by `ON`: what it compares must be a value that the row
    /// got, not a generated id, a time or NULL.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// INSERT INTO roles (code, display_name) VALUES ('editor', 'Editor');
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// INSERT INTO roles (code, display_name) VALUES ('editor', 'Editor')
    /// ON CONFLICT (code) DO NOTHING;
    ///
    /// INSERT INTO role_names (code)
    /// SELECT r.code FROM roles AS r
    /// WHERE NOT EXISTS (SELECT 1 FROM role_names AS n WHERE n.code = r.code);
    /// ```
    ///
    /// ## See also
    ///
    /// The PostgreSQL manual on `INSERT`, section "ON CONFLICT Clause".
    "insert-on-conflict", Idempotency, Error, Check::Statement(check)
}

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    let insert = match &statement.sql {
        Some(ast::Stmt::Insert(insert)) => insert,
        Some(ast::Stmt::Merge(merge)) => return check_merge(merge, statement, context, found),
        _ => return,
    };
    let Some(table) = ObjectName::of(insert.relation_name_ref()) else {
        return;
    };
    let conflict = insert.on_conflict_clause();
    if conflict.is_none() && looks_first(insert, &table, context)
        || takes_what_is_left(insert)
        || is_guarded(&table, statement, context)
    {
        return;
    }
    if let Some(conflict) = conflict {
        check_conflict(insert, &conflict, &table, (statement, context), found);
        return;
    }
    let place = match (insert.insert_token(), insert.into_token()) {
        (Some(first), Some(last)) => {
            let start = statement.range_of_token(&first).start;
            start..statement.range_of_token(&last).end.max(start)
        }
        _ => statement.head(2),
    };
    found.add(
        place,
        format!("`INSERT` into `{table}` without `ON CONFLICT`"),
        "if the migration runs again, this fails with 23505 (`unique_violation`), or, without a unique key, inserts all rows again",
        "write `ON CONFLICT (…) DO NOTHING` at its end, with all columns of a unique key that is not generated; without such a key, `INSERT … SELECT … WHERE NOT EXISTS (…)`",
    );
}

/// Whether the rows are not there when the statement runs again, or it does not.
fn is_guarded(table: &ObjectName, statement: &Statement<'_>, context: &Context<'_>) -> bool {
    let at = &statement.range;
    statement.runs_once()
        || context.file.again.is_made_anew(table, at)
        || context.file.again.is_emptied(table, at)
        || statement.catches(SqlState::UNIQUE_VIOLATION.names())
        || statement
            .facts()
            .any(|fact| !fact.exists && (fact.is_of_catalog() || fact.reads(table)))
}

/// A `MERGE` whose `ON` finds none of the rows that an earlier run has inserted.
fn check_merge(
    sql: &ast::Merge,
    statement: &Statement<'_>,
    context: &Context<'_>,
    found: &mut Found<'_>,
) {
    let Some(merge) = Merge::of(sql) else { return };
    let table = &merge.table;
    if is_guarded(table, statement, context) {
        return;
    }
    for clause in sql.merge_when_clauses() {
        let ast::MergeWhenClause::MergeWhenNotMatchedTarget(when) = &clause else {
            continue;
        };
        let Some(ast::MergeAction::MergeInsert(insert)) = when.merge_action() else {
            continue;
        };
        let looks_first = when
            .merge_condition()
            .is_some_and(|condition| has_query(condition.syntax()));
        let why = never_matches(&merge, &insert, context).filter(|_| !looks_first);
        let Some(why) = why else { continue };
        let start = statement.range_of(&clause).start;
        let end = insert.insert_token();
        let end = end.map_or(start, |verb| statement.range_of_token(&verb).end);
        found.add(
            start..end.max(start),
            format!("`MERGE` inserts its rows into `{table}` in each run"),
            format!("`ON` finds no row of an earlier run: {why}; so each run inserts them again, or fails with 23505 (`unique_violation`)"),
            "compare in `ON` the columns of a key whose values the migration gives",
        );
    }
}

/// Why no row that a `MERGE` has inserted is found by its `ON`.
fn never_matches(
    merge: &Merge,
    insert: &ast::MergeInsert,
    context: &Context<'_>,
) -> Option<String> {
    if merge.condition().is_some_and(is_false) {
        return Some("it is false".to_owned());
    }
    let table = &merge.table;
    merge.pairs().into_iter().find_map(|pair| {
        let column = pair.column;
        match merged(merge, insert, &column, context)? {
            Value::Null => Some(format!("`{column}` is NULL, which equals nothing")),
            Value::Anew => Some(format!(
                "`{column}` of `{table}` gets another value in each run"
            )),
            Value::Default | Value::Same => None,
        }
    })
}

fn is_false(expr: &ast::Expr) -> bool {
    match expr {
        ast::Expr::ParenExpr(paren) => paren.expr().is_some_and(|inner| is_false(&inner)),
        ast::Expr::Literal(literal) => matches!(literal.kind(), Some(LitKind::False(_))),
        _ => false,
    }
}

/// What a `MERGE` gives a column of the rows that it inserts, where that is known.
fn merged(
    merge: &Merge,
    insert: &ast::MergeInsert,
    column: &str,
    context: &Context<'_>,
) -> Option<Value> {
    let relation = context.catalog.relation(&merge.table);
    let relation = relation.filter(|relation| !relation.is_open && !context.catalog.has_gaps);
    let default = || {
        let column = relation?.column(column)?;
        Some(of_default(&column.filled))
    };
    if insert.default_values().is_some() {
        return default();
    }
    let all = || relation.map(|r| r.columns.iter().map(|c| c.name.clone()).collect());
    let listed = insert.column_target_list().map(|list| columns(&list));
    let listed: Vec<String> = listed.or_else(all)?;
    let Some(place) = listed.iter().position(|name| name == column) else {
        return default();
    };
    let row = insert.values()?.row_list()?.rows().next()?;
    let written = merge.written(&row.exprs().nth(place)?);
    let mut values = written.iter().map(value);
    if values.clone().any(|value| value == Value::Anew) {
        return Some(Value::Anew);
    }
    let is_null = values.clone().all(|value| value == Value::Null);
    match values.next()? {
        Value::Default => default(),
        Value::Null if !is_null => Some(Value::Same),
        value => Some(value),
    }
}

/// `ON CONFLICT`, which finds a conflict only by a key whose values are the same in each run.
fn check_conflict(
    insert: &ast::Insert,
    conflict: &ast::OnConflictClause,
    table: &ObjectName,
    (statement, context): (&Statement<'_>, &Context<'_>),
    found: &mut Found<'_>,
) {
    let Some(relation) = context.catalog.relation(table) else {
        return;
    };
    if relation.is_open || !relation.is_table() || context.catalog.has_gaps {
        return;
    }
    let mut keys: Vec<&Key> = relation.keys.iter().collect();
    let asked = match conflict.conflict_target() {
        Some(ast::ConflictTarget::ConflictOnConstraint(target)) => {
            let name = target.constraint_name_ref().and_then(|name| name_in(&name));
            keys.retain(|key| key.name == name);
            format!("`{}`", name.unwrap_or_default())
        }
        Some(ast::ConflictTarget::ConflictOnIndex(target)) => {
            let items = target.conflict_index_item_list().into_iter();
            let items: Vec<_> = items.flat_map(|list| list.conflict_index_items()).collect();
            let columns: Option<Vec<String>> = items
                .iter()
                .map(|item| match item.expr()? {
                    ast::Expr::NameRef(name) => Some(name.text()),
                    _ => None,
                })
                .collect();
            // An expression is an index of its own.
            let Some(columns) = columns else { return };
            keys.retain(|key| {
                key.columns.len() == columns.len()
                    && key.columns.iter().all(|column| columns.contains(column))
                    && !key.is_computed
            });
            format!("`({})`", columns.join(", "))
        }
        None => String::new(),
    };
    let range = statement.range_of(conflict);
    if keys.is_empty() && !asked.is_empty() {
        found.add(
            range,
            format!("`{table}` has no unique key on {asked}"),
            "the statement fails with 42P10 (`invalid_column_reference`): `ON CONFLICT` needs a unique constraint or index on just these columns",
            "name the columns of a key, or add the key first",
        );
        return;
    }
    let Some(rows) = Rows::of(insert, relation) else {
        return;
    };
    if rows
        .0
        .iter()
        .all(|row| keys.iter().any(|key| row.conflicts(key)))
    {
        return;
    }
    let columns = match keys.first() {
        None => format!("`{table}` has no unique key"),
        Some(key) => format!("no row conflicts: {}", rows.why(key, table)),
    };
    found.add(
        range,
        format!("`ON CONFLICT` into `{table}` finds no conflict"),
        format!("{columns}; so each run inserts the rows again, without an error"),
        "name a key whose values the migration gives, and add it if there is none; or `INSERT … SELECT … WHERE NOT EXISTS (…)`",
    );
}

/// The rows of an `INSERT`, with what each column of the table gets.
struct Rows(Vec<Row>);

struct Row(Vec<(String, Value)>);

impl Rows {
    fn of(insert: &ast::Insert, relation: &Relation) -> Option<Self> {
        let inserted = Inserted::of(insert);
        let all = || relation.columns.iter().map(|column| column.name.clone());
        let columns = inserted.columns.unwrap_or_else(|| all().collect());
        if columns.iter().any(|column| relation.lacks(column)) {
            return None;
        }
        let rows = inserted.rows?.into_iter().map(|values| {
            if values.len() > columns.len() {
                return None;
            }
            let given = columns.iter().cloned().zip(values);
            let mut row: Vec<(String, Value)> = given
                .map(|(name, value)| {
                    let default = relation.column(&name).map(|column| &column.filled);
                    let value = match (value, default) {
                        (Value::Default, Some(filled)) => of_default(filled),
                        (value, _) => value,
                    };
                    (name, value)
                })
                .collect();
            for column in &relation.columns {
                if !row.iter().any(|(name, _)| *name == column.name) {
                    row.push((column.name.clone(), of_default(&column.filled)));
                }
            }
            Some(Row(row))
        });
        Some(Self(rows.collect::<Option<_>>()?))
    }

    /// Why a key finds none of them.
    fn why(&self, key: &Key, table: &ObjectName) -> String {
        for row in &self.0 {
            for column in &key.columns {
                match row.value(column) {
                    Some(Value::Null) if !key.nulls_are_equal => {
                        return format!(
                            "`{column}` is NULL, which a unique key takes for different each time"
                        );
                    }
                    Some(Value::Anew) => {
                        return format!("`{column}` of `{table}` gets another value in each run");
                    }
                    _ => {}
                }
            }
        }
        "the key is generated".to_owned()
    }
}

impl Row {
    fn value(&self, column: &str) -> Option<Value> {
        let found = self.0.iter().find(|(name, _)| name == column);
        found.map(|(_, value)| *value)
    }

    /// Whether a second run finds the row by this key.
    fn conflicts(&self, key: &Key) -> bool {
        key.columns.iter().all(|column| match self.value(column) {
            Some(Value::Null) => key.nulls_are_equal,
            Some(Value::Anew) => false,
            _ => true,
        })
    }
}

fn of_default(filled: &Filled) -> Value {
    match filled {
        Filled::Null => Value::Null,
        Filled::Anew => Value::Anew,
        Filled::Constant(_) | Filled::Computed => Value::Same,
    }
}

/// Whether the rows come from a query that leaves out those that are there: `NOT EXISTS`,
/// `NOT IN (SELECT …)`, `EXCEPT`, `LEFT JOIN … IS NULL`, all of the table itself.
fn looks_first(insert: &ast::Insert, table: &ObjectName, context: &Context<'_>) -> bool {
    let reads = tree::all::<ast::RelationNameRef>(insert.syntax())
        .filter(|name| name.syntax().parent().as_ref() != Some(insert.syntax()))
        .filter_map(|name| ObjectName::below(&name))
        .any(|name| {
            let view = context.catalog.relation(&name);
            name.name == table.name || view.is_some_and(|view| !view.is_table())
        });
    reads && leaves_out(insert)
}

fn leaves_out(insert: &ast::Insert) -> bool {
    insert.syntax().descendants().any(|node| {
        if ast::Except::can_cast(node.kind()) {
            true
        } else if let Some(prefix) = ast::PrefixExpr::cast(node.clone()) {
            is_not(&prefix) && prefix.expr().is_some_and(|inner| has_query(inner.syntax()))
        } else if let Some(binary) = ast::BinExpr::cast(node) {
            match binary.op() {
                Some(BinOp::NotIn(_)) => has_query(binary.syntax()),
                Some(BinOp::Is(_)) => {
                    let is_null = binary.rhs().is_some_and(|rhs| {
                        rhs.syntax().text().to_string().eq_ignore_ascii_case("null")
                    });
                    is_null && has_left_join(insert.syntax())
                }
                _ => false,
            }
        } else {
            false
        }
    })
}

fn is_not(prefix: &ast::PrefixExpr) -> bool {
    matches!(prefix.op(), Some(ast::PrefixOp::Not(_)))
}

fn has_query(node: &SyntaxNode) -> bool {
    tree::has::<ast::SelectVariant>(node)
}

fn has_left_join(node: &SyntaxNode) -> bool {
    node.descendants_with_tokens()
        .filter_map(|element| element.into_token())
        .any(|token| token.kind() == SyntaxKind::LEFT_KW)
}

/// Whether the rows are those that another part of the statement took away, or added where they
/// were not yet: `WITH gone AS (DELETE … RETURNING …) INSERT … SELECT … FROM gone`. A second run
/// finds none.
fn takes_what_is_left(insert: &ast::Insert) -> bool {
    let Some(with) = insert.with_clause() else {
        return false;
    };
    with.syntax().descendants().any(|node| {
        ast::Delete::can_cast(node.kind())
            || ast::Insert::cast(node).is_some_and(|inner| {
                inner.on_conflict_clause().is_some_and(|clause| {
                    matches!(
                        clause.conflict_action(),
                        Some(ast::ConflictAction::ConflictDoNothing(_))
                    )
                })
            })
    })
}
