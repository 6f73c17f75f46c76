//! The rule `wide-grant`.

use squawk_syntax::ast::{self, AstNode};

use crate::context::Context;
use crate::finding::Found;
use crate::syntax::{Statement, one_line, tokens_of, tree};

rule! {
    /// More rights than a service needs: a grant to `PUBLIC`, or membership of a role that reaches past
    /// all grants.
    ///
    /// ## Why it hurts
    ///
    /// `PUBLIC` is every role, those that are made later and those of other services included.
    /// `pg_read_all_data`, `pg_write_all_data`, `pg_execute_server_program` and similar roles reach
    /// past all other grants.
    ///
    /// ## Instead
    ///
    /// Grant what is needed to the database's own roles, by name. `USAGE` of a schema or a type, and
    /// `EXECUTE` of a function that is not `SECURITY DEFINER`, can be granted to `PUBLIC`.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// GRANT SELECT ON ALL TABLES IN SCHEMA public TO PUBLIC;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// GRANT SELECT ON ALL TABLES IN SCHEMA public TO codex_reader;
    /// ```
    "wide-grant", Privileges, Error, Check::Statement(check)
}

/// Roles whose members reach past other grants. PostgreSQL manual, "Predefined Roles".
const WIDE_ROLES: [&str; 16] = [
    "azure_pg_admin",
    "cloudsqlsuperuser",
    "pg_checkpoint",
    "pg_create_subscription",
    "pg_database_owner",
    "pg_execute_server_program",
    "pg_maintain",
    "pg_read_all_data",
    "pg_read_server_files",
    "pg_signal_backend",
    "pg_write_all_data",
    "pg_write_server_files",
    "postgres",
    "rds_replication",
    "rds_superuser",
    "supabase_admin",
];

fn check(statement: &Statement<'_>, _: &Context<'_>, found: &mut Found<'_>) {
    use ast::Stmt as S;
    match &statement.sql {
        Some(S::Grant(grant)) => check_grant(statement, grant, found),
        Some(S::AlterDefaultPrivileges(alter)) => {
            let text = one_line(&tree::lower(alter.syntax()));
            let text = text.trim_end_matches(';');
            if text.contains(" grant ") && text.ends_with("to public") {
                public(statement, "the default privileges grant", found);
            }
        }
        _ => {}
    }
}

fn check_grant(statement: &Statement<'_>, grant: &ast::Grant, found: &mut Found<'_>) {
    let Some(clause) = grant.on_privilege_objects_clause() else {
        // GRANT role TO role.
        let tokens = tokens_of(grant.syntax()).skip(1);
        let roles = tokens.take_while(|token| !token.text().eq_ignore_ascii_case("to"));
        for role in roles {
            let name = role.text().trim_matches('"').to_lowercase();
            if WIDE_ROLES.contains(&name.as_str()) {
                found.add(
                    statement.range_of_token(&role),
                    format!("membership of `{name}` is granted"),
                    "its members reach past the grants of tables, or past the database",
                    "grant what is needed on the tables, to the database's own roles",
                );
            }
        }
        return;
    };
    let to_public = grant.role_ref_list().is_some_and(|roles| {
        tokens_of(roles.syntax()).any(|token| token.text().eq_ignore_ascii_case("public"))
    });
    if !to_public {
        return;
    }
    let privileges = tokens_of(grant.syntax())
        .skip(1)
        .take_while(|token| !token.text().eq_ignore_ascii_case("on"))
        .map(|token| token.text().to_uppercase())
        .collect::<Vec<_>>();
    let harmless = |word: &String| {
        ["USAGE", "EXECUTE", "CONNECT", "TEMPORARY", "TEMP", ","].contains(&word.as_str())
    };
    // Those that are SECURITY DEFINER are among them.
    let objects = one_line(&tree::lower(clause.syntax()));
    let all_functions = ["all functions", "all routines", "all procedures"]
        .iter()
        .any(|all| objects.contains(all));
    if all_functions || !privileges.iter().all(harmless) {
        let on = one_line(&clause.syntax().text().to_string());
        public(
            statement,
            &format!("`{} {on}` is granted", privileges.join(" ")),
            found,
        );
    }
}

fn public(statement: &Statement<'_>, what: &str, found: &mut Found<'_>) {
    found.add(
        statement.head(2),
        format!("{what} to `PUBLIC`"),
        "`PUBLIC` is every role, also those that are made later",
        "grant it to the database's own roles, by name",
    );
}
