//! The rule `truncate`.

use squawk_syntax::ast;

use crate::context::Context;
use crate::facts::Space;
use crate::finding::Found;
use crate::syntax::{ObjectName, Statement};

rule! {
    /// `TRUNCATE`, without `Destructive` in the header.
    ///
    /// ## Why it hurts
    ///
    /// All rows are lost, in every database that the migration is applied to, and can only be
    /// restored from a backup. With `CASCADE`, tables that refer to it are emptied too, without
    /// being named.
    ///
    /// ## Instead
    ///
    /// Delete specific rows: `DELETE FROM … WHERE …`. If all rows must go, say in the header why
    /// nobody needs them any more: `-- Destructive: reason`. A table that the same file created may
    /// be emptied.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// TRUNCATE TABLE legacy_sessions;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// DELETE FROM legacy_sessions WHERE expires_at < '2026-01-01';
    /// ```
    ///
    /// ## Other tools
    ///
    /// squawk's `ban-truncate-cascade` finds `CASCADE` only.
    "truncate", Destructive, Error, Check::Statement(check)
}

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    let Some(ast::Stmt::Truncate(truncate)) = &statement.sql else {
        return;
    };
    let why = match truncate.drop_behavior() {
        Some(ast::DropBehavior::Cascade(_)) => {
            "all rows are lost, here and in every table that refers to it, and can only be restored from a backup"
        }
        _ => "all rows are lost, and can only be restored from a backup",
    };
    let tables = truncate
        .table_list()
        .into_iter()
        .flat_map(|list| list.table_relation_names());
    for table in tables {
        let Some(name) = ObjectName::below(&table) else {
            continue;
        };
        if !context.file.made.has(Space::Relation, &name) {
            found.add(
                statement.range_of(&table),
                format!("`TRUNCATE` of `{name}` loses data"),
                why,
                format!("write `DELETE FROM {name} WHERE …` for specific rows, or `-- Destructive: reason` in the header"),
            );
        }
    }
}
