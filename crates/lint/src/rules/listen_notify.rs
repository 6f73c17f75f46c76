//! The rule `listen-notify`.

use squawk_syntax::ast;

use crate::checked::{Check, rule};
use crate::context::Context;
use crate::finding::Found;
use crate::syntax::Statement;

rule! {
    /// `LISTEN`, `UNLISTEN`, `NOTIFY` or `pg_notify` while the migration runs.
    ///
    /// ## Why it hurts
    ///
    /// `LISTEN` registers the session, which behind a transaction pooler is another client's next.
    /// `NOTIFY` tells running services of something; run again, the migration tells them again, and
    /// on a new database it tells nobody. Its commit also takes a lock that all commits with
    /// notifications share.
    ///
    /// ## Instead
    ///
    /// Leave messages to the programs. A trigger function that calls `pg_notify` is fine: it only
    /// speaks when rows change.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// NOTIFY settings_changed;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// CREATE OR REPLACE FUNCTION announce_setting() RETURNS trigger LANGUAGE plpgsql
    /// SET search_path = '' AS $$
    /// BEGIN
    ///     PERFORM pg_catalog.pg_notify('settings_changed', NEW.name);
    ///     RETURN NEW;
    /// END;
    /// $$;
    /// ```
    "listen-notify", Transaction, Error, Check::Statement(check)
}

const WHY_LISTEN: &str = "it registers the session, and behind a transaction pooler another client gets the session next";
const WHY_UNLISTEN: &str =
    "behind a transaction pooler it ends what another client of the session listens to";
const WHY_NOTIFY: &str =
    "each run tells running services once more, and on a new database nobody listens";
const INSTEAD: &str =
    "leave messages to the programs, or to a trigger that speaks when rows change";

fn check(statement: &Statement<'_>, _: &Context<'_>, found: &mut Found<'_>) {
    match &statement.sql {
        Some(ast::Stmt::Listen(_)) => {
            found.add(
                statement.range.clone(),
                "`LISTEN` in a migration",
                WHY_LISTEN,
                INSTEAD,
            );
        }
        Some(ast::Stmt::Unlisten(_)) => {
            found.add(
                statement.range.clone(),
                "`UNLISTEN` in a migration",
                WHY_UNLISTEN,
                INSTEAD,
            );
        }
        Some(ast::Stmt::Notify(_)) => {
            found.add(
                statement.range.clone(),
                "`NOTIFY` in a migration",
                WHY_NOTIFY,
                INSTEAD,
            );
        }
        _ => {
            for call in statement.runs_like("pg_notify") {
                if call.name.name == "pg_notify" {
                    found.add(
                        call.range,
                        "`pg_notify` in a migration",
                        WHY_NOTIFY,
                        INSTEAD,
                    );
                }
            }
        }
    }
}
