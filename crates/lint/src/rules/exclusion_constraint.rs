//! The rule `exclusion-constraint`.

use squawk_syntax::ast::{self, AstNode};

use crate::context::Context;
use crate::finding::Found;
use crate::locks::LockMode;
use crate::syntax::Statement;

rule! {
    /// An `EXCLUDE` constraint on a table in use.
    ///
    /// ## Why it hurts
    ///
    /// `ADD CONSTRAINT … EXCLUDE` takes ACCESS EXCLUSIVE on the table. Nobody can read or write it
    /// while PostgreSQL builds the index and compares every row with the others.
    ///
    /// ## Instead
    ///
    /// An exclusion constraint can neither be `NOT VALID` nor use an existing index. Choose one of
    /// these.
    ///
    /// - The table is small: measure on a copy how long it takes, and allow it with that as the
    ///   reason.
    /// - There is a time of low traffic: run it then, and allow it with that as the reason. The
    ///   runner's lock timeout bounds how long it waits for its lock, not how long it holds it.
    /// - Neither: create a new table that has the constraint from the start, let applications write
    ///   both, copy the rows in batches, and switch.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// DO $$
    /// BEGIN
    ///     ALTER TABLE bookings ADD CONSTRAINT bookings_no_overlap
    ///         EXCLUDE USING gist (room_id WITH =, during WITH &&);
    /// EXCEPTION
    ///     WHEN duplicate_table THEN NULL;
    /// END;
    /// $$;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// CREATE EXTENSION IF NOT EXISTS btree_gist;
    /// CREATE TABLE IF NOT EXISTS room_bookings (
    ///     room_booking_id uuid NOT NULL,
    ///     room_id integer NOT NULL,
    ///     during tstzrange NOT NULL,
    ///     CONSTRAINT room_bookings_pkey PRIMARY KEY (room_booking_id),
    ///     CONSTRAINT room_bookings_no_overlap
    ///         EXCLUDE USING gist (room_id WITH =, during WITH &&)
    /// );
    /// ```
    ///
    /// ## See also
    ///
    /// PostgreSQL manual: CREATE TABLE, `EXCLUDE`; ALTER TABLE, `ADD table_constraint`.
    "exclusion-constraint", Locks, Error, Check::Statement(check)
}

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    let Some(alter) = context.alter_in_use(statement) else {
        return;
    };
    let table = &alter.table;
    for added in alter.added_constraints() {
        if let ast::Constraint::ExcludeConstraint(exclude) = &added.constraint {
            found.add(
                statement.range_of_node(exclude.syntax()),
                format!("`EXCLUDE` constraint on `{table}`"),
                LockMode::AccessExclusive.held_on(table, "while its index is built and every row is compared with the others"),
                "it cannot be done in steps: run it at a time of low traffic and allow this with that as the reason, or create a new table that has the constraint from the start and move the rows",
            );
        }
    }
}
