//! The rule `unknown-name`.

use std::ops::Range;

use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::{self, AstNode};

use crate::catalog::Relation;
use crate::context::Context;
use crate::finding::Found;
use crate::suggest::nearest;
use crate::syntax::{ObjectName, Place, Statement, index_items, name_in, tree};

rule! {
    /// A table or a column that no migration made.
    ///
    /// ## Why it hurts
    ///
    /// The statement fails with 42P01 (`undefined_table`) or 42703 (`undefined_column`) when the
    /// migration runs; with `IF EXISTS`, it does nothing, and nobody notices. Mostly the name is
    /// mistyped, or it is that of a table of another database.
    ///
    /// Nothing is reported once something could not be read that may have made the name: computed
    /// SQL, a function that no migration shows, or an extension with tables of its own. Where the constant
    /// part of computed SQL shows what it makes, other names stay known: none for `ALTER TABLE … ADD CONSTRAINT`,
    /// tables whose names begin with `log_` for `CREATE TABLE log_…`, tables but no columns of known ones where
    /// the whole name is computed. See [computed-sql](computed-sql.md).
    ///
    /// ## Instead
    ///
    /// The name that is meant; the finding shows the nearest one. A row of another database is
    /// referred to by its plain UUID.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// CREATE TABLE IF NOT EXISTS user_settings (
    ///     setting_id uuid CONSTRAINT user_settings_pkey PRIMARY KEY
    /// );
    /// -- next migration
    /// ALTER TABLE user_setings ADD COLUMN IF NOT EXISTS theme text;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// CREATE TABLE IF NOT EXISTS user_settings (
    ///     setting_id uuid CONSTRAINT user_settings_pkey PRIMARY KEY
    /// );
    /// -- next migration
    /// ALTER TABLE user_settings ADD COLUMN IF NOT EXISTS theme text;
    /// ```
    "unknown-name", Quality, Error, Check::Statement(check)
}

/// Tables that the history of other tools is in, and of extensions.
const OF_OTHERS: [&str; 8] = [
    "_prisma_migrations",
    "ar_internal_metadata",
    "flyway_schema_history",
    "geography_columns",
    "geometry_columns",
    "schema_migrations",
    "spatial_ref_sys",
    "pg_stat_statements",
];

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    let Some(sql) = &statement.sql else { return };
    // What a condition asked for may be there.
    if context.catalog.may_have_anything()
        || !statement.guards.is_empty()
        || statement.place == Place::Block
    {
        return;
    }
    let mut reported: Vec<ObjectName> = Vec::new();
    for (node, if_exists) in relations(sql, statement) {
        let Some(name) = ObjectName::below_node(&node) else {
            continue;
        };
        if is_known(&name, context) || reported.contains(&name) || is_cte(&name, statement) {
            continue;
        }
        report_table(
            statement.range_of_node(&node),
            &name,
            if_exists,
            context,
            found,
        );
        reported.push(name);
    }
    for (table, column) in columns(sql) {
        let Some(name) = ast_name(&column) else {
            continue;
        };
        if let Some(relation) = context.catalog.relation(&table)
            && relation.lacks(&name)
            && !is_added(sql, &name)
        {
            let range = statement.range_of_node(&column);
            report_column(range, &table, &name, relation, found);
        }
    }
}

/// Whether it is the name of a query in `WITH`, here or around the statement.
fn is_cte(name: &ObjectName, statement: &Statement<'_>) -> bool {
    let root = statement.node.ancestors().last();
    let nodes = root.into_iter().flat_map(|root| root.descendants());
    let mut queries = nodes.filter_map(ast::WithTable::cast);
    name.schema.is_none()
        && queries.any(|query| {
            let own = query.name().and_then(|own| name_in(&own));
            own.as_ref() == Some(&name.name)
        })
}

