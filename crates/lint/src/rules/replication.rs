//! The rule `replication`.

use squawk_syntax::ast;

use crate::context::Context;
use crate::finding::Found;
use crate::syntax::Statement;

rule! {
    /// Publications, subscriptions and replication slots.
    ///
    /// ## Why it hurts
    ///
    /// Replication connects servers. A subscription copies another database's rows into this one; a
    /// slot without a consumer keeps the server's write-ahead log until the disk is full. Servers
    /// differ between development and production, and a restored copy must not take part.
    ///
    /// ## Instead
    ///
    /// Set replication up where servers are set up, outside of migrations.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// DROP PUBLICATION IF EXISTS search_index;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// ALTER TABLE users REPLICA IDENTITY DEFAULT;
    /// ```
    ///
    /// ## See also
    ///
    /// PostgreSQL manual, "Logical Replication", and "Replication Slots" under "High Availability".
    "replication", Isolation, Error, Check::Statement(check)
}

const WHY: &str = "it connects servers, which differ between development and production; a slot without a consumer fills the disk with write-ahead log";
const INSTEAD: &str = "set replication up with the servers, outside of migrations";

/// Functions that make, move or drop slots and origins.
const FUNCTIONS: [&str; 10] = [
    "pg_create_physical_replication_slot",
    "pg_create_logical_replication_slot",
    "pg_copy_physical_replication_slot",
    "pg_copy_logical_replication_slot",
    "pg_drop_replication_slot",
    "pg_replication_slot_advance",
    "pg_replication_origin_create",
    "pg_replication_origin_drop",
    "pg_replication_origin_advance",
    "pg_sync_replication_slots",
];

fn check(statement: &Statement<'_>, _: &Context<'_>, found: &mut Found<'_>) {
    use ast::Stmt as S;
    if let Some(
        S::CreatePublication(_)
        | S::AlterPublication(_)
        | S::DropPublication(_)
        | S::CreateSubscription(_)
        | S::AlterSubscription(_)
        | S::DropSubscription(_),
    ) = &statement.sql
    {
        let what = format!("`{}` in a migration", statement.first_words(2));
        found.add(statement.head(2), what, WHY, INSTEAD);
    }
    for call in statement.calls_like("replication_") {
        if FUNCTIONS.contains(&call.name.name.as_str()) {
            let what = format!("`{}` in a migration", call.name.name);
            found.add(call.range, what, WHY, INSTEAD);
        }
    }
}
