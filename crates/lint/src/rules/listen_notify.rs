//! The rule `listen-notify`.

use squawk_syntax::ast;

use crate::context::Context;
use crate::finding::Found;
use crate::syntax::Statement;

rule! {
    /// `LISTEN`, `UNLISTEN`, `NOTIFY` or `pg_notify` while the migration runs.
    ///
    /// ## Why it hurts
    ///
    /// `LISTEN` registers the session, which another client gets next behind a transaction pooler.
    /// `NOTIFY` sends a message to running services: each run sends it again, and on a new database
    /// nobody receives it. Commits with notifications also wait for each other.
    ///
    /// ## Instead
    ///
    /// Leave messages to the applications. A trigger function that calls `pg_notify` is fine: it
    /// runs only when rows change.
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

const WHY_LISTEN: &str =
    "it registers the session, which behind a transaction pooler another client gets next";
const WHY_UNLISTEN: &str = "behind a transaction pooler it ends another client's `LISTEN`";
const WHY_NOTIFY: &str =
    "each run sends the message again, and on a new database nobody receives it";
const INSTEAD: &str = "leave messages to the applications, or to a trigger on the rows";

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