fn is_known(name: &ObjectName, context: &Context<'_>) -> bool {
    let catalog = &context.catalog;
    let of_system = matches!(
        name.schema.as_deref(),
        Some("pg_catalog" | "information_schema" | "pg_temp")
    ) || name.schema.is_none() && name.name.starts_with("pg_");
    of_system
        || OF_OTHERS.contains(&name.name.as_str())
        || context
            .scope
            .other_databases
            .iter()
            .any(|other| name.schema.as_deref() == Some(*other))
        || !catalog.has_history()
        || !catalog.has_schema(name.schema.as_deref())
        || catalog.may_have(name)
}

fn report_table(
    range: Range<usize>,
    name: &ObjectName,
    if_exists: bool,
    context: &Context<'_>,
    found: &mut Found<'_>,
) {
    let known: Vec<&str> = context
        .catalog
        .names()
        .map(|known| known.name.as_str())
        .collect();
    let instead = match nearest(&name.name, known) {
        Some(near) => format!("write `{near}`, if that is meant; or create `{name}` first"),
        None => format!("create `{name}` first; a table of another database cannot be named here"),
    };
    let why = match if_exists {
        true => "`IF EXISTS` hides that: the statement does nothing",
        false => "the statement fails with 42P01 (`undefined_table`)",
    };
    found.add(
        range,
        format!("no migration makes a table `{name}`"),
        why,
        instead,
    );
}

fn report_column(
    range: Range<usize>,
    table: &ObjectName,
    name: &str,
    relation: &Relation,
    found: &mut Found<'_>,
) {
    let known = relation.columns.iter().map(|column| column.name.as_str());
    let instead = match nearest(name, known) {
        Some(near) => format!("write `{near}`, if that is meant; or add `{name}` first"),
        None => format!("add `{name}` first"),
    };
    found.add(
        range,
        format!("`{table}` has no column `{name}`"),
        "the statement fails with 42703 (`undefined_column`)",
        instead,
    );
}

fn ast_name(node: &SyntaxNode) -> Option<String> {
    let name = ObjectName::of_node(node)?.name;
    (!name.is_empty()).then_some(name)
}

/// The relations that a statement needs, and whether it does without them.
fn relations(sql: &ast::Stmt, statement: &Statement<'_>) -> Vec<(SyntaxNode, bool)> {
    use ast::Stmt as S;
    let if_exists = tree::child::<ast::IfExists>(&statement.node).is_some();
    let mut found = Vec::new();
    let mut add = |node: Option<SyntaxNode>| found.extend(node.map(|node| (node, if_exists)));
    fn node(part: Option<impl AstNode>) -> Option<SyntaxNode> {
        part.map(|part| part.syntax().clone())
    }
    match sql {
        S::AlterTable(s) => add(node(s.table_relation_name())),
        S::CreateIndex(s) => add(node(s.table_relation_name())),
        S::CreateTrigger(s) => add(node(s.on_relation())),
        S::CreatePolicy(s) => add(node(s.on_table())),
        S::Update(s) => add(node(s.relation_name())),
        S::Delete(s) => add(node(s.relation_name())),
        S::Merge(s) => add(node(s.table_relation_name())),
        S::Truncate(s) => {
            let tables = s.table_list().into_iter();
            for table in tables.flat_map(|list| list.table_relation_names()) {
                add(Some(table.syntax().clone()));
            }
        }
        S::Lock(s) => {
            let tables = s.relation_list().into_iter();
            for table in tables.flat_map(|list| list.relation_names()) {
                add(Some(table.syntax().clone()));
            }
        }
        S::DropTable(s) if !if_exists => {
            for table in s.table_name_refs() {
                add(Some(table.syntax().clone()));
            }
        }
        S::CommentOn(s) => {
            if let Some(ast::CommentObject::ObjectTable(table)) = s.comment_object() {
                add(Some(table.syntax().clone()));
            }
        }
        _ => {}
    }
    let own = ObjectName::below(sql);
    let makes = matches!(
        sql,
        S::CreateTable(_) | S::CreateView(_) | S::CreateMaterializedView(_) | S::CreateTableAs(_)
    );
    if makes
        || matches!(
            sql,
            S::AlterTable(_)
                | S::Insert(_)
                | S::Update(_)
                | S::Delete(_)
                | S::Select(_)
                | S::CompoundSelect(_)
                | S::Merge(_)
        )
    {
        for inner in statement.node.descendants() {
            let is_reference = match inner.kind() {
                squawk_syntax::SyntaxKind::RELATION_NAME_REF => true,
                squawk_syntax::SyntaxKind::TABLE_NAME_REF => inner.parent().is_some_and(|parent| {
                    ast::ForeignKeyConstraint::can_cast(parent.kind())
                        || ast::ReferencesConstraint::can_cast(parent.kind())
                        || ast::PartitionOf::can_cast(parent.kind())
                        || ast::Inherits::can_cast(parent.kind())
                }),
                _ => false,
            };
            let is_own = makes && ObjectName::below_node(&inner) == own;
            if is_reference && !is_own {
                found.push((inner, false));
            }
        }
    }
    found
}

