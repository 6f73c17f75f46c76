//! The rule `other-sessions`.

use crate::context::Context;
use crate::finding::Found;
use crate::syntax::Statement;

rule! {
    /// A call that ends or cancels what other sessions do: `pg_terminate_backend`,
    /// `pg_cancel_backend`.
    ///
    /// ## Why it hurts
    ///
    /// The clients of those sessions see errors in the middle of their work, those of another
    /// database too where the query does not leave them out, and with a pooler the clients that come
    /// next. Who runs the migration again ends them again.
    ///
    /// ## Instead
    ///
    /// Leave it out. The runner waits for a lock for a short time only, and tries again.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// SELECT pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity WHERE state = 'idle';
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE state = 'idle';
    /// ```
    "other-sessions", Transaction, Error, Check::Statement(check)
}

fn check(statement: &Statement<'_>, _: &Context<'_>, found: &mut Found<'_>) {
    for call in statement.runs_like("_backend") {
        let name = call.name.name.as_str();
        let does = match name {
            "pg_terminate_backend" => "ends other sessions",
            "pg_cancel_backend" => "cancels what other sessions run",
            _ => continue,
        };
        found.add(
            call.range,
            format!("`{name}` {does}"),
            "their clients see errors in the middle of their work",
            "leave it out: the runner waits for a lock for a short time only, and tries again",
        );
    }
}
