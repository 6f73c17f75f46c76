//! The rule `serial`.

use crate::context::Context;
use crate::finding::Found;
use crate::syntax::{Statement, serial_bytes};

rule! {
    /// A column of type `serial` or `bigserial`.
    ///
    /// ## Why it hurts
    ///
    /// `serial` is not a type but a shorthand for a column, a sequence and a default. A role that
    /// may write the table may not use its sequence until that is granted too. `CREATE TABLE …
    /// (LIKE … INCLUDING ALL)` creates a second table that uses the first one's sequence. And a
    /// number that was inserted by hand makes a later insert fail with a duplicate key.
    ///
    /// ## Instead
    ///
    /// `bigint GENERATED ALWAYS AS IDENTITY`, which belongs to its column; or a `uuid`.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// CREATE TABLE IF NOT EXISTS events (
    ///     event_id bigserial,
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
    /// squawk's `prefer-identity` finds these too, but not in `DO` blocks.
    ///
    /// ## See also
    ///
    /// PostgreSQL manual, "Serial Types" and "Identity Columns".
    "serial", Quality, Warning, Check::Statement(check)
}

fn check(statement: &Statement<'_>, _: &Context<'_>, found: &mut Found<'_>) {
    for column in statement.typed_columns() {
        let Some(word) = column.type_word() else {
            continue;
        };
        if serial_bytes(word).is_none() {
            continue;
        }
        found.add(
            statement.range_of(&column.ty),
            format!("`{column}` is a `{word}`"),
            "its sequence has separate privileges, is shared by copies of the table, and conflicts with numbers that are inserted by hand",
            "write `bigint GENERATED ALWAYS AS IDENTITY`",
        );
    }
}
