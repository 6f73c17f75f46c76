//! The rule `transaction-control`.

rule! {
    /// Transaction control other than the one `BEGIN;` at the top and the one `COMMIT;` at the end.
    ///
    /// ## Why it hurts
    ///
    /// The runner commits a migration together with its history row. A `COMMIT` in the middle would
    /// commit half of it without that row: if the runner is killed there, the migration is half
    /// applied. `SAVEPOINT` and `ROLLBACK TO` would let a part of it be undone.
    ///
    /// ## Instead
    ///
    /// Delete it. What must not run in a transaction (`CREATE INDEX CONCURRENTLY` and similar
    /// statements) goes into a migration of its own with `-- Transaction: none` in the header.
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
