//! The rule `triggers-off`.

use jubilee_core::TransactionMode;
use squawk_syntax::ast;

use crate::context::Context;
use crate::finding::Found;
use crate::syntax::{ObjectName, Statement, assigned_setting, name_of};

rule! {
    /// Triggers, foreign keys or rules that are switched off: `DISABLE TRIGGER`,
    /// `session_replication_role`, `DISABLE RULE`.
    ///
    /// ## Why it hurts
    ///
    /// Foreign keys are triggers. While they are off, rows get in that refer to nothing, and nobody
    /// looks at them again when they are switched on. Triggers that write history, timestamps or
    /// counters miss those rows too. `DISABLE TRIGGER` holds for every session, also after the
    /// migration; `session_replication_role` needs a superuser, and switches off those of all tables.
    ///
    /// ## Instead
    ///
    /// Let triggers run. If one must not see a change, let its condition (`WHEN`) say so. A foreign
    /// key that stands in the way of an order can be `DEFERRABLE`; one that is not wanted any more
    /// is dropped.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// ALTER TABLE teams DISABLE TRIGGER ALL;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// SET CONSTRAINTS ALL DEFERRED;
    /// ```
    "triggers-off", Destructive, Error, Check::Statement(check)
}

const WHY: &str = "foreign keys are triggers: meanwhile rows get in that refer to nothing, and no trigger writes history or timestamps";

const WHY_OWN: &str = "foreign keys are triggers: what the migration changes meanwhile may refer to nothing, and no trigger writes history or timestamps";

/// Whether the transaction switches them on again, so that nobody else ever sees them off.
fn is_on_again(statement: &Statement<'_>, table: &ObjectName, context: &Context<'_>) -> bool {
    let later = context.script.statements().iter();
    context.mode == TransactionMode::Transactional
        && later
            .filter(|later| later.range.start >= statement.range.end)
            .filter_map(|later| context.text.get(later.range.clone()))
            .map(str::to_lowercase)
            .any(|text| {
                text.starts_with("alter table")
                    && text.contains("enable trigger")
                    && text.contains(&table.name)
            })
}

/// Whether it is about one trigger that raises an error: `guard-removed` reports that.
fn is_refusing(action: &ast::AlterTableAction, table: &ObjectName, context: &Context<'_>) -> bool {
    let target = match action {
        ast::AlterTableAction::DisableTrigger(a) => a.trigger_target(),
        ast::AlterTableAction::EnableReplicaTrigger(a) => {
            a.trigger_ref().map(ast::TriggerTarget::TriggerRef)
        }
        _ => None,
    };
    let Some(ast::TriggerTarget::TriggerRef(name)) = target else {
        return false;
    };
    let name = name_of(Some(name));
    context.catalog.relation(table).is_some_and(|known| {
        let mut refusing = context.catalog.refusing(known);
        refusing.any(|trigger| Some(&trigger.name) == name.as_ref())
    })
}

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    match &statement.sql {
        Some(ast::Stmt::AlterTable(alter)) => {
            let Some(table) = ObjectName::of(alter.table_relation_name()) else {
                return;
            };
            for action in alter.actions() {
                let (range, what) = match &action {
                    ast::AlterTableAction::DisableTrigger(a) => (statement.range_of(a), "triggers"),
                    ast::AlterTableAction::EnableReplicaTrigger(a) => {
                        (statement.range_of(a), "triggers")
                    }
                    ast::AlterTableAction::DisableRule(a) => (statement.range_of(a), "rules"),
                    _ => continue,
                };
                let is_other = !is_refusing(&action, &table, context);
                if context.existed(&table) && (is_other || is_on_again(statement, &table, context))
                {
                    found.add(
                        range,
                        format!("{what} of `{table}` are switched off"),
                        match is_on_again(statement, &table, context) {
                            true => format!("{WHY_OWN}; nobody checks it when they are on again"),
                            false => format!("{WHY}; it stays so for every session"),
                        },
                        "leave it out: let the trigger's `WHEN` leave out what it must not see, or drop it",
                    );
                }
            }
        }
        Some(ast::Stmt::Set(set)) => {
            let Some((name, value)) = assigned_setting(set) else {
                return;
            };
            let harmless = ["origin", "default"].contains(&value.trim_end_matches(';').trim());
            if name == "session_replication_role" && !harmless {
                report(statement.range.clone(), found);
            }
        }
        _ => {
            for call in statement.runs_like("set_config") {
                let arguments = call.arguments();
                if let [ast::Expr::Literal(name), ast::Expr::Literal(value), ..] =
                    arguments.as_slice()
                {
                    let is = |literal: &ast::Literal, text: &str| {
                        literal
                            .string_value()
                            .is_some_and(|v| v.eq_ignore_ascii_case(text))
                    };
                    if is(name, "session_replication_role") && !is(value, "origin") {
                        report(statement.range_of(&call.expr), found);
                    }
                }
            }
        }
    }
}

fn report(range: std::ops::Range<usize>, found: &mut Found<'_>) {
    found.add(
        range,
        "`session_replication_role` switches off triggers and foreign keys",
        WHY,
        "leave it out; a foreign key can be `DEFERRABLE`, and a trigger's `WHEN` can leave out what it must not see",
    );
}
