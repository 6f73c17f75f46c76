//! Statements that name a role which no migration makes: another server may not have it.

use jubilee_catalog::{Object, Step, literal, roles_of, unquoted};

/// What stands in front of a role in the statements that name one.
const BEFORE: [&str; 4] = [" TO ", " FROM ", " ROLE ", " MAPPING FOR "];

/// The statement so that it does nothing where such a role is missing.
pub(super) fn guarded(sql: String, step: &Step, object: Option<&Object>, roles: &[&str]) -> String {
    let named: Vec<&str> = roles
        .iter()
        .copied()
        .filter(|role| is_named(step, object, role))
        .collect();
    if named.is_empty() {
        return sql;
    }
    let sql = sql.replace(";\nCREATE POLICY ", ";\n        CREATE POLICY ");
    let conditions: Vec<String> = named
        .iter()
        .map(|role| {
            let name = literal(&unquoted(role));
            format!("EXISTS (SELECT FROM pg_roles WHERE rolname = {name})")
        })
        .collect();
    let warning = format!(
        "there is no role {} here: left out for {}",
        named.join(" or "),
        step.name
    );
    let warning = literal(&warning.replace('%', "%%"));
    format!(
        "DO $role$\nBEGIN\n    IF {} THEN\n        {sql};\n    ELSE\n        RAISE WARNING {warning};\n    END IF;\nEND\n$role$",
        conditions.join("\n        AND ")
    )
}

fn is_named(step: &Step, object: Option<&Object>, role: &str) -> bool {
    let sql = &step.sql;
    if sql.starts_with("CREATE POLICY ") {
        return object.is_some_and(|policy| roles_of(&step.name, policy).contains(role));
    }
    let is_about_roles = [
        "GRANT ",
        "REVOKE ",
        "ALTER DEFAULT PRIVILEGES ",
        "DO $do$ BEGIN EXECUTE ",
    ]
    .iter()
    .any(|start| sql.starts_with(start))
        || sql.contains(" OWNER TO ")
        || sql.contains(" USER MAPPING FOR ");
    let is_whole =
        |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || "_$\"".contains(c));
    is_about_roles
        && BEFORE.iter().any(|before| {
            let words = format!("{before}{role}");
            sql.match_indices(&words)
                .any(|(at, _)| is_whole(&sql[at + words.len()..]))
        })
}
