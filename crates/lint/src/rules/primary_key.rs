//! The rule `primary-key`.

use crate::context::Context;
use crate::finding::Found;
use crate::syntax::ObjectName;

rule! {
    /// A table without a primary key.
    ///
    /// ## Why it hurts
    ///
    /// Equal rows cannot be distinguished, so one of them can neither be corrected nor deleted
    /// alone, and a statement that runs twice leaves its rows twice. Logical replication refuses
    /// UPDATE and DELETE on the table. A unique key of columns that are `NOT NULL` identifies the rows
    /// too, and is accepted; for logical replication, name it as `REPLICA IDENTITY USING INDEX`.
    ///
    /// ## Instead
    ///
    /// A primary key, in `CREATE TABLE` or later in the same file. Columns that already identify
    /// the rows are best; otherwise `uuid` or `bigint GENERATED ALWAYS AS IDENTITY`.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// CREATE TABLE IF NOT EXISTS team_members (
    ///     team_id uuid NOT NULL,
    ///     user_id uuid NOT NULL
    /// );
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// CREATE TABLE IF NOT EXISTS team_members (
    ///     team_id uuid NOT NULL,
    ///     user_id uuid NOT NULL,
    ///     CONSTRAINT team_members_pkey PRIMARY KEY (team_id, user_id)
    /// );
    /// ```
    ///
    /// ## See also
    ///
    /// PostgreSQL manual, "Primary Keys" and, in "Logical Replication", "Publication".
    "primary-key", Quality, Warning, Check::File(check)
}

fn check(context: &Context<'_>, found: &mut Found<'_>) {
    for (table, range) in context.file.keys.tables_without_primary() {
        if has_unique_key(table, context) {
            continue;
        }
        found.add(
            range,
            format!("`{table}` has no primary key"),
            "equal rows cannot be distinguished, and logical replication rejects UPDATE and DELETE",
            format!(
                "add `CONSTRAINT {}_pkey PRIMARY KEY (…)` with the columns that identify its rows",
                table.name
            ),
        );
    }
}

/// Whether some columns identify the rows, as those of a primary key would.
fn has_unique_key(table: &ObjectName, context: &Context<'_>) -> bool {
    context.catalog.relation(table).is_some_and(|relation| {
        let is_not_null = |name: &String| relation.column(name).is_some_and(|c| c.not_null);
        relation.keys.iter().any(|key| {
            let is_whole = !key.is_computed && !key.is_partial && !key.excludes;
            is_whole && !key.columns.is_empty() && key.columns.iter().all(is_not_null)
        })
    })
}
