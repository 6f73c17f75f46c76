//! The rule `needs-no-transaction`.

use jubilee_core::TransactionMode;

use crate::context::Context;
use crate::finding::Found;
use crate::syntax::{Place, Statement};

rule! {
    /// A statement that PostgreSQL refuses in a transaction, in a migration that runs in one.
    ///
    /// ## Why it hurts
    ///
    /// The server answers "cannot run inside a transaction block" (25001), so the migration can
    /// never be applied. A `DO` block always runs in a transaction.
    ///
    /// ## Instead
    ///
    /// Move the statement into a migration of its own with `-- Transaction: none` in the header,
    /// without `BEGIN;` and `COMMIT;`. This applies to everything with `CONCURRENTLY` (except
    /// `REFRESH MATERIALIZED VIEW`), `VACUUM`, `REINDEX SCHEMA` and `DATABASE`, `CLUSTER` without a
    /// table, and `REINDEX` and `CLUSTER` of partitioned tables. `ALTER TYPE … ADD VALUE` may run
    /// in a transaction since PostgreSQL 12.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// CREATE INDEX CONCURRENTLY IF NOT EXISTS teams_name_idx ON teams (name);
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// -- Transaction: none
    /// CREATE INDEX CONCURRENTLY IF NOT EXISTS teams_name_idx ON teams (name);
    /// ```
    ///
    /// ## Other tools
    ///
    /// squawk's `ban-concurrent-index-creation-in-transaction` finds `CREATE INDEX CONCURRENTLY`
    /// only, and none in a `DO` block.
    ///
    /// ## See also
    ///
    /// PostgreSQL manual: the reference page of each statement.
    "needs-no-transaction", Locks, Error, Check::Statement(check)
}

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    let in_block = statement.place == Place::Block;
    if context.mode == TransactionMode::None && !in_block {
        return;
    }
    let Some(alone) = context.alone(statement) else {
        return;
    };
    let instead = if in_block {
        "take it out of the block, and move it into a migration of its own, with `-- Transaction: none` in the header and without `BEGIN;` and `COMMIT;`"
    } else if context.script.statements().len() == 1 {
        if context.script.has_outer_pair() {
            "write `-- Transaction: none` in the header, and delete `BEGIN;` and `COMMIT;`"
        } else {
            "write `-- Transaction: none` in the header"
        }
    } else {
        "move it into a migration of its own, with `-- Transaction: none` in the header and without `BEGIN;` and `COMMIT;`"
    };
    found.add(
        alone.words,
        format!(
            "`{}` {}",
            alone.name,
            if in_block {
                "in a `DO` block"
            } else {
                "in a migration that runs in a transaction"
            }
        ),
        "PostgreSQL rejects it in a transaction (25001), so the migration can never be applied",
        instead,
    );
}
