//! The rule `enum-value-used`.

use std::collections::HashMap;

use jubilee_core::TransactionMode;
use squawk_syntax::ast::{self};

use crate::context::Context;
use crate::facts::Space;
use crate::finding::Found;
use crate::syntax::{ObjectName, Place, Statement, tree};

rule! {
    /// An enum value that is used in the transaction that adds it.
    ///
    /// ## Why it hurts
    ///
    /// Since PostgreSQL 12, `ALTER TYPE … ADD VALUE` runs in a transaction. But until that is
    /// committed the value cannot be used: the migration fails with `unsafe use of new value`
    /// (55P04). On a database that has the value already it succeeds, so a test may not show it.
    ///
    /// ## Instead
    ///
    /// Use the value in the next migration. Where the same migration creates the type, name the
    /// value in `CREATE TYPE`: before PostgreSQL 17, `ADD VALUE` fails then too.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// ALTER TYPE mood ADD VALUE IF NOT EXISTS 'calm';
    /// ALTER TABLE people ALTER COLUMN current_mood SET DEFAULT 'calm'::mood;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// ALTER TYPE mood ADD VALUE IF NOT EXISTS 'calm';
    /// -- next migration
    /// ALTER TABLE people ALTER COLUMN current_mood SET DEFAULT 'calm'::mood;
    /// ```
    ///
    /// ## See also
    ///
    /// PostgreSQL manual: ALTER TYPE, "Notes".
    "enum-value-used", Quality, Error, Check::Statement(check)
}

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    let values = context.file.types.added_values();
    if values.is_empty() || context.mode == TransactionMode::None {
        return;
    }
    match &statement.sql {
        // These name the value without using it; or hold statements that come by themselves.
        Some(
            ast::Stmt::AlterType(_)
            | ast::Stmt::CommentOn(_)
            | ast::Stmt::CreateSchema(_)
            | ast::Stmt::Do(_),
        ) => return,
        Some(
            ast::Stmt::Insert(_)
            | ast::Stmt::Update(_)
            | ast::Stmt::Delete(_)
            | ast::Stmt::Merge(_),
        ) if statement.place == Place::Inside => return,
        _ => {}
    }
    let mut concerned: HashMap<&ObjectName, bool> = HashMap::new();
    for literal in tree::all::<ast::Literal>(&statement.node) {
        let Some(text) = literal.string_value() else {
            continue;
        };
        let used = values.get(&text).into_iter().flatten().find(|ty| {
            *concerned
                .entry(ty)
                .or_insert_with(|| speaks_of(statement, context, ty))
        });
        let Some(ty) = used else { continue };
        found.add(
            statement.range_of(&literal),
            format!("`'{text}'` is used in the transaction that adds it to `{ty}`"),
            "fails with 55P04, unsafe use of new value: it can be used only after `ADD VALUE` is committed",
            match context.file.made.has(Space::Type, ty) {
                true => format!("name `'{text}'` in `CREATE TYPE {ty}`"),
                false => "move the statement into the next migration".to_owned(),
            },
        );
    }
}

/// Whether the statement has to do with the type: it names it, or a table with a column of it.
fn speaks_of(statement: &Statement<'_>, context: &Context<'_>, ty: &ObjectName) -> bool {
    tree::all::<ast::PathRef>(&statement.node)
        .filter_map(|path| ObjectName::of_path_ref(&path))
        .any(|name| {
            name.may_be(ty)
                || context
                    .relation(&name)
                    .is_some_and(|relation| relation.has_column_of(ty))
        })
}
