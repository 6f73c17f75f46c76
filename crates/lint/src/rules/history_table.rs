//! The rule `history-table`.

use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::{self, AstNode};

use crate::context::Context;
use crate::finding::Found;
use crate::syntax::{ObjectName, Statement};

rule! {
    /// A change of `schema_migrations`, the runner's own table.
    ///
    /// ## Why it hurts
    ///
    /// The runner records there what was applied, and uses the rows as locks. If a row is changed,
    /// the runner skips a migration, runs one twice, or refuses the database. A migration that
    /// changes the row of its own run fails at its end.
    ///
    /// ## Instead
    ///
    /// Leave the table to the runner. `cargo xtask migrate resolve` settles an interrupted
    /// migration, `cargo xtask migrate adopt` adopts another runner's history. Reading it is fine,
    /// and so is `GRANT SELECT`.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// UPDATE schema_migrations SET status = 'completed' WHERE version = 7;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// GRANT SELECT ON schema_migrations TO monitoring;
    /// ```
    "history-table", Isolation, Error, Check::Statement(check)
}

const TABLE: &str = "schema_migrations";

fn check(statement: &Statement<'_>, _: &Context<'_>, found: &mut Found<'_>) {
    if !statement.mentions(TABLE) {
        return;
    }
    let place = match &statement.sql {
        Some(sql) => changed(sql),
        None => dynamic(&statement.node),
    };
    if let Some(place) = place {
        let word = statement.first_words(1);
        found.add(
            statement.range_of_node(&place),
            format!("`{word}` changes the history, `{TABLE}`"),
            "a history that was changed by hand makes the runner skip migrations or run them twice",
            "leave it to the runner: `cargo xtask migrate resolve` settles an interrupted migration, `cargo xtask migrate adopt` adopts another runner's history",
        );
    }
}

/// The name of the history, where the statement changes it.
fn changed(sql: &ast::Stmt) -> Option<SyntaxNode> {
    use ast::Stmt as S;
    let target = match sql {
        S::Insert(s) => s.relation_name_ref()?.syntax().clone(),
        S::Update(s) => s.relation_name()?.syntax().clone(),
        S::Delete(s) => s.relation_name()?.syntax().clone(),
        S::Merge(s) => s.table_relation_name()?.syntax().clone(),
        S::Copy(s) => {
            let Some(ast::CopyDirection::CopyFrom(_)) = s.copy_direction() else {
                return None;
            };
            s.copy_table()?.syntax().clone()
        }
        S::CreateTableAs(s) => s.table_name()?.syntax().clone(),
        S::SelectInto(s) => s.into_clause()?.syntax().clone(),
        S::Grant(s) => {
            let rights = s.privileges()?.syntax().text().to_string();
            if rights.trim().eq_ignore_ascii_case("select") {
                return None;
            }
            s.syntax().clone()
        }
        S::CreateView(_)
        | S::CreateMaterializedView(_)
        | S::CreateFunction(_)
        | S::CreateProcedure(_)
        | S::CommentOn(_)
        | S::Do(_) => return None,
        other => {
            let first = other.syntax().first_token()?.text().to_ascii_lowercase();
            let of_schema = [
                "create", "alter", "drop", "truncate", "lock", "cluster", "revoke",
            ];
            if !of_schema.contains(&first.as_str()) {
                return None;
            }
            other.syntax().clone()
        }
    };
    history(&target)
}

/// The first name of the history below a node; queries in it only read.
fn history(target: &SyntaxNode) -> Option<SyntaxNode> {
    target.descendants().find(|node| {
        let name = ast::PathRef::cast(node.clone())
            .and_then(|path| ObjectName::of_path_ref(&path))
            .or_else(|| ast::Path::cast(node.clone()).and_then(|p| ObjectName::of_path(&p)));
        name.is_some_and(|name| {
            name.name == TABLE && name.schema.as_deref().unwrap_or("public") == "public"
        }) && !node
            .ancestors()
            .take_while(|above| above != target)
            .any(|above| ast::Select::can_cast(above.kind()))
    })
}

/// `EXECUTE` of a string that is put together: what it will be is not known, so the name in it is
/// enough. A constant is read as the statement that it is.
fn dynamic(node: &SyntaxNode) -> Option<SyntaxNode> {
    let query = ast::PlpgsqlDynExecuteStmt::cast(node.clone())?.query()?;
    let target = query.target_list()?.targets().next()?.expr()?;
    let constant = matches!(target, ast::Expr::Literal(_));
    (!constant && target.syntax().text().to_string().contains(TABLE))
        .then(|| target.syntax().clone())
}
