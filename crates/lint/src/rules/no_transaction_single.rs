//! The rule `no-transaction-single`.

use crate::context::Context;
use crate::finding::Found;

rule! {
    /// `Transaction: none` with more than one statement that needs it.
    ///
    /// ## Why it hurts
    ///
    /// Without a transaction, each statement is committed on its own. If the runner is killed in
    /// between, the migration is half applied, and somebody has to find out which statements were
    /// executed.
    ///
    /// ## Instead
    ///
    /// Use one migration for each. Only preparation may come before the statement: `SET`, and `DROP
    /// INDEX CONCURRENTLY IF EXISTS` of the index that is built next, or of the `_ccnew` and
    /// `_ccold` that an interrupted `REINDEX` left of it. `ANALYZE` may follow it.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// -- Transaction: none
    /// CREATE INDEX CONCURRENTLY IF NOT EXISTS teams_name_idx ON teams (name);
    /// CREATE INDEX CONCURRENTLY IF NOT EXISTS bands_name_idx ON bands (name);
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// -- Transaction: none
    /// DROP INDEX CONCURRENTLY IF EXISTS teams_name_idx;
    /// CREATE INDEX CONCURRENTLY IF NOT EXISTS teams_name_idx ON teams (lower(name));
    /// ```
    "no-transaction-single", Locks, Error, Check::File(check)
}

fn check(context: &Context<'_>, found: &mut Found<'_>) {
    let Some((last, before)) = context.without_transaction.alone.split_last() else {
        return;
    };
    // What clears the way for the last one is part of it.
    let part = before.iter().rev();
    let parts = part.take_while(|s| s.clears_the_way_for(last)).count();
    let others = before.len() - parts;
    if others == 0 {
        return;
    }
    let number = others + 1;
    let second = before.get(1).filter(|_| others > 1);
    let second = second.unwrap_or_else(|| before.get(others).unwrap_or(last));
    found.add(
        second.words.clone(),
        format!("`{}` is not alone in a migration without a transaction", second.name),
        format!(
            "there are {number} such statements, each committed on its own: an interruption leaves the migration half applied"
        ),
        "give each a migration of its own, with `-- Transaction: none` in the header",
    );
}
