//! The rule `update-converges`.

use squawk_syntax::ast::{self, AstNode};
use squawk_syntax::{SyntaxKind, SyntaxNode};

use crate::context::Context;
use crate::finding::Found;
use crate::syntax::{
    Column, ObjectName, Statement, Volatility, diverges, makes_false, name_of_call, name_of_expr,
    one_line, tree, volatility,
};

rule! {
    /// An `UPDATE` that changes the same rows again each time it runs.
    ///
    /// ## Why it hurts
    ///
    /// With `SET n = n + 1` or `SET s = s || 'x'`, a second run does not fail, but the values are
    /// wrong. The same holds for `ON CONFLICT DO UPDATE`, for `MERGE`, and for `ALTER COLUMN … TYPE
    /// … USING n * 100`, which the server applies again to the new type.
    ///
    /// ## Instead
    ///
    /// Compute the new value from something that the statement does not change, such as a new
    /// column, or select in `WHERE` only the rows that still have to change: the update must make
    /// the condition false, as `SET done = true … WHERE NOT done` does. `WHERE n > 0` does not
    /// help `SET n = n / 2`. `trim(s)`, `lower(s)`,
    /// `coalesce(s, '')` and similar expressions give the same result again and need no condition.
    ///
    /// `created_at AT TIME ZONE 'UTC'` in `USING` turns `timestamp` into `timestamptz`; run again,
    /// it converts the values once more, by the session's time zone. Check the old type in
    /// `information_schema.columns` first.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// UPDATE products SET price = price * 100 WHERE currency = 'EUR';
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// UPDATE products SET price_cents = price * 100 WHERE price_cents IS NULL;
    /// UPDATE users SET email = lower(email) WHERE email <> lower(email);
    /// ```
    "update-converges", Idempotency, Error, Check::Statement(check)
}

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    let (table, condition, clause) = match &statement.sql {
        Some(ast::Stmt::Update(update)) => {
            let condition = node_of(update.where_clause_or_current_of());
            let table = ObjectName::of(update.relation_name());
            (table, condition, update.set_clause())
        }
        Some(ast::Stmt::Insert(insert)) => {
            let action = insert
                .on_conflict_clause()
                .and_then(|clause| clause.conflict_action());
            let Some(ast::ConflictAction::ConflictDoUpdateSet(update)) = action else {
                return;
            };
            let condition = update.where_clause().map(|clause| clause.syntax().clone());
            let table = ObjectName::of(insert.relation_name_ref());
            (table, condition, update.set_clause())
        }
        Some(ast::Stmt::Merge(merge)) => return check_merge(merge, statement, context, found),
        Some(ast::Stmt::AlterTable(alter)) => {
            return check_types(alter, statement, context, found);
        }
        _ => return,
    };
    if let (Some(table), Some(clause)) = (table, clause) {
        check_clause(
            &table,
            &clause,
            condition.as_ref(),
            statement,
            context,
            found,
        );
    }
}

fn check_merge(
    merge: &ast::Merge,
    statement: &Statement<'_>,
    context: &Context<'_>,
    found: &mut Found<'_>,
) {
    let Some(table) = ObjectName::below(merge) else {
        return;
    };
    for when in merge.merge_when_clauses() {
        let node = when.syntax();
        let condition = node_of(tree::child::<ast::MergeCondition>(node));
        if let Some(clause) = tree::first::<ast::SetClause>(node) {
            check_clause(
                &table,
                &clause,
                condition.as_ref(),
                statement,
                context,
                found,
            );
        }
    }
}

fn check_clause(
    table: &ObjectName,
    clause: &ast::SetClause,
    condition: Option<&SyntaxNode>,
    statement: &Statement<'_>,
    context: &Context<'_>,
    found: &mut Found<'_>,
) {
    let set = assignments(clause);
    if condition.is_some_and(|condition| makes_false(condition, &set))
        || is_safe(table, statement, context)
    {
        return;
    }
    let tables = names_of(table, statement);
    for (column, expr) in &set {
        let by_table = Column {
            name: column,
            tables: &tables,
        };
        let derived = || derived(expr, statement).and_then(|e| diverges(&e, &by_table));
        let Some(step) = diverges(expr, &by_table).or_else(derived) else {
            if let Some(call) = random(expr) {
                report_random(table, column, &call, statement, found);
            }
            continue;
        };
        let written = one_line(&step.text().to_string());
        found.add(
            statement.range_of_node(&step),
            format!("`{column}` of `{table}` is computed from itself"),
            format!("each run applies `{written}` to the same rows again, without an error"),
            format!(
                "select in `WHERE` by `{column}` the rows that still have to change, or compute it from something that this statement does not change"
            ),
        );
    }
}

