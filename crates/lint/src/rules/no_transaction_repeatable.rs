//! The rule `no-transaction-repeatable`.

use crate::context::Context;
use crate::context::{Alone, DETACH, DROP_INDEX, REINDEX};
use crate::finding::Found;

rule! {
    /// `Transaction: none` with a statement that does not need it, or that cannot be repeated after
    /// an interruption.
    ///
    /// ## Why it hurts
    ///
    /// Without a transaction nothing is rolled back: what was done before a failure stays done.
    /// Statements that could run in a transaction give that up for no benefit. And some leave a
    /// state in which they cannot be run again: `DETACH PARTITION … CONCURRENTLY` leaves a
    /// partition whose detaching is pending, `REINDEX CONCURRENTLY` leaves invalid indexes that
    /// every write has to maintain.
    ///
    /// ## Instead
    ///
    /// Put what needs no such mode into a migration with a transaction. Before `REINDEX INDEX
    /// CONCURRENTLY`, drop what an interrupted run of it may have left. For `DETACH PARTITION …
    /// CONCURRENTLY` allow the finding with the reason, and be prepared to run `… FINALIZE` by
    /// hand. (An interrupted `CREATE INDEX CONCURRENTLY IF NOT EXISTS` leaves an invalid index; the
    /// runner drops that before it tries again.)
    ///
    /// ## Bad
    ///
    /// ```sql
    /// -- Transaction: none
    /// ALTER TABLE teams ADD COLUMN IF NOT EXISTS motto text;
    /// ```
    ///
    /// ```sql
    /// -- Transaction: none
    /// REINDEX INDEX CONCURRENTLY teams_name_idx;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// -- Transaction: none
    /// DROP INDEX CONCURRENTLY IF EXISTS teams_name_idx_ccnew;
    /// DROP INDEX CONCURRENTLY IF EXISTS teams_name_idx_ccold;
    /// REINDEX INDEX CONCURRENTLY teams_name_idx;
    /// ```
    ///
    /// ## See also
    ///
    /// PostgreSQL manual: `REINDEX`, "Rebuilding Indexes Concurrently"; `ALTER TABLE`, `DETACH
    /// PARTITION`.
    "no-transaction-repeatable", Locks, Error, Check::File(check)
}

fn check(context: &Context<'_>, found: &mut Found<'_>) {
    let statements = &context.without_transaction;
    if statements.alone.is_empty() {
        if let Some(first) = statements.plain.first() {
            found.add(
                field(context.text).unwrap_or_else(|| first.clone()),
                "nothing in this migration needs `Transaction: none`",
                "each statement is committed on its own, so a failure leaves a part of the migration applied",
                "delete that line, and write `BEGIN;` before the first statement and `COMMIT;` at the end",
            );
        }
        return;
    }
    for words in &statements.plain {
        let text = context.text.get(words.clone()).unwrap_or_default();
        let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
        found.add(
            words.clone(),
            format!("`{name}` in a migration without a transaction"),
            "it does not need that, and is not rolled back when another statement fails",
            "move it into a migration that runs in a transaction",
        );
    }
    for (at, alone) in statements.alone.iter().enumerate() {
        match alone.name {
            DETACH => found.add(
                alone.words.clone(),
                "an interrupted `DETACH PARTITION … CONCURRENTLY` cannot be run again",
                "it leaves the partition in a pending state, and the same statement then fails",
                "allow this with a reason; if it is interrupted, run `ALTER TABLE … DETACH PARTITION … FINALIZE;` by hand, then `cargo xtask migrate resolve`",
            ),
            REINDEX => reindex(alone, statements.alone.get(..at).unwrap_or_default(), found),
            _ => {}
        }
    }
}

fn reindex(alone: &Alone, before: &[Alone], found: &mut Found<'_>) {
    let drops = |suffix: &str| {
        before
            .iter()
            .rev()
            .take_while(|s| s.name == DROP_INDEX)
            .any(|s| {
                s.clears_the_way_for(alone)
                    && s.index.as_ref().is_some_and(|i| i.name.ends_with(suffix))
            })
    };
    let instead = match &alone.index {
        Some(_) if drops("_ccnew") && drops("_ccold") => return,
        Some(index) => format!(
            "write `DROP INDEX CONCURRENTLY IF EXISTS {}; DROP INDEX CONCURRENTLY IF EXISTS {};` before it",
            index.with_suffix("_ccnew").sql(),
            index.with_suffix("_ccold").sql()
        ),
        None => "write `REINDEX INDEX CONCURRENTLY …` for each index, each in a migration of its own, after a `DROP INDEX CONCURRENTLY IF EXISTS` of that index's `_ccnew` and `_ccold`".to_owned(),
    };
    found.add(
        alone.words.clone(),
        "an interrupted `REINDEX CONCURRENTLY` leaves indexes behind",
        "they are invalid, their names end in `_ccnew` or `_ccold`, and every write to the table maintains them; each further run may leave more",
        instead,
    );
}

/// Where the header says so.
fn field(text: &str) -> Option<std::ops::Range<usize>> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_end();
        if content.starts_with("--") && content.contains("Transaction:") {
            return Some(start..start + content.len());
        }
        start += line.len();
    }
    None
}
