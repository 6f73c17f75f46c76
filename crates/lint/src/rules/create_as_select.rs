//! The rule `create-as-select`.

use squawk_syntax::ast;

use crate::context::Context;
use crate::finding::Found;
use crate::object::{ObjectKind, SqlState};
use crate::syntax::{Lookup, ObjectName, Place, Statement};

rule! {
    /// `CREATE TABLE … AS` without `IF NOT EXISTS`, or `SELECT … INTO` a new table.
    ///
    /// ## Why it hurts
    ///
    /// If the migration runs again, the table exists: the statement fails with 42P07
    /// (`duplicate_table`), and so does the migration. `SELECT … INTO` has no `IF NOT EXISTS`, and
    /// has another meaning in PL/pgSQL, where it sets a variable.
    ///
    /// ## Instead
    ///
    /// `CREATE TABLE IF NOT EXISTS … AS`: a second run leaves the table and its rows as they are.
    /// Better, write a `CREATE TABLE IF NOT EXISTS` with columns and constraints, and an `INSERT …
    /// ON CONFLICT`. A temporary table ends with the session and needs no guard.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// CREATE TABLE users_before AS SELECT id, email FROM users;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// CREATE TABLE IF NOT EXISTS users_before (
    ///     id uuid NOT NULL,
    ///     email text NOT NULL,
    ///     CONSTRAINT users_before_pkey PRIMARY KEY (id)
    /// );
    /// INSERT INTO users_before (id, email)
    /// SELECT id, email FROM users
    /// ON CONFLICT (id) DO NOTHING;
    /// ```
    ///
    /// ## See also
    ///
    /// The PostgreSQL manual on `CREATE TABLE AS` and `SELECT INTO`.
    "create-as-select", Idempotency, Error, Check::Statement(check)
}

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    match &statement.sql {
        Some(ast::Stmt::CreateTableAs(create)) => {
            let Some(name) = ObjectName::of(create.table_name()) else {
                return;
            };
            if create.if_not_exists().is_some()
                || matches!(create.persistence(), Some(ast::Persistence::Temp(_)))
                || is_safe(&name, statement, context)
            {
                return;
            }
            let word = create.table_token();
            let end = word.as_ref().map(|word| statement.range_of_token(word).end);
            found.add_with_fix(
                statement.range.start..end.unwrap_or(statement.range.end),
                format!("`CREATE TABLE … AS` of `{name}` without `IF NOT EXISTS`"),
                SqlState::DUPLICATE_TABLE.fails(),
                format!("write `CREATE TABLE IF NOT EXISTS {name} AS …`"),
                word.and_then(|word| statement.insert_after(&word, " IF NOT EXISTS")),
            );
        }
        Some(ast::Stmt::SelectInto(select)) if statement.place != Place::Block => {
            let Some(into) = select.into_clause() else {
                return;
            };
            let Some(name) = ObjectName::of(into.table_name()) else {
                return;
            };
            let is_temporary = matches!(into.persistence(), Some(ast::Persistence::Temp(_)));
            if is_temporary || is_safe(&name, statement, context) {
                return;
            }
            found.add(
                statement.range_of(&into),
                format!("`SELECT … INTO` creates the table `{name}`"),
                SqlState::DUPLICATE_TABLE.fails(),
                format!("write `CREATE TABLE IF NOT EXISTS {name} AS SELECT …`"),
            );
        }
        _ => {}
    }
}

fn is_safe(name: &ObjectName, statement: &Statement<'_>, context: &Context<'_>) -> bool {
    let lookup = Lookup {
        name: Some(name),
        on: None,
        catalogs: ObjectKind::Table.catalogs(),
        caught: SqlState::DUPLICATE_TABLE.names(),
    };
    let at = &statement.range;
    statement.guard(false, &lookup).is_some()
        || context.file.again.dropped_table(name, at)
        || context.file.again.is_made_anew(name, at)
}
