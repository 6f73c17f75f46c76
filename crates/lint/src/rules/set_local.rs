//! The rule `set-local`.

use jubilee_core::TransactionMode;
use squawk_syntax::ast::{self, AstNode, LitKind};

use crate::builtin::is_builtin_setting;
use crate::context::Context;
use crate::finding::Found;
use crate::fix::Fix;
use crate::syntax::{Patience, Place, Statement, assigned_setting, is_search_path, patience};

rule! {
    /// A setting that outlives the transaction: `SET` without `LOCAL`, `RESET`, `set_config(…,
    /// false)`.
    ///
    /// ## Why it hurts
    ///
    /// `SET` changes the session. Behind a transaction pooler, another client gets the session
    /// next, with the setting still in effect. `SET ROLE` would give that client another role's
    /// privileges. `RESET` changes the session too.
    ///
    /// ## Instead
    ///
    /// `SET LOCAL`, `SET LOCAL ROLE`, `set_config(…, true)`: these end with the transaction. To
    /// take a setting back, `SET LOCAL … TO DEFAULT`.
    ///
    /// With `Transaction: none` there is no transaction: `SET LOCAL` has no effect, so write `SET`.
    /// The runner resets the session afterwards.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// SET lock_timeout = '2s';
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
    /// PostgreSQL manual, "SET".
    "set-local", Transaction, Error, Check::Statement(check)
}

const WHY: &str = "it outlives the transaction, and behind a transaction pooler another client gets the session with it";

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    if context.mode == TransactionMode::None {
        if statement.place == Place::Top {
            local_without_transaction(statement, found);
        }
        return;
    }
    match &statement.sql {
        Some(ast::Stmt::Set(set)) => {
            // Not even for one transaction: that is another rule's.
            let assigned = assigned_setting(set);
            if assigned.is_some_and(|(name, value)| patience(&name, &value) != Patience::Short) {
                return;
            }
            if let Some(name) = setting(set) {
                let scope = Scope::of(set.set_scope(), set.set_token());
                without_local(statement, &name, scope, found);
            }
        }
        Some(ast::Stmt::SetRole(set)) => {
            let scope = Scope::of(set.set_scope(), set.set_token());
            without_local(statement, "ROLE", scope, found);
        }
        Some(ast::Stmt::SetSessionAuth(set)) => {
            let scope = Scope::of(set.set_scope(), set.set_token());
            without_local(statement, "SESSION AUTHORIZATION", scope, found);
        }
        Some(ast::Stmt::SetTransaction(set)) => {
            if set.session_characteristics().is_some() {
                found.add(
                    statement.head(3),
                    "`SET SESSION CHARACTERISTICS` changes all later transactions",
                    WHY,
                    "write `SET TRANSACTION …`, which applies to this one only",
                );
            }
        }
        Some(ast::Stmt::Reset(reset)) => match reset.reset_target() {
            Some(ast::ResetTarget::ConfigParameterRef(name)) => {
                let name = name.syntax().text().to_string().trim().to_owned();
                if !is_search_path(&name) {
                    reset_of(
                        statement,
                        &name,
                        &format!("SET LOCAL {name} TO DEFAULT"),
                        found,
                    );
                }
            }
            Some(ast::ResetTarget::ResetTimeZone(_)) => {
                reset_of(statement, "TIME ZONE", "SET LOCAL TIME ZONE DEFAULT", found);
            }
            _ => found.add(
                statement.range.clone(),
                format!("`{}` changes the session", statement.first_words(2)),
                WHY,
                "reset only what this migration set: `SET LOCAL … TO DEFAULT`",
            ),
        },
        Some(ast::Stmt::ResetRole(_)) => {
            reset_of(statement, "ROLE", "SET LOCAL ROLE NONE", found);
        }
        Some(ast::Stmt::ResetSessionAuth(_)) => {
            let instead = "SET LOCAL SESSION AUTHORIZATION DEFAULT";
            reset_of(statement, "SESSION AUTHORIZATION", instead, found);
        }
        _ => calls(statement, found),
    }
}