/// The columns that a statement needs, with their tables.
fn columns(sql: &ast::Stmt) -> Vec<(ObjectName, SyntaxNode)> {
    use ast::AlterTableAction as A;
    use ast::Stmt as S;
    let mut found = Vec::new();
    match sql {
        S::AlterTable(s) => {
            let Some(table) = ObjectName::of(s.table_relation_name()) else {
                return found;
            };
            for action in s.actions() {
                let column = match &action {
                    A::AlterColumn(a) => a.column_name_ref(),
                    A::DropColumn(a) if a.if_exists().is_none() => a.column_name_ref(),
                    A::RenameColumn(a) => a.column_name_ref(),
                    _ => None,
                };
                found.extend(column.map(|c| (table.clone(), c.syntax().clone())));
                if let A::AddConstraint(add) = &action {
                    of_constraint(&table, add.constraint(), &mut found);
                }
                if let A::AddColumn(add) = &action {
                    for constraint in add.constraints() {
                        of_constraint(&table, Some(constraint), &mut found);
                    }
                }
            }
        }
        S::CreateTable(s) => {
            for node in s.syntax().descendants() {
                if let Some(constraint) = ast::Constraint::cast(node)
                    && matches!(
                        constraint,
                        ast::Constraint::ForeignKeyConstraint(_)
                            | ast::Constraint::ReferencesConstraint(_)
                    )
                {
                    targets(&constraint, &mut found);
                }
            }
        }
        S::CreateIndex(s) => {
            if let Some(table) = ObjectName::of(s.table_relation_name()) {
                for item in index_items(s) {
                    if let Some(ast::Expr::NameRef(name)) = item.expr() {
                        found.push((table.clone(), name.syntax().clone()));
                    }
                }
            }
        }
        S::Insert(s) => {
            if let Some(table) = ObjectName::of(s.relation_name_ref()) {
                let list = s.column_target_list().into_iter();
                let names = list.flat_map(|list| list.column_targets());
                for name in names.filter_map(|target| target.name()) {
                    found.push((table.clone(), name.syntax().clone()));
                }
            }
        }
        S::Update(s) => {
            if let Some(table) = ObjectName::of(s.relation_name()) {
                let set = s.set_clause().into_iter();
                let targets = set.flat_map(|set| set.syntax().descendants());
                for target in targets.filter_map(ast::ColumnTarget::cast) {
                    found.extend(target.name().map(|n| (table.clone(), n.syntax().clone())));
                }
                if s.from_clause().is_none() && s.with_clause().is_none() {
                    let clause = s.where_clause_or_current_of();
                    in_condition(&table, clause.map(|c| c.syntax().clone()), &mut found);
                }
            }
        }
        // What it sets and inserts; `ON` and `AND` are about two tables.
        S::Merge(s) => {
            if let Some(table) = ObjectName::of(s.table_relation_name()) {
                let whens = s.merge_when_clauses();
                let targets =
                    whens.flat_map(|when| when.syntax().descendants().collect::<Vec<_>>());
                for target in targets.filter_map(ast::ColumnTarget::cast) {
                    found.extend(target.name().map(|n| (table.clone(), n.syntax().clone())));
                }
            }
        }
        S::Delete(s) if s.using_clause().is_none() && s.with_clause().is_none() => {
            if let Some(table) = ObjectName::of(s.relation_name()) {
                let clause = s.where_clause_or_current_of();
                in_condition(&table, clause.map(|c| c.syntax().clone()), &mut found);
            }
        }
        S::CommentOn(s) => {
            if let Some(ast::CommentObject::ObjectColumn(column)) = s.comment_object()
                && let Some(path) = tree::first::<ast::PathRef>(column.syntax())
                && let Some(table) = path.qualifier().and_then(|t| ObjectName::of_path_ref(&t))
                && let Some(segment) = path.segment()
            {
                found.push((table, segment.syntax().clone()));
            }
        }
        _ => {}
    }
    found
}