/// `ALTER COLUMN … TYPE … USING`, which is applied in each run.
fn check_types(
    alter: &ast::AlterTable,
    statement: &Statement<'_>,
    context: &Context<'_>,
    found: &mut Found<'_>,
) {
    for action in alter.actions() {
        let ast::AlterTableAction::AlterColumn(column) = action else {
            continue;
        };
        let Some(ast::AlterColumnOption::SetType(set)) = column.option() else {
            continue;
        };
        let using = set.using_expr().and_then(|using| using.expr());
        let name = column.column_name_ref();
        let (Some(expr), Some(name)) = (using, name) else {
            continue;
        };
        let name = ast::normalize_name_node(name.syntax());
        let Some(table) = ObjectName::below(alter) else {
            continue;
        };
        let by_table = Column {
            name: &name,
            tables: std::slice::from_ref(&table.name),
        };
        let Some(step) = converts(&expr, &by_table, context) else {
            continue;
        };
        if is_safe(&table, statement, context) {
            continue;
        }
        found.add(
            statement.range_of_node(&step),
            format!("the new type of `{name}` of `{table}` is computed from its own values"),
            match step.kind() {
                SyntaxKind::CASE_EXPR => {
                    "a second run applies this `CASE` to the new values: it fails, or changes them again".to_owned()
                }
                _ => format!(
                    "each run applies `{}` again to the result of the last one, without an error",
                    one_line(&step.text().to_string())
                ),
            },
            format!(
                "check the old type first, in a `DO` block: `IF EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = '{}' AND column_name = '{name}' AND data_type = '…') THEN … END IF`",
                table.name
            ),
        );
    }
}

/// The part of `USING` that a second run would apply to the new type: it fails there, or changes the
/// values again.
fn converts(expr: &ast::Expr, column: &Column<'_>, context: &Context<'_>) -> Option<SyntaxNode> {
    if let Some(step) = diverges(expr, column) {
        let zone = step.text().to_string().to_lowercase();
        // In UTC, what is taken for UTC stays as it is.
        let in_utc = context.in_utc && zone.contains("time zone") && zone.contains("'utc'");
        return (!in_utc).then_some(step);
    }
    if let Some(mapping) = mapping(expr, column) {
        return Some(mapping);
    }
    let mut calls = tree::all::<ast::CallExpr>(expr.syntax());
    let call = calls.find(|call| {
        let name = name_of_call(call);
        let stays = name.is_none_or(|name| CONVERGING.contains(&name.name.as_str()));
        let about = tree::all::<ast::NameRef>(call.syntax());
        !stays && about.skip(1).any(|name| name.text() == column.name)
    });
    call.map(|call| call.syntax().clone())
}

/// A `CASE` about the column that gives other values only: the new type has none of the old ones.
fn mapping(expr: &ast::Expr, column: &Column<'_>) -> Option<SyntaxNode> {
    let mentions = |node: &SyntaxNode| {
        let mut names = tree::all::<ast::NameRef>(node);
        names.any(|name| name.text() == column.name)
    };
    let mut cases = tree::all::<ast::CaseExpr>(expr.syntax());
    let case = cases.find(|case| {
        let clauses = case.when_clause_list().into_iter();
        // `WHEN condition THEN result`
        let results = clauses
            .flat_map(|list| list.when_clauses())
            .filter_map(|when| when.syntax().children().filter_map(ast::Expr::cast).last());
        let mut results = results.chain(case.else_clause().and_then(|otherwise| otherwise.expr()));
        mentions(case.syntax()) && !results.any(|result| mentions(result.syntax()))
    });
    case.map(|case| case.syntax().clone())
}

/// Functions that give the same again for what they gave, of the same type.
const CONVERGING: [&str; 18] = [
    "abs",
    "btrim",
    "ceil",
    "coalesce",
    "date_trunc",
    "floor",
    "greatest",
    "initcap",
    "least",
    "left",
    "lower",
    "ltrim",
    "nullif",
    "round",
    "rtrim",
    "substring",
    "trim",
    "upper",
];

/// Whether the statement runs once only: in a block that looks first, or on a table that is made
/// anew each time.
fn is_safe(table: &ObjectName, statement: &Statement<'_>, context: &Context<'_>) -> bool {
    context.file.again.is_made_anew(table, &statement.range)
        || statement.runs_once()
        || statement
            .facts()
            .any(|fact| fact.is_of_catalog() || fact.reads(table))
}

