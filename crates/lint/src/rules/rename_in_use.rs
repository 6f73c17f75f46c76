//! The rule `rename-in-use`.

use crate::context::Context;
use crate::finding::Found;

rule! {
    /// A rename, or a move to another schema, of something that the running application uses.
    ///
    /// ## Why it hurts
    ///
    /// The application and the database do not change at the same moment. From the commit of the
    /// migration until the last old replica is replaced, old code uses a name that no longer
    /// exists; in the other order, new code runs before the migration.
    ///
    /// ## Instead
    ///
    /// A column: add the new one, write both, fill it from the old one, read the new one, drop the
    /// old one, each in its own release. A table: rename it and, in the same migration, make a view
    /// under the old name (this is not reported). A value of an enum type: add the new value,
    /// change the rows, and keep the old one. A name that users do not see can stay as it is.
    ///
    /// Reported are tables, views, columns, schemas, types, their attributes and values, and `SET
    /// SCHEMA` of tables, views and types; but not objects that the migration itself created, nor a
    /// table whose old name is in use again at the end of the migration.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// DO $$
    /// BEGIN
    ///     IF EXISTS (
    ///         SELECT 1 FROM information_schema.columns
    ///         WHERE table_name = 'teams' AND column_name = 'name'
    ///     ) THEN
    ///         ALTER TABLE teams RENAME COLUMN name TO title;
    ///     END IF;
    /// END
    /// $$;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// ALTER TABLE teams ADD COLUMN IF NOT EXISTS title text;
    /// ```
    ///
    /// ## Other tools
    ///
    /// squawk's `renaming-column` and `renaming-table`, and strong_migrations, find columns and
    /// tables; they do not recognise the view under the old name. squawk's `renaming-object` and
    /// `ban-set-schema` also find functions, sequences and domains, triggers and constraints.
    "rename-in-use", Locks, Error, Check::File(check)
}

fn check(context: &Context<'_>, found: &mut Found<'_>) {
    for rename in &context.renamed {
        if let Some((old, new)) = &rename.relation {
            // A view stands in for the table, or a new table was switched with an old one.
            let names = &context.file.names;
            if names.takes(old) || names.frees(new) {
                continue;
            }
        }
        let (kind, old, new) = (rename.kind, &rename.old, &rename.new);
        let of = rename.of.as_deref();
        let whose = of.map(|of| format!(" of `{of}`")).unwrap_or_default();
        let instead = match (kind, of) {
            ("column", Some(table)) => format!(
                "`ALTER TABLE {table} ADD COLUMN IF NOT EXISTS {new} …;`, write both, fill it from `{old}`, read `{new}`, and drop `{old}` in a later release"
            ),
            ("table", _) => format!(
                "keep the name; or create a view under it in the same migration: `CREATE OR REPLACE VIEW {old} AS SELECT * FROM {new};`"
            ),
            ("view" | "materialized view", _) => {
                format!(
                    "create the {kind} `{new}` in addition, and drop `{old}` in a later release"
                )
            }
            ("value", Some(name)) => format!(
                "`ALTER TYPE {name} ADD VALUE IF NOT EXISTS {new};`, change the rows in a later migration, and leave {old}"
            ),
            _ => format!(
                "keep the name; or create a new {kind}, move to it, and drop the old one in a later release"
            ),
        };
        let named = |name: &str| {
            if kind == "value" {
                name.to_owned()
            } else {
                format!("`{name}`")
            }
        };
        found.add(
            rename.words.clone(),
            format!("the {kind} {}{whose} {} {}", named(old), rename.how, named(new)),
            "running code uses the old name, and fails from the commit until its last replica is replaced",
            instead,
        );
    }
}
