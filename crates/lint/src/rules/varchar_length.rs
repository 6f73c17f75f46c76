//! The rule `varchar-length`.

use squawk_syntax::ast;

use crate::context::Context;
use crate::finding::Found;
use crate::syntax::{Origin, Statement};

rule! {
    /// A column of type `varchar(n)`.
    ///
    /// ## Why it hurts
    ///
    /// `varchar(n)` is neither faster nor smaller than `text`. Its limit has no name, so an error
    /// does not say which limit was exceeded. To change it later is a change of the column's type:
    /// a smaller limit rewrites the whole table under ACCESS EXCLUSIVE, and a view on the column
    /// prevents any change. A cast to `varchar(n)` truncates without an error.
    ///
    /// ## Instead
    ///
    /// `text`, with a named `CHECK` on the length. A check can be replaced without a change of the
    /// type: add it `NOT VALID`, and validate it later.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// CREATE TABLE IF NOT EXISTS teams (
    ///     team_id uuid NOT NULL,
    ///     name varchar(100) NOT NULL,
    ///     CONSTRAINT teams_pkey PRIMARY KEY (team_id)
    /// );
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// CREATE TABLE IF NOT EXISTS teams (
    ///     team_id uuid NOT NULL,
    ///     name text NOT NULL,
    ///     CONSTRAINT teams_pkey PRIMARY KEY (team_id),
    ///     CONSTRAINT teams_name_check CHECK (char_length(name) <= 100)
    /// );
    /// ```
    ///
    /// ## Other tools
    ///
    /// squawk's `prefer-text-field` finds these too, but not in `DO` blocks, nor in domains and
    /// composite types.
    ///
    /// ## See also
    ///
    /// PostgreSQL manual, "Character Types".
    "varchar-length", Quality, Warning, Check::Statement(check)
}

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    for column in statement.typed_columns() {
        let is_varchar =
            matches!(column.ty, ast::Type::VarcharType(_)) || column.type_word() == Some("varchar");
        let Some(length) = column.type_argument().filter(|_| is_varchar) else {
            continue;
        };
        // Another length for what has one already.
        let known = context.catalog.relation(&column.owner);
        let old = known.and_then(|known| known.column(column.name.as_deref()?)?.ty.as_ref());
        let had_one =
            old.is_some_and(|old| old.is("character varying") && !old.modifiers.is_empty());
        if column.origin == Origin::Changed && had_one {
            continue;
        }
        let check = column.length_check(&format!("<= {length}"));
        let in_use = context.alter_in_use(statement).is_some();
        found.add(
            statement.range_of(&column.ty),
            format!("`{column}` is a `{}`", column.type_text()),
            "its limit has no name, has no advantage over `text`, and can only be changed by changing the type of the column",
            column.as_text(check, in_use),
        );
    }
}
