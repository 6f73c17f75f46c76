//! The rule `server-configuration`.

use squawk_syntax::ast::{self, AstNode};

use crate::context::Context;
use crate::finding::Found;
use crate::syntax::Statement;

rule! {
    /// A change of the whole server: `ALTER SYSTEM`, tablespaces, `LOAD`, roles with rights beyond
    /// the database.
    ///
    /// ## Why it hurts
    ///
    /// Other databases are on the same server. `ALTER SYSTEM` configures all of them, a tablespace
    /// is a directory of that machine, and a role that is a superuser, or may create roles or
    /// databases, is so in all databases. None of it is part of the schema, and managed servers
    /// reject most of it.
    ///
    /// ## Instead
    ///
    /// Configure servers and privileged roles where servers are set up. A migration grants rights
    /// on its own objects.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// SELECT pg_reload_conf();
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// SET LOCAL lock_timeout = '2s';
    /// ```
    ///
    /// ## See also
    ///
    /// PostgreSQL manual, "Role Attributes" and "Tablespaces".
    "server-configuration", Isolation, Error, Check::Statement(check)
}

const WHY: &str = "it changes the server for every database on it, and is not part of the schema";
const INSTEAD: &str = "do it where the server is set up, outside of migrations";

/// Attributes of a role that hold in every database of the server.
const ATTRIBUTES: [&str; 5] = [
    "superuser",
    "createdb",
    "createrole",
    "replication",
    "bypassrls",
];

const FUNCTIONS: [&str; 4] = [
    "pg_reload_conf",
    "pg_rotate_logfile",
    "pg_promote",
    "pg_switch_wal",
];

fn check(statement: &Statement<'_>, _: &Context<'_>, found: &mut Found<'_>) {
    use ast::Stmt as S;
    match &statement.sql {
        Some(
            S::AlterSystem(_)
            | S::CreateTablespace(_)
            | S::AlterTablespace(_)
            | S::DropTablespace(_),
        ) => {
            let what = format!("`{}` in a migration", statement.first_words(2));
            found.add(statement.head(2), what, WHY, INSTEAD);
        }
        Some(S::Load(_)) => found.add(statement.head(1), "`LOAD` in a migration", WHY, INSTEAD),
        Some(S::CreateRole(_) | S::AlterRole(_) | S::CreateUser(_) | S::AlterUser(_)) => {
            for option in statement.node.descendants() {
                let Some(option) = ast::RoleOptionGeneric::cast(option) else {
                    continue;
                };
                let name = option.syntax().text().to_string().to_ascii_lowercase();
                if ATTRIBUTES.contains(&name.trim()) {
                    found.add(
                        statement.range_of(&option),
                        format!("a role with `{}`", name.trim().to_ascii_uppercase()),
                        "the attribute holds in every database of the server",
                        "create such roles where the server is set up; here, grant privileges on the database's own objects",
                    );
                }
            }
        }
        _ => {
            for call in statement.runs_like("pg_") {
                if FUNCTIONS.contains(&call.name.name.as_str()) {
                    let what = format!("`{}` in a migration", call.name.name);
                    found.add(call.range, what, WHY, INSTEAD);
                }
            }
        }
    }
}