/// What stands for `s.new_price` in a query of the statement: `price * 1.1 AS new_price`.
fn derived(expr: &ast::Expr, statement: &Statement<'_>) -> Option<ast::Expr> {
    let ast::Expr::FieldExpr(field) = expr else {
        return None;
    };
    let name = name_of_expr(&ast::Expr::FieldExpr(field.clone()))?.name;
    let mut targets = tree::all::<ast::Target>(&statement.node);
    targets.find_map(|target| {
        let alias = ObjectName::of_node(target.as_name()?.syntax())?;
        (alias.name == name).then(|| target.expr())?
    })
}

/// A new value that is another one in each run. That of a clock is left out: it says when the row
/// was changed last.
fn random(expr: &ast::Expr) -> Option<ast::CallExpr> {
    let mut calls = tree::all::<ast::CallExpr>(expr.syntax());
    calls.find(|call| {
        name_of_call(call).is_some_and(|name| {
            let clock = ["clock_timestamp", "timeofday", "setval"].contains(&name.name.as_str());
            volatility(&name) == Volatility::Volatile && !clock
        })
    })
}

fn report_random(
    table: &ObjectName,
    column: &str,
    call: &ast::CallExpr,
    statement: &Statement<'_>,
    found: &mut Found<'_>,
) {
    let written = one_line(&call.syntax().text().to_string());
    found.add(
        statement.range_of(call),
        format!("`{column}` of `{table}` gets another value in each run"),
        format!("each run puts a new `{written}` in the place of the last one, without an error"),
        format!("select in `WHERE` the rows that have none yet: `{column} IS NULL`"),
    );
}

fn node_of(part: Option<impl AstNode>) -> Option<SyntaxNode> {
    part.map(|part| part.syntax().clone())
}

/// What the statement may call the table that it changes: by its name, by an alias here or in
/// `FROM`, by the variable of a loop over its rows.
fn names_of(table: &ObjectName, statement: &Statement<'_>) -> Vec<String> {
    let is_alias = |node: &SyntaxNode| {
        ast::OptionalAsAlias::can_cast(node.kind()) || ast::RequiredAsAlias::can_cast(node.kind())
    };
    let alias = statement.node.children().find(is_alias);
    let items = tree::all::<ast::RelationFromItem>(&statement.node);
    let others = items.filter_map(|item| {
        let name = ObjectName::of(item.relation_name_ref())?;
        let alias = ObjectName::of_node(item.alias()?.syntax())?;
        name.may_be(table).then_some(alias.name)
    });
    // A query in FROM that reads the table gives its columns on.
    let queries = tree::all::<ast::ParenFromItem>(&statement.node);
    let queries = queries.filter_map(|item| {
        let mut read = tree::all::<ast::RelationNameRef>(item.syntax());
        let reads =
            read.any(|name| ObjectName::below(&name).is_some_and(|name| name.may_be(table)));
        let alias = tree::child::<ast::FromAlias>(item.syntax())?;
        reads
            .then(|| ObjectName::of_node(alias.syntax()))?
            .map(|name| name.name)
    });
    std::iter::once(table.name.clone())
        .chain(alias.and_then(|alias| Some(ObjectName::of_node(&alias)?.name)))
        .chain(others)
        .chain(queries)
        .chain(statement.rows_of(&table.name).map(ToOwned::to_owned))
        .collect()
}

fn assignments(clause: &ast::SetClause) -> Vec<(String, ast::Expr)> {
    let mut all = Vec::new();
    for column in clause
        .set_column_list()
        .iter()
        .flat_map(|list| list.set_columns())
    {
        match column {
            ast::SetColumn::SetSingleColumn(single) => {
                let name = single.column_target().and_then(|t| t.name());
                let expr = single.set_expr().and_then(|set| set.expr());
                if let (Some(name), Some(expr)) = (name, expr) {
                    all.push((ast::normalize_name_node(name.syntax()), expr));
                }
            }
            ast::SetColumn::SetMultipleColumns(several) => {
                let (names, exprs) = (several.column_target_list(), several.set_expr_list());
                let names = names.iter().flat_map(|list| list.column_targets());
                let exprs = exprs.iter().flat_map(|list| list.set_exprs());
                for (name, set) in names.filter_map(|target| target.name()).zip(exprs) {
                    if let Some(expr) = set.expr() {
                        all.push((ast::normalize_name_node(name.syntax()), expr));
                    }
                }
            }
        }
    }
    all
}
