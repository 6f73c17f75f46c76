//! The rule `enum-value-if-not-exists`.

use squawk_syntax::ast::{self, AstNode};

use crate::context::Context;
use crate::finding::Found;
use crate::object::SqlState;
use crate::syntax::{Lookup, ObjectName, Statement, tree};

rule! {
    /// `ALTER TYPE … ADD VALUE` without `IF NOT EXISTS`.
    ///
    /// ## Why it hurts
    ///
    /// If the migration runs again, the statement fails with 42710 (`duplicate_object`), and so
    /// does the migration.
    ///
    /// ## Instead
    ///
    /// `ADD VALUE IF NOT EXISTS`.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// ALTER TYPE mood ADD VALUE 'calm';
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// ALTER TYPE mood ADD VALUE IF NOT EXISTS 'calm';
    /// ```
    "enum-value-if-not-exists", Idempotency, Error, Check::Statement(check)
}

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    let Some(ast::Stmt::AlterType(alter)) = &statement.sql else {
        return;
    };
    let added = tree::child::<ast::AddValue>(alter.syntax());
    let Some(added) = added.filter(|added| added.if_not_exists().is_none()) else {
        return;
    };
    let (Some(on), Some(value)) = (
        ObjectName::below(alter),
        added.literal().and_then(|literal| literal.string_value()),
    ) else {
        return;
    };
    let again = SqlState::DUPLICATE_OBJECT;
    let name = ObjectName::new(None, &value);
    let lookup = Lookup {
        name: Some(&name),
        on: Some(&on),
        catalogs: &["pg_enum"],
        caught: again.names(),
    };
    if statement.guard(false, &lookup).is_some()
        || context.file.again.is_made_anew(&on, &statement.range)
    {
        return;
    }
    let words = match added.value_token() {
        Some(word) => {
            statement.range_of_node(added.syntax()).start..statement.range_of_token(&word).end
        }
        None => statement.range_of(&added),
    };
    let value = value.replace('\'', "''");
    found.add_with_fix(
        words,
        format!("`ADD VALUE '{value}'` to `{on}` without `IF NOT EXISTS`"),
        again.fails(),
        format!("write `ADD VALUE IF NOT EXISTS '{value}'`"),
        added
            .value_token()
            .and_then(|word| statement.insert_after(&word, " IF NOT EXISTS")),
    );
}
