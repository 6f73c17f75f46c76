//! The rule `three-part-name`.

use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::{self, AstNode};

use crate::context::Context;
use crate::finding::Found;
use crate::syntax::{Place, Statement};

rule! {
    /// A table, function or type that is named together with its database: `database.schema.name`.
    ///
    /// ## Why it hurts
    ///
    /// PostgreSQL cannot access another database and fails with `cross-database references are not
    /// implemented` (0A000). With the name of its own database the statement works, but only where
    /// the database has that name; in tests and development it has another.
    ///
    /// ## Instead
    ///
    /// Write only the schema and the object. `schema.table.column` is a different form and is fine.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// SELECT count(*) FROM jubilee_codex.public.users;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// SELECT count(public.users.id) FROM public.users;
    /// ```
    ///
    /// ## See also
    ///
    /// PostgreSQL manual, "Database Schema Names" under "Data Definition".
    "three-part-name", Isolation, Error, Check::Statement(check)
}

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    let text = context
        .text
        .get(statement.range.clone())
        .unwrap_or_default();
    let dots = text.bytes().filter(|byte| *byte == b'.').count();
    if statement.place == Place::Inside || dots < 2 {
        return;
    }
    for node in statement.node.descendants() {
        let Some(parts) = parts(&node).filter(|parts| parts.len() > 2) else {
            continue;
        };
        let (database, name) = (&parts[0], parts[1..].join("."));
        // `other-database` says more about these.
        let of_other = context
            .scope
            .other_databases
            .iter()
            .any(|other| database.strip_prefix("jubilee_") == Some(other));
        if of_other {
            continue;
        }
        // The name alone, without the arguments of a call.
        let place = ast::CallExpr::cast(node.clone()).and_then(|call| call.expr());
        found.add(
            statement.range_of_node(place.as_ref().map_or(&node, |name| name.syntax())),
            format!(
                "`{}` contains the name of a database, `{database}`",
                parts.join(".")
            ),
            "PostgreSQL rejects it where the database has another name, as in tests",
            format!("write `{name}`"),
        );
    }
}

/// The parts of the name of an object. Names of columns, whose first part is a schema, are none.
fn parts(node: &SyntaxNode) -> Option<Vec<String>> {
    if let Some(call) = ast::CallExpr::cast(node.clone()) {
        let ast::Expr::FieldExpr(function) = call.expr()? else {
            return None;
        };
        let names = function.syntax().descendants();
        return Some(
            names
                .filter_map(ast::NameRef::cast)
                .map(|name| name.text())
                .collect(),
        );
    }
    let parent = node.parent()?;
    let of_columns = ast::QualifiedColumnNameRef::can_cast(parent.kind())
        || ast::PercentType::can_cast(parent.kind())
        || ast::ConfigParameterRef::can_cast(parent.kind())
        || ast::PlpgsqlAliasTarget::can_cast(parent.kind());
    let nested = ast::Path::can_cast(parent.kind()) || ast::PathRef::can_cast(parent.kind());
    if of_columns || nested {
        return None;
    }
    let (segment, mut qualifier) = match ast::Path::cast(node.clone()) {
        Some(path) => (path.segment()?.text(), path.qualifier()),
        None => {
            let path = ast::PathRef::cast(node.clone())?;
            (path.segment()?.text(), path.qualifier())
        }
    };
    let mut parts = vec![segment];
    while let Some(path) = qualifier {
        parts.extend(path.segment().map(|segment| segment.text()));
        qualifier = path.qualifier();
    }
    parts.reverse();
    Some(parts)
}
