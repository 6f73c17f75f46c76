//! The rule `unique-using-index`.

use squawk_syntax::ast::{self, AstNode};

use crate::context::Context;
use crate::finding::Found;
use crate::locks::LockMode;
use crate::syntax::{AlterTable, ObjectName, Statement, column_names, name_of, words_of};

rule! {
    /// A `UNIQUE` or `PRIMARY KEY` constraint that builds its index, or checks for NULLs, while a
    /// table in use is locked.
    ///
    /// ## Why it hurts
    ///
    /// `ADD CONSTRAINT` takes ACCESS EXCLUSIVE on the table. Nobody can read or write it until the
    /// index is built. `ADD COLUMN … UNIQUE` does the same.
    ///
    /// ## Instead
    ///
    /// Build the index first, in a migration of its own with `-- Transaction: none`: `CREATE UNIQUE
    /// INDEX CONCURRENTLY IF NOT EXISTS`. The next migration makes it the index of the constraint
    /// with `USING INDEX`, which is quick.
    ///
    /// A primary key has its columns `NOT NULL`. If they are not, `USING INDEX` sets them and reads
    /// every row for it, under the same lock: see `set-not-null` first. This is reported where a
    /// migration created the index and none made its columns `NOT NULL`.
    ///
    /// A partitioned table does not accept `USING INDEX`. Add the constraint to `ONLY` the parent, which
    /// builds nothing. Build unique indexes on the partitions concurrently, make them constraints,
    /// and attach their indexes.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// DO $$
    /// BEGIN
    ///     ALTER TABLE users ADD CONSTRAINT users_handle_key UNIQUE (handle);
    /// EXCEPTION
    ///     WHEN duplicate_table THEN NULL;
    /// END;
    /// $$;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// -- Transaction: none
    /// CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS users_handle_key ON users (handle);
    /// -- next migration
    /// DO $$
    /// BEGIN
    ///     IF NOT EXISTS (
    ///         SELECT 1 FROM pg_catalog.pg_constraint
    ///         WHERE conname = 'users_handle_key' AND conrelid = 'users'::regclass
    ///     ) THEN
    ///         ALTER TABLE users ADD CONSTRAINT users_handle_key UNIQUE USING INDEX users_handle_key;
    ///     END IF;
    /// END;
    /// $$;
    /// ```
    ///
    /// ## Other tools
    ///
    /// squawk's `disallowed-unique-constraint` and `adding-serial-primary-key-field` find these.
    /// They do not look into `DO` blocks and know nothing of partitioned tables.
    ///
    /// ## See also
    ///
    /// PostgreSQL manual: ALTER TABLE, `ADD table_constraint_using_index`.
    "unique-using-index", Locks, Error, Check::Statement(check)
}

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    let Some(alter) = context.alter_in_use(statement) else {
        return;
    };
    let AlterTable { table, written, .. } = &alter;
    let partitioned = context.is_partitioned(table);
    if partitioned && statement.is_only() {
        return;
    }
    for added in alter.added_constraints() {
        let (kind, suffix, parameters, using_index) = match &added.constraint {
            ast::Constraint::UniqueConstraint(c) => {
                ("UNIQUE", "key", c.index_parameters(), c.using_index())
            }
            ast::Constraint::PrimaryKeyConstraint(c) => {
                ("PRIMARY KEY", "pkey", c.index_parameters(), c.using_index())
            }
            _ => continue,
        };
        if let Some(index) = using_index {
            if kind == "PRIMARY KEY" {
                check_key(statement, context, (table, written), &index, found);
            }
            continue;
        }
        let new_column = added.column.as_ref().and_then(|add| add.column_name());
        let list = parameters.as_ref().and_then(|p| p.column_list());
        let columns = match &new_column {
            Some(column) => vec![column.text()],
            None => column_names(list.iter().flat_map(|list| list.column_name_refs())),
        };
        let name = match added.constraint.constraint_name() {
            Some(name) => words_of(&name),
            None if kind == "UNIQUE" => format!("{}_{}_{suffix}", table.name, columns.join("_")),
            None => format!("{}_{suffix}", table.name),
        };
        let constraint = Index {
            table,
            written,
            kind,
            name,
            columns: new_column.as_ref().map_or_else(
                || list.as_ref().map_or_else(String::new, words_of),
                |column| format!("({})", words_of(column)),
            ),
            behind: behind(parameters.as_ref()),
        };
        let what = match &new_column {
            Some(column) => format!("new column `{}` of `{table}` is `{kind}`", column.text()),
            None => format!("`ADD {kind}` on `{table}` without `USING INDEX`"),
        };
        let temporal = list.is_some_and(|list| list.without_overlaps().is_some());
        let mut instead = match (temporal, partitioned) {
            (true, _) => TEMPORAL.to_owned(),
            (_, true) => constraint.of_partitions(),
            (_, false) => constraint.of_table(new_column.is_some()),
        };
        let proved = |column: &String| context.is_not_null(table, column);
        if kind == "PRIMARY KEY" && !temporal && !columns.iter().all(proved) {
            instead
                .push_str("; make its columns `NOT NULL` before, or every row is checked for NULL");
        }
        found.add(
            statement.range_of_node(added.constraint.syntax()),
            what,
            LockMode::AccessExclusive.held_on(table, "until its index is built"),
            instead,
        );
    }
}

