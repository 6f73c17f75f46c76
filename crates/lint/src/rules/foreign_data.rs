//! The rule `foreign-data`.

use squawk_syntax::ast::{self, AstNode};

use crate::context::Context;
use crate::finding::Found;
use crate::syntax::Statement;

rule! {
    /// Access to another database or server: `dblink`, foreign data wrappers, servers and tables.
    ///
    /// ## Why it hurts
    ///
    /// Each database is migrated, restored and moved on its own. A foreign table or a `dblink` call
    /// fails when the other server is down, waits when it is slow, and commits there what is rolled
    /// back here. It also needs the other server's address and password, which are stored in the
    /// catalog.
    ///
    /// ## Instead
    ///
    /// Refer to the other database's rows by their UUID, without a foreign key, and let the
    /// services query each other.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// CREATE EXTENSION IF NOT EXISTS dblink;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// CREATE EXTENSION IF NOT EXISTS pgcrypto;
    /// ```
    ///
    /// ## See also
    ///
    /// PostgreSQL manual, "Foreign Data".
    "foreign-data", Isolation, Error, Check::Statement(check)
}

const WHY: &str = "each database is migrated and restored on its own; access to another database fails or waits with it, and is not rolled back with this migration";
const INSTEAD: &str =
    "refer to the other database's rows by their UUID, and let the services query each other";

fn check(statement: &Statement<'_>, _: &Context<'_>, found: &mut Found<'_>) {
    use ast::Stmt as S;
    let words = match &statement.sql {
        Some(S::CreateServer(_) | S::AlterServer(_) | S::DropServer(_)) => 2,
        Some(
            S::CreateForeignTable(_)
            | S::AlterForeignTable(_)
            | S::DropForeignTable(_)
            | S::CreateUserMapping(_)
            | S::AlterUserMapping(_)
            | S::DropUserMapping(_)
            | S::ImportForeignSchema(_),
        ) => 3,
        Some(
            S::CreateForeignDataWrapper(_)
            | S::AlterForeignDataWrapper(_)
            | S::DropForeignDataWrapper(_),
        ) => 4,
        Some(S::CreateExtension(create)) => {
            if let Some(extension) = create.extension() {
                let name = ast::normalize_name_node(extension.syntax());
                if name == "dblink" || name.ends_with("_fdw") {
                    found.add(
                        statement.range_of(&extension),
                        format!("the extension `{name}` accesses other databases"),
                        WHY,
                        INSTEAD,
                    );
                }
            }
            return;
        }
        _ => 0,
    };
    if words > 0 {
        let what = statement.first_words(words);
        let instead = if what.starts_with("DROP") {
            "remove it where it was set up, outside of migrations"
        } else {
            INSTEAD
        };
        let what = format!("`{what}` is about another database");
        found.add(statement.head(words), what, WHY, instead);
        return;
    }
    for call in statement.calls_like("dblink") {
        if call.name.name.starts_with("dblink") {
            found.add(
                call.range,
                format!("`{}` accesses another database", call.name.name),
                WHY,
                INSTEAD,
            );
        }
    }
}
