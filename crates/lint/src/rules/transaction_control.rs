//! The rule `transaction-control`.

use crate::checked::{Check, rule};

rule! {
    /// Transaction control other than the one `BEGIN;` at the top and the one `COMMIT;` at the end.
    ///
    /// ## Why it hurts
    ///
    /// The runner commits a migration together with its history row. A `COMMIT` in the middle
    /// would commit half of it without that row: killed there, the migration is neither applied
    /// nor not. `SAVEPOINT` and `ROLLBACK TO` divide what must be one.
    ///
    /// ## Instead
    ///
    /// Delete it. What must not run in a transaction (`CREATE INDEX CONCURRENTLY` and its like)
    /// goes into a migration of its own with `-- Transaction: none` in the header.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// UPDATE teams SET name = trim(name) WHERE name <> trim(name);
    /// SAVEPOINT trimmed;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// UPDATE teams SET name = trim(name) WHERE name <> trim(name);
    /// ```
    "transaction-control", Files, Error, Check::Elsewhere
}