/// A primary key that takes over an index whose columns may still hold NULLs.
fn check_key(
    statement: &Statement<'_>,
    context: &Context<'_>,
    (table, written): (&ObjectName, &str),
    using: &ast::UsingIndexName,
    found: &mut Found<'_>,
) {
    let index = name_of(using.index_ref());
    let indexes = &context.file.indexes;
    // The catalog follows renames.
    let key = context.catalog.relation(table).and_then(|known| {
        let mut keys = known.keys.iter();
        keys.find(|key| key.name.is_some() && key.name == index)
    });
    let columns = match key {
        Some(key) => Some(key.columns.as_slice()),
        None => index.and_then(|index| indexes.columns_of(&context.schema.indexes, table, &index)),
    };
    let proved = |column: &str| context.is_not_null(table, column);
    let Some(column) = columns.into_iter().flatten().find(|column| !proved(column)) else {
        return;
    };
    let check = ObjectName::new(None, &format!("{}_{column}_not_null", table.name)).sql();
    let quoted = ObjectName::new(None, column).sql();
    found.add(
        statement.range_of_node(using.syntax()),
        format!("`PRIMARY KEY USING INDEX` on `{table}`, whose `{column}` may hold NULLs"),
        LockMode::AccessExclusive.held_on(table, "while every row is checked for NULL"),
        format!(
            "first `ALTER TABLE {written} ADD CONSTRAINT {check} CHECK ({quoted} IS NOT NULL) NOT VALID`, in the next migration `ALTER TABLE {written} VALIDATE CONSTRAINT {check}`, and then this, which no longer reads the rows"
        ),
    );
}

/// A constraint whose index takes in periods cannot use an index that is there.
const TEMPORAL: &str = "the index of `WITHOUT OVERLAPS` cannot be built before: run it at a time of low traffic and allow this with that as the reason, or fill a new table that has the constraint from the start";

/// What stands behind the columns of the index: `INCLUDE (…) NULLS NOT DISTINCT WITH (…)`.
fn behind(parameters: Option<&ast::IndexParameters>) -> String {
    let Some(parameters) = parameters else {
        return String::new();
    };
    let parts = [
        parameters.constraint_include_clause().map(|p| words_of(&p)),
        parameters.nulls_distinct_option().map(|p| words_of(&p)),
        parameters.with_params().map(|p| words_of(&p)),
    ];
    let mut text = String::new();
    for part in parts.into_iter().flatten() {
        text.push(' ');
        text.push_str(&part);
    }
    text
}

/// The parts of the constraint that are repeated in the message.
struct Index<'a> {
    table: &'a ObjectName,
    written: &'a str,
    kind: &'static str,
    name: String,
    columns: String,
    behind: String,
}

impl Index<'_> {
    fn of_table(&self, new_column: bool) -> String {
        let Self {
            written,
            kind,
            name,
            columns,
            behind,
            ..
        } = self;
        let first = match new_column {
            true => format!("add the column without `{kind}`, and fill it; then, "),
            false => String::new(),
        };
        format!(
            "{first}in a migration of its own with `-- Transaction: none`, `CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS {name} ON {written} {columns}{behind}`, and in the next one `ALTER TABLE {written} ADD CONSTRAINT {name} {kind} USING INDEX {name}`"
        )
    }

    fn of_partitions(&self) -> String {
        let Self {
            table,
            written,
            kind,
            name,
            columns,
            ..
        } = self;
        format!(
            "`{table}` is partitioned: write `ALTER TABLE ONLY {written} ADD CONSTRAINT {name} {kind} {columns}`, which builds nothing; then, for each partition, `CREATE UNIQUE INDEX CONCURRENTLY` in a migration of its own with `-- Transaction: none`, `ADD CONSTRAINT … {kind} USING INDEX …`, and `ALTER INDEX {name} ATTACH PARTITION …`"
        )
    }
}