fn of_constraint(
    table: &ObjectName,
    constraint: Option<ast::Constraint>,
    found: &mut Vec<(ObjectName, SyntaxNode)>,
) {
    let Some(constraint) = constraint else { return };
    let own: Vec<SyntaxNode> = match &constraint {
        ast::Constraint::ForeignKeyConstraint(key) => {
            let list = key.from_columns().into_iter();
            list.flat_map(|list| list.column_name_refs())
                .map(|column| column.syntax().clone())
                .collect()
        }
        ast::Constraint::UniqueConstraint(key) => listed(key.index_parameters()),
        ast::Constraint::PrimaryKeyConstraint(key) => listed(key.index_parameters()),
        _ => Vec::new(),
    };
    found.extend(own.into_iter().map(|column| (table.clone(), column)));
    targets(&constraint, found);
}

fn listed(parameters: Option<ast::IndexParameters>) -> Vec<SyntaxNode> {
    let list = parameters
        .and_then(|parameters| parameters.column_list())
        .into_iter();
    list.flat_map(|list| list.column_name_refs())
        .map(|column| column.syntax().clone())
        .collect()
}

/// The columns behind `REFERENCES`.
fn targets(constraint: &ast::Constraint, found: &mut Vec<(ObjectName, SyntaxNode)>) {
    let (table, columns): (_, Vec<SyntaxNode>) = match constraint {
        ast::Constraint::ForeignKeyConstraint(key) => (
            ObjectName::of(key.table_name_ref()),
            key.to_columns()
                .into_iter()
                .flat_map(|list| list.column_name_refs())
                .map(|column| column.syntax().clone())
                .collect(),
        ),
        ast::Constraint::ReferencesConstraint(key) => (
            ObjectName::of(key.table()),
            key.column()
                .map(|column| column.syntax().clone())
                .into_iter()
                .collect(),
        ),
        _ => return,
    };
    if let Some(table) = table {
        found.extend(columns.into_iter().map(|column| (table.clone(), column)));
    }
}

/// The columns in a condition that is about one table only.
fn in_condition(
    table: &ObjectName,
    clause: Option<SyntaxNode>,
    found: &mut Vec<(ObjectName, SyntaxNode)>,
) {
    let Some(clause) = clause else { return };
    let has_query = tree::has::<ast::SelectVariant>(&clause);
    if has_query {
        return;
    }
    for name in tree::all::<ast::NameRef>(&clause) {
        let parent = name.syntax().parent();
        let of_table = parent.is_none_or(|parent| {
            !ast::CallExpr::can_cast(parent.kind()) && !ast::FieldExpr::can_cast(parent.kind())
        });
        let text = name.syntax().text().to_string();
        let is_value =
            !text.starts_with('"') && squawk_syntax::quote::is_reserved_word(&text.to_lowercase());
        if of_table && !is_value && name.text() != table.name {
            found.push((table.clone(), name.syntax().clone()));
        }
    }
}

/// Whether the same statement adds the column, or gives one that name.
fn is_added(sql: &ast::Stmt, name: &str) -> bool {
    let mut nodes = sql.syntax().descendants();
    nodes.any(|node| {
        ast::ColumnName::can_cast(node.kind()) && ast::normalize_name_node(&node) == name
    })
}
