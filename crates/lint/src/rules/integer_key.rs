//! The rule `integer-key`.

use squawk_syntax::SyntaxKind;
use squawk_syntax::ast::{self, AstNode};

use crate::context::Context;
use crate::finding::Found;
use crate::syntax::{ConstraintKind, NewConstraint, Statement, TypedColumn, serial_bytes};

rule! {
    /// A sequential key of type `integer`.
    ///
    /// ## Why it hurts
    ///
    /// An `integer` ends at 2,147,483,647, a `smallint` at 32,767. Rolled back transactions and `ON
    /// CONFLICT` consume numbers too. When the last one is used, every INSERT fails with "reached
    /// maximum value of sequence" (2200H), and a change to `bigint` rewrites the table and all
    /// tables that refer to it, under ACCESS EXCLUSIVE.
    ///
    /// Reported are identity columns, `serial`, defaults of `nextval(…)`, and an `integer` that is
    /// the whole primary key. A `smallint` without a sequence is treated as a code, and a key that
    /// is also a foreign key has the type of the column it refers to.
    ///
    /// ## Instead
    ///
    /// `bigint` or `uuid`. Four more bytes per row are little compared with the row header of 24.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// CREATE TABLE IF NOT EXISTS events (
    ///     event_id integer GENERATED ALWAYS AS IDENTITY,
    ///     CONSTRAINT events_pkey PRIMARY KEY (event_id)
    /// );
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// CREATE TABLE IF NOT EXISTS events (
    ///     event_id bigint GENERATED ALWAYS AS IDENTITY,
    ///     CONSTRAINT events_pkey PRIMARY KEY (event_id)
    /// );
    /// ```
    ///
    /// ## Other tools
    ///
    /// squawk's `prefer-bigint-over-int` reports every `integer` column, including those that are
    /// not keys.
    ///
    /// ## See also
    ///
    /// PostgreSQL manual, "Integer Types".
    "integer-key", Quality, Warning, Check::Statement(check)
}

fn check(statement: &Statement<'_>, _: &Context<'_>, found: &mut Found<'_>) {
    for column in statement.typed_columns() {
        let Some((last, is_serial)) = column.type_word().and_then(range) else {
            continue;
        };
        let counts = is_serial || column.constraints().any(|c| counts_up(&c));
        let constraints = statement.new_constraints();
        if column.is_array || !(counts || last == INTEGER && is_whole_key(column, constraints)) {
            continue;
        }
        found.add(
            statement.range_of(&column.ty),
            format!("`{column}` is a key that cannot exceed {last}"),
            "when all numbers are used every INSERT fails, and a change to a wider type rewrites the table",
            if is_serial {
                "write `bigint GENERATED ALWAYS AS IDENTITY`, or use a `uuid`"
            } else {
                "write `bigint`, or use a `uuid`"
            },
        );
    }
}

const INTEGER: &str = "2,147,483,647";
const SMALLINT: &str = "32,767";

/// The last number of a type of less than eight bytes, and whether it counts by itself.
fn range(word: &str) -> Option<(&'static str, bool)> {
    match word {
        "int" | "integer" | "int4" => return Some((INTEGER, false)),
        "smallint" | "int2" => return Some((SMALLINT, false)),
        _ => {}
    }
    match serial_bytes(word)? {
        2 => Some((SMALLINT, true)),
        4 => Some((INTEGER, true)),
        _ => None,
    }
}

/// `GENERATED … AS IDENTITY`, `DEFAULT nextval(…)`.
fn counts_up(constraint: &ast::Constraint) -> bool {
    let mut inside = constraint.syntax().descendants();
    match constraint {
        ast::Constraint::GeneratedConstraint(_) => {
            inside.any(|node| node.kind() == SyntaxKind::GENERATED_IDENTITY)
        }
        ast::Constraint::DefaultConstraint(_) => inside
            .filter_map(ast::NameRef::cast)
            .any(|name| ast::normalize_name_node(name.syntax()) == "nextval"),
        _ => false,
    }
}

/// Whether the column is the primary key all by itself, and no foreign key.
fn is_whole_key(column: &TypedColumn, constraints: &[NewConstraint]) -> bool {
    let has = |kind: ConstraintKind| {
        constraints
            .iter()
            .any(|c| c.kind == kind && c.columns.iter().eq(&column.name))
    };
    has(ConstraintKind::PrimaryKey) && !has(ConstraintKind::ForeignKey)
}
