//! The rule `several-strong-locks`.

use crate::context::Context;
use crate::finding::Found;
use crate::locks::{Held, StrongLock};

rule! {
    /// Strong locks on several existing tables, taken one after the other in one transaction.
    ///
    /// ## Why it hurts
    ///
    /// The first table stays locked while the migration waits for the second. A transaction of the
    /// application that holds the second and waits for the first causes a deadlock, and either it
    /// or the migration fails. Until then, every transaction that needs the first table waits too.
    ///
    /// ## Instead
    ///
    /// Use one migration for each table. SHARE ROW EXCLUSIVE and stronger locks count, except the
    /// short lock on a table to which a new table refers, and the two tables of one foreign key.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// ALTER TABLE teams ADD COLUMN IF NOT EXISTS motto text;
    /// ALTER TABLE bands ADD COLUMN IF NOT EXISTS motto text;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// ALTER TABLE teams
    ///     ADD COLUMN IF NOT EXISTS motto text,
    ///     ADD COLUMN IF NOT EXISTS founded_on date;
    /// ```
    ///
    /// ## See also
    ///
    /// PostgreSQL manual: "Explicit Locking", section "Deadlocks".
    "several-strong-locks", Locks, Warning, Check::File(check)
}

/// More tables than that are counted, not named.
const NAMED: usize = 6;

fn check(context: &Context<'_>, found: &mut Found<'_>) {
    for transaction in context.locks.strong() {
        let held = |lock: &&StrongLock| lock.held != Held::Referenced;
        let locks: Vec<&StrongLock> = transaction.iter().filter(held).collect();
        let Some(first) = locks.first() else { continue };
        let Some(second) = locks.iter().find(|l| l.statement != first.statement) else {
            continue;
        };
        let named = locks.iter().take(NAMED);
        let mut names: Vec<String> = named.map(|lock| format!("`{}`", lock.table)).collect();
        if locks.len() > NAMED {
            names.push(format!("{} more", locks.len() - NAMED));
        }
        found.add(
            second.words.clone(),
            format!("strong locks on {} tables in one transaction", locks.len()),
            format!(
                "they are taken in the order {}, and `{}` stays locked ({}) while the migration waits for `{}`: a transaction that takes them in another order causes a deadlock",
                names.join(", "),
                first.table,
                first.mode,
                second.table
            ),
            "give each table a migration of its own",
        );
    }
}
