//! The rule `foreign-key-index`.

use squawk_syntax::quote::quote_ident;

use crate::context::Context;
use crate::finding::Found;
use crate::syntax::{ObjectName, generated_name};

rule! {
    /// A foreign key whose columns have no index.
    ///
    /// ## Why it hurts
    ///
    /// PostgreSQL indexes the columns that a foreign key refers to, never those that refer. For
    /// each row that is deleted from the other table, or whose key changes, PostgreSQL then reads
    /// this whole table to find dependent rows. A delete that takes a millisecond in a test takes
    /// minutes in production, and holds its locks until then. Joins from the other table are as
    /// slow.
    ///
    /// ## Instead
    ///
    /// Create an index that begins with the columns of the key, in any order. The index of a
    /// primary key or a unique constraint is enough. `WHERE column IS NOT NULL` is fine. On a table
    /// that is in use, the index is built `CONCURRENTLY` by an earlier migration.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// CREATE TABLE IF NOT EXISTS invoices (
    ///     invoice_id uuid NOT NULL,
    ///     team_id uuid NOT NULL,
    ///     CONSTRAINT invoices_pkey PRIMARY KEY (invoice_id),
    ///     CONSTRAINT invoices_team_id_fkey FOREIGN KEY (team_id) REFERENCES teams (team_id)
    /// );
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// CREATE TABLE IF NOT EXISTS invoices (
    ///     invoice_id uuid NOT NULL,
    ///     team_id uuid NOT NULL,
    ///     CONSTRAINT invoices_pkey PRIMARY KEY (invoice_id),
    ///     CONSTRAINT invoices_team_id_fkey FOREIGN KEY (team_id) REFERENCES teams (team_id)
    /// );
    ///
    /// CREATE INDEX IF NOT EXISTS invoices_team_id_idx ON invoices (team_id);
    /// ```
    ///
    /// ## See also
    ///
    /// PostgreSQL manual, "Foreign Keys".
    "foreign-key-index", Quality, Warning, Check::File(check)
}

fn check(context: &Context<'_>, found: &mut Found<'_>) {
    for key in &context.file.keys.foreign {
        let (file, schema) = (&context.file.indexes, &context.schema.indexes);
        // Of a table that no file creates, the indexes are not known either.
        let is_known = key.adds_column
            || context.file.creates_table(&key.table)
            || context.schema.creates_table(&key.table);
        if !is_known || file.serve(schema, &key.table, &key.columns) {
            continue;
        }
        let columns = key.columns.join("`, `");
        let instead = if context.file.creates_table(&key.table) {
            format!("add `{};`", create_index(&key.table, &key.columns, ""))
        } else {
            let index = create_index(&key.table, &key.columns, "CONCURRENTLY ");
            let first = if key.adds_column {
                "add the column alone; then build the index"
            } else {
                "build the index first"
            };
            format!(
                "{first}, in a migration of its own with `-- Transaction: none`: `{index};`, and add the foreign key in the one after it"
            )
        };
        let other = match &key.target {
            Some(other) => format!("`{other}`"),
            None => "the other table".to_owned(),
        };
        found.add(
            key.range.clone(),
            format!("no index of `{}` begins with `{columns}`", key.table),
            format!(
                "for each row that is deleted from {other}, or whose key changes, all of `{}` is read",
                key.table
            ),
            instead,
        );
    }
}

fn create_index(table: &ObjectName, columns: &[String], concurrently: &str) -> String {
    let name = quote_ident(&generated_name(table, columns, "idx"));
    let columns: Vec<String> = columns.iter().map(|column| quote_ident(column)).collect();
    let schema = table
        .schema
        .as_ref()
        .map(|schema| format!("{}.", quote_ident(schema)));
    format!(
        "CREATE INDEX {concurrently}IF NOT EXISTS {name} ON {}{} ({})",
        schema.unwrap_or_default(),
        quote_ident(&table.name),
        columns.join(", ")
    )
}
