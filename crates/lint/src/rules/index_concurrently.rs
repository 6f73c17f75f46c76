//! The rule `index-concurrently`.

use jubilee_core::TransactionMode;
use squawk_syntax::ast;

use crate::context::Context;
use crate::finding::Found;
use crate::locks::LockMode;
use crate::syntax::{ObjectName, Place, Statement, name_in, words_of};

rule! {
    /// `CREATE INDEX` without `CONCURRENTLY` on a table that is in use.
    ///
    /// ## Why it hurts
    ///
    /// The statement takes SHARE on the table and holds it until the index is built and the
    /// migration is committed. Until then every `INSERT`, `UPDATE` and `DELETE` waits; on a large
    /// table, for minutes or hours.
    ///
    /// ## Instead
    ///
    /// `CREATE INDEX CONCURRENTLY IF NOT EXISTS`, which takes SHARE UPDATE EXCLUSIVE and allows
    /// reads and writes. PostgreSQL refuses it in a transaction, so it needs a migration of its own
    /// with `-- Transaction: none` in the header.
    ///
    /// A partitioned table cannot take `CONCURRENTLY`. Create its index `ON ONLY` the parent, which
    /// builds nothing. Then build the index of each partition concurrently, in migrations of their
    /// own. Attach each with `ALTER INDEX … ATTACH PARTITION`. With the last one the index of the
    /// parent becomes valid.
    ///
    /// An index on a table that the same migration creates needs none of this.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// CREATE INDEX IF NOT EXISTS users_locale_idx ON users (locale);
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// -- Transaction: none
    /// CREATE INDEX CONCURRENTLY IF NOT EXISTS users_locale_idx ON users (locale);
    /// ```
    ///
    /// ## Other tools
    ///
    /// squawk's `require-concurrent-index-creation` finds these too. It does not look into `DO`
    /// blocks, does not know partitioned tables, and treats `ON ONLY` as a build.
    ///
    /// ## See also
    ///
    /// PostgreSQL manual: CREATE INDEX, "Building Indexes Concurrently"; ALTER INDEX, `ATTACH
    /// PARTITION`.
    "index-concurrently", Locks, Error, Check::Statement(check)
}

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    let Some(ast::Stmt::CreateIndex(create)) = &statement.sql else {
        return;
    };
    let Some(relation) = create.table_relation_name() else {
        return;
    };
    let Some(table) = ObjectName::below(&relation).filter(|table| context.existed(table)) else {
        return;
    };
    let partitioned = context.relation(&table).and_then(|known| known.partitioned);
    if let Some(concurrently) = create.concurrently_token() {
        if partitioned == Some(true) {
            found.add(
                statement.range_of_token(&concurrently),
                format!("`CONCURRENTLY` on `{table}`, which is partitioned"),
                "the server rejects it with 0A000 (`feature_not_supported`)",
                "build the index of each partition `CONCURRENTLY`, in migrations of their own; then one with `ON ONLY` on the partitioned table, and attach each to it with `ALTER INDEX … ATTACH PARTITION …`",
            );
        }
        return;
    }
    // ON ONLY a partitioned table builds nothing; on any other it changes nothing.
    if statement.is_only() && partitioned != Some(false) {
        return;
    }
    let written = relation
        .table_name_ref()
        .map_or_else(|| table.to_string(), |name| words_of(&name));
    let index = Index::of(create, &table);
    let lock = LockMode::Share.taken_on(&table);
    let (instead, fix) = if partitioned == Some(true) {
        let parent = index.sql("", &format!("ONLY {written}"));
        let name = &index.name;
        (
            format!(
                "`CONCURRENTLY` does not work on a partitioned table: write `{parent}`, which builds nothing; then build the index of each partition with `CREATE INDEX CONCURRENTLY` in migrations of their own with `-- Transaction: none`, and attach each with `ALTER INDEX {name} ATTACH PARTITION …`"
            ),
            None,
        )
    } else {
        let sql = index.sql("CONCURRENTLY ", &written);
        let fix = create
            .index_token()
            .filter(|_| statement.place == Place::Top && context.mode == TransactionMode::None)
            .and_then(|token| statement.insert_after(&token, " CONCURRENTLY"));
        (
            format!("move it into a migration of its own with `-- Transaction: none`: `{sql}`"),
            fix,
        )
    };
    found.add_with_fix(
        statement.head(if create.unique_token().is_some() {
            3
        } else {
            2
        }),
        format!("`CREATE INDEX` on `{table}` without `CONCURRENTLY`"),
        format!("{lock}, until the index is built and the migration is committed"),
        instead,
        fix,
    );
}

/// The parts of an index that are repeated in the message.
struct Index {
    unique: &'static str,
    name: String,
    /// What stands behind the table.
    rest: String,
}

impl Index {
    fn of(create: &ast::CreateIndex, table: &ObjectName) -> Self {
        let columns = create.partition_item_list();
        let name = create.index().map(|index| words_of(&index));
        let rest = [
            create.using_method().map(|part| words_of(&part)),
            columns.as_ref().map(words_of),
            create.index_include_clause().map(|p| words_of(&p)),
            create.nulls_distinct_option().map(|p| words_of(&p)),
            create.with_params().map(|part| words_of(&part)),
            create.tablespace_clause().map(|part| words_of(&part)),
            create.where_clause().map(|part| words_of(&part)),
        ];
        let first = columns
            .and_then(|list| list.partition_items().next())
            .and_then(|item| item.expr())
            .filter(|expr| matches!(expr, ast::Expr::NameRef(_)))
            .and_then(|expr| name_in(&expr));
        Self {
            unique: match create.unique_token() {
                Some(_) => "UNIQUE ",
                None => "",
            },
            name: name.unwrap_or_else(|| {
                let column = first.unwrap_or_else(|| "expression".to_owned());
                format!("{}_{column}_idx", table.name)
            }),
            rest: rest.into_iter().flatten().collect::<Vec<_>>().join(" "),
        }
    }

    fn sql(&self, concurrently: &str, table: &str) -> String {
        let Self { unique, name, rest } = self;
        format!("CREATE {unique}INDEX {concurrently}IF NOT EXISTS {name} ON {table} {rest}")
    }
}
