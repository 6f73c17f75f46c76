//! The rule `drop-if-exists`.

use squawk_syntax::ast::{self, AstNode};
use squawk_syntax::{SyntaxNode, SyntaxToken};

use crate::context::Context;
use crate::finding::Found;
use crate::object::{Dropped, Expected, Object, ObjectKind, SqlState};
use crate::syntax::{Lookup, ObjectName, Statement};

rule! {
    /// `DROP` without `IF EXISTS`.
    ///
    /// ## Why it hurts
    ///
    /// If the migration runs again, there is nothing to drop: the statement fails with `does not
    /// exist` (42P01, 42703, 42704, 42883, 3F000), and so does the migration.
    ///
    /// ## Instead
    ///
    /// Every `DROP` takes `IF EXISTS`, and so do, in `ALTER`, `DROP COLUMN`, `DROP CONSTRAINT`,
    /// `DROP ATTRIBUTE`, `DROP EXPRESSION`, `DROP IDENTITY` and `DROP MAPPING`. It follows the kind
    /// of object that is dropped: `ALTER TABLE IF EXISTS` is about the table, not about its column.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// DROP TYPE old_mood;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// DROP TYPE IF EXISTS old_mood;
    /// ```
    ///
    /// ## Other tools
    ///
    /// squawk's `prefer-robust-stmts` requires it too, but treats every statement in a transaction
    /// as safe.
    "drop-if-exists", Idempotency, Error, Check::Statement(check)
}

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    let Some(sql) = &statement.sql else { return };
    for dropped in Dropped::of(sql) {
        let kind = dropped.kind;
        if dropped.if_exists
            || !dropped.objects.is_empty()
                && dropped.objects.iter().all(|object| {
                    let lookup = object.lookup(kind.missing().names());
                    statement.guard(true, &lookup).is_some()
                        || is_made_anew(object, statement, context)
                })
        {
            continue;
        }
        let names: Vec<String> = dropped
            .objects
            .iter()
            .map(|object| match object.table().filter(|_| kind.is_part()) {
                Some(on) => format!("`{}` on `{on}`", object.written()),
                None => format!("`{}`", object.written()),
            })
            .collect();
        let names = names.join(", ");
        let keyword = dropped.keyword();
        let instead = match keyword.as_ref().map(|keyword| dropped.head_to(keyword)) {
            Some(head) => format!("write `{head} IF EXISTS {}`", rest(&dropped)),
            None => "write `IF EXISTS`".to_owned(),
        };
        found.add_with_fix(
            dropped.words(statement),
            format!("`DROP {}` of {names} without `IF EXISTS`", kind.words()),
            kind.missing().fails(),
            instead,
            keyword.and_then(|keyword| statement.insert_after(&keyword, " IF EXISTS")),
        );
        found.if_second_run_meets(Expected::absent(dropped.objects));
    }
    check_columns(sql, statement, context, found);
}

/// The names behind `IF EXISTS`, and where a trigger, policy or rule stands.
fn rest(dropped: &Dropped) -> String {
    let names: Vec<&str> = dropped.objects.iter().map(Object::written).collect();
    let names = names.join(", ");
    let on = dropped.objects.first().and_then(Object::table);
    match on.filter(|_| {
        use ObjectKind::{Policy, Rule, Trigger};
        matches!(dropped.kind, Trigger | Policy | Rule)
    }) {
        Some(on) => format!("{names} ON {on}"),
        None => names,
    }
}

/// Whether it belongs to something that the file makes whenever it runs, so that it is there.
fn is_made_anew(object: &Object, statement: &Statement<'_>, context: &Context<'_>) -> bool {
    let owner = object.on.as_ref().unwrap_or(&object.name);
    context.file.again.is_made_anew(owner, &statement.range)
}

/// `ALTER COLUMN … DROP EXPRESSION`, `… DROP IDENTITY`, and `DROP MAPPING` of a text search
/// configuration, which drop something that has no name.
fn check_columns(
    sql: &ast::Stmt,
    statement: &Statement<'_>,
    context: &Context<'_>,
    found: &mut Found<'_>,
) {
    let actions: Vec<SyntaxNode> = match sql {
        ast::Stmt::AlterTable(_)
        | ast::Stmt::AlterForeignTable(_)
        | ast::Stmt::AlterTextSearchConfiguration(_) => sql.syntax().children().collect(),
        _ => return,
    };
    let owner = ObjectName::below(sql);
    if owner.is_some_and(|owner| context.file.again.is_made_anew(&owner, &statement.range)) {
        return;
    }
    for action in actions {
        let column = ast::AlterColumn::cast(action.clone());
        let name = column.as_ref().and_then(ast::AlterColumn::column_name_ref);
        let option = column.and_then(|column| column.option());
        let (what, node, keyword, missing) = match (option, ast::DropMapping::cast(action)) {
            (Some(ast::AlterColumnOption::DropExpression(drop)), _)
                if drop.if_exists().is_none() =>
            {
                let keyword = drop.expression_token();
                let again = SqlState::OBJECT_NOT_IN_PREREQUISITE_STATE;
                ("EXPRESSION", drop.syntax().clone(), keyword, again)
            }
            (Some(ast::AlterColumnOption::DropIdentity(drop)), _) if drop.if_exists().is_none() => {
                let keyword = drop.identity_token();
                let again = SqlState::OBJECT_NOT_IN_PREREQUISITE_STATE;
                ("IDENTITY", drop.syntax().clone(), keyword, again)
            }
            (_, Some(drop)) if drop.if_exists().is_none() => {
                let keyword = drop.mapping_token();
                let node = drop.syntax().clone();
                ("MAPPING", node, keyword, SqlState::UNDEFINED_OBJECT)
            }
            _ => continue,
        };
        let of = name.map(|name| name.syntax().text().to_string());
        let column = of.as_ref().map(|name| ObjectName::new(None, name));
        let lookup = Lookup {
            name: column.as_ref(),
            on: None,
            catalogs: &["pg_attribute", "columns"],
            caught: missing.names(),
        };
        if (lookup.name.is_some() && statement.guard(true, &lookup).is_some())
            || statement.catches(missing.names())
        {
            continue;
        }
        let of = of.map(|name| format!(" of `{name}`")).unwrap_or_default();
        found.add_with_fix(
            head(statement, &node, keyword.as_ref()),
            format!("`DROP {what}`{of} without `IF EXISTS`"),
            missing.fails(),
            format!("write `DROP {what} IF EXISTS`"),
            keyword.and_then(|keyword| statement.insert_after(&keyword, " IF EXISTS")),
        );
    }
}

fn head(
    statement: &Statement<'_>,
    node: &SyntaxNode,
    keyword: Option<&SyntaxToken>,
) -> std::ops::Range<usize> {
    let whole = statement.range_of_node(node);
    let end = keyword.map_or(whole.end, |word| statement.range_of_token(word).end);
    whole.start..end.max(whole.start)
}