/// Where `LOCAL` stands or belongs.
enum Scope {
    Local,
    Session(ast::SessionScope),
    Missing(Option<squawk_syntax::SyntaxToken>),
}

impl Scope {
    fn of(scope: Option<ast::SetScope>, set: Option<squawk_syntax::SyntaxToken>) -> Self {
        match scope {
            Some(ast::SetScope::LocalScope(_)) => Self::Local,
            Some(ast::SetScope::SessionScope(session)) => Self::Session(session),
            None => Self::Missing(set),
        }
    }
}

fn without_local(statement: &Statement<'_>, name: &str, scope: Scope, found: &mut Found<'_>) {
    let fix: Option<Fix> = match scope {
        Scope::Local => return,
        Scope::Session(session) => statement.replace(session.syntax(), "LOCAL"),
        Scope::Missing(set) => set.and_then(|set| statement.insert_after(&set, " LOCAL")),
    };
    found.add_with_fix(
        statement.range.clone(),
        format!("`SET {name}` without `LOCAL`"),
        WHY,
        format!("write `SET LOCAL {name} …`"),
        fix,
    );
}

fn reset_of(statement: &Statement<'_>, name: &str, instead: &str, found: &mut Found<'_>) {
    let ends = statement
        .node
        .last_token()
        .is_some_and(|last| last.text() == ";");
    let end = if ends { ";" } else { "" };
    found.add_with_fix(
        statement.range.clone(),
        format!("`RESET {name}` changes the session"),
        WHY,
        format!("write `{instead}`"),
        statement.replace(&statement.node, format!("{instead}{end}")),
    );
}

/// `set_config(name, value, false)`.
fn calls(statement: &Statement<'_>, found: &mut Found<'_>) {
    for call in statement.runs_like("set_config") {
        if call.name.name != "set_config" {
            continue;
        }
        let arguments = call.arguments();
        let [ast::Expr::Literal(name), _, ast::Expr::Literal(local)] = arguments.as_slice() else {
            continue;
        };
        let name = name.string_value().unwrap_or_default();
        if matches!(local.kind(), Some(LitKind::False(_))) && !is_search_path(&name) {
            found.add_with_fix(
                statement.range_of(&call.expr),
                format!("`set_config` sets `{name}` for the session"),
                WHY,
                "write `true` as the third argument, so that it ends with the transaction",
                statement.replace(local.syntax(), "true"),
            );
        }
    }
}

/// The name of a setting, where this rule and no other is about it.
fn setting(set: &ast::Set) -> Option<String> {
    match set.set_target()? {
        ast::SetTarget::SetConfig(config) => {
            let name = config.config_parameter_ref()?.syntax().text().to_string();
            let name = name.trim().to_owned();
            let others = ["standard_conforming_strings", "session_replication_role"];
            let elsewhere = is_search_path(&name)
                || others.iter().any(|other| name.eq_ignore_ascii_case(other))
                || !is_builtin_setting(&name);
            (!elsewhere).then_some(name)
        }
        ast::SetTarget::SetTimeZone(_) => Some("TIME ZONE".to_owned()),
        ast::SetTarget::SetXmlOption(_) => Some("XML OPTION".to_owned()),
        ast::SetTarget::SetCatalog(_) => Some("CATALOG".to_owned()),
        ast::SetTarget::SetSchemaValue(_) => None,
    }
}

/// `SET LOCAL` where there is no transaction.
fn local_without_transaction(statement: &Statement<'_>, found: &mut Found<'_>) {
    let scope = match &statement.sql {
        Some(ast::Stmt::Set(set)) => set.set_scope(),
        Some(ast::Stmt::SetRole(set)) => set.set_scope(),
        Some(ast::Stmt::SetSessionAuth(set)) => set.set_scope(),
        _ => None,
    };
    if let Some(ast::SetScope::LocalScope(local)) = scope {
        found.add(
            statement.range_of(&local),
            "`SET LOCAL` in a migration without a transaction",
            "outside of a transaction it has no effect, and PostgreSQL warns (25P01)",
            "write `SET`; the runner resets the session after the migration",
        );
    }
}
