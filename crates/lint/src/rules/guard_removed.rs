//! The rule `guard-removed`.

use std::ops::Range;

use squawk_syntax::ast::{self, AstNode};

use crate::catalog::{Guard, Trigger, passes_all};
use crate::context::Context;
use crate::finding::Found;
use crate::object::{Dropped, ObjectKind};
use crate::syntax::{ObjectName, Statement, TablePrivileges, name_of, raises, tree};

rule! {
    /// Something that was refused is allowed from then on, without `Loosens` in the header.
    ///
    /// ## Why it hurts
    ///
    /// A trigger that raises an error, row level security, a restrictive policy and a privilege that was taken
    /// away from a role are there so that something cannot happen: that the audit log is rewritten, that one
    /// customer sees another's rows. Once they are gone nothing fails, so nobody notices.
    ///
    /// These are found:
    ///
    /// - a trigger whose function raises an error is dropped or switched off, by itself, with its function, or
    ///   since the function no longer raises one;
    /// - row level security of a table is switched off, or no longer holds for its owner;
    /// - a restrictive policy is dropped: one that takes rows away from those that others let pass;
    /// - a policy lets all rows pass from then on, `USING (true)` or what comes to the same: it is altered so, or
    ///   added to others, which PostgreSQL combines with `OR`;
    /// - a role gets a privilege on a table that an earlier migration revoked from it;
    /// - a function that ran with the rights of its caller becomes `SECURITY DEFINER`, and everybody may call it.
    ///
    /// What the same migration puts in its place is no finding: another trigger that raises an error for the
    /// same events, another restrictive policy, `REVOKE` after a wide `GRANT`.
    ///
    /// ## Instead
    ///
    /// Keep it, or replace it in the same migration. If it is not needed any more, say why with `--
    /// Loosens: reason` in the header: reports show it to the reviewer.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// CREATE TABLE IF NOT EXISTS decisions (decision_id uuid PRIMARY KEY);
    /// CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    /// BEGIN
    ///     RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    /// END;
    /// $$;
    /// CREATE OR REPLACE TRIGGER decisions_refuse_change
    ///     BEFORE UPDATE OR DELETE ON decisions
    ///     FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    /// -- next migration
    /// DROP TRIGGER IF EXISTS decisions_refuse_change ON decisions;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// CREATE TABLE IF NOT EXISTS decisions (decision_id uuid PRIMARY KEY);
    /// CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    /// BEGIN
    ///     RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    /// END;
    /// $$;
    /// CREATE OR REPLACE TRIGGER decisions_refuse_change
    ///     BEFORE UPDATE OR DELETE ON decisions
    ///     FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    /// -- next migration
    /// DROP TRIGGER IF EXISTS decisions_refuse_change ON decisions;
    /// CREATE TRIGGER decisions_refuse_change
    ///     BEFORE UPDATE OR DELETE OR TRUNCATE ON decisions
    ///     FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    /// ```
    ///
    /// ```sql
    /// -- Loosens: notes are public since release 12, so every role may read them
    /// ALTER TABLE notes DISABLE ROW LEVEL SECURITY;
    /// ```
    ///
    /// ## See also
    ///
    /// [row-security](row-security.md), [triggers-off](triggers-off.md), [drop-in-use](drop-in-use.md).
    "guard-removed", Guards, Error, Check::Statement(check)
}

const INSTEAD: &str = "put another one in its place in the same migration; or say why none is needed with `-- Loosens: reason` in the header";

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    let Some(sql) = &statement.sql else { return };
    match sql {
        ast::Stmt::AlterTable(alter) => switched_off(statement, alter, context, found),
        ast::Stmt::CreateFunction(create) => no_longer_raises(statement, create, context, found),
        ast::Stmt::CreatePolicy(create) => added_policy(statement, create, context, found),
        ast::Stmt::AlterPolicy(alter) => altered_policy(statement, alter, context, found),
        ast::Stmt::Grant(_) => granted(statement, sql, context, found),
        _ => dropped(statement, sql, context, found),
    }
    if let Some(name) = context.security_changes(sql, true) {
        found.add(
            words_of_security(statement, sql),
            format!("`{name}` runs with the rights of its owner from then on"),
            "everybody may call it, and does there what only its owner was allowed to",
            "write `REVOKE EXECUTE … FROM PUBLIC` in the same migration, and grant it to those who need it; or say why with `-- Loosens: reason` in the header",
        );
        found.unless_still_refused(vec![(name, Guard::Callers)]);
    }
}

/// `SECURITY DEFINER`, or the first words.
fn words_of_security(statement: &Statement<'_>, sql: &ast::Stmt) -> Range<usize> {
    let option = tree::first::<ast::SecurityDefinerFuncOption>(sql.syntax());
    option.map_or_else(|| statement.head(2), |option| statement.range_of(&option))
}

/// Triggers and row level security that are switched off.
fn switched_off(
    statement: &Statement<'_>,
    alter: &ast::AlterTable,
    context: &Context<'_>,
    found: &mut Found<'_>,
) {
    use ast::AlterTableAction as A;
    let Some(table) = ObjectName::of(alter.table_relation_name()) else {
        return;
    };
    if !context.existed(&table) {
        return;
    }
    let known = context.catalog.relation(&table);
    for action in alter.actions() {
        let target = match &action {
            A::DisableRls(_) | A::NoForceRls(_) => {
                let is_off = known.is_some_and(|known| !known.row_security);
                if is_off && !context.catalog.has_gaps {
                    continue;
                }
                let (guard, how) = match action {
                    A::DisableRls(_) => (Guard::RowSecurity, "is switched off"),
                    _ => (Guard::ForcedRowSecurity, "no longer holds for its owner"),
                };
                found.add(
                    statement.range_of(&action),
                    format!("row level security of `{table}` {how}"),
                    "roles with a grant see and change all rows from then on, those of others included",
                    "keep it, and add a policy for the rows that somebody misses; or say why all may be seen with `-- Loosens: reason` in the header",
                );
                found.unless_still_refused(vec![(table.clone(), guard)]);
                continue;
            }
            A::DisableTrigger(a) => a.trigger_target(),
            A::EnableReplicaTrigger(a) => a.trigger_ref().map(ast::TriggerTarget::TriggerRef),
            _ => continue,
        };
        let name = match target {
            Some(ast::TriggerTarget::TriggerRef(name)) => name_of(Some(name)),
            _ => None,
        };
        for trigger in known.into_iter().flat_map(|t| context.catalog.refusing(t)) {
            if name.as_ref().is_none_or(|name| trigger.name == *name) {
                let guards = vec![(table.clone(), trigger.clone())];
                lost(
                    statement.range_of(&action),
                    "is switched off",
                    guards,
                    found,
                );
            }
        }
    }
}

/// Triggers and policies that are dropped.
fn dropped(
    statement: &Statement<'_>,
    sql: &ast::Stmt,
    context: &Context<'_>,
    found: &mut Found<'_>,
) {
    use ObjectKind as K;
    for dropped in Dropped::of(sql) {
        for object in &dropped.objects {
            let table = object.on.as_ref().filter(|table| context.existed(table));
            let known = table.and_then(|table| context.catalog.resolve(table));
            match (dropped.kind, known) {
                (K::Trigger, Some((table, known))) => {
                    let mut refusing = context.catalog.refusing(known);
                    if let Some(trigger) = refusing.find(|t| t.name == object.name.name) {
                        let guards = vec![(table.clone(), trigger.clone())];
                        lost(dropped.words(statement), "is dropped", guards, found);
                    }
                }
                (K::Policy, Some((table, known))) => {
                    let name = &object.name.name;
                    let mut policies = known.policies.iter();
                    if policies.any(|policy| policy.name == *name && policy.is_restrictive) {
                        found.add(
                            dropped.words(statement),
                            format!("the restrictive policy `{name}` of `{table}` is dropped"),
                            "the rows that it took away can be seen and changed from then on",
                            INSTEAD,
                        );
                        found.unless_still_refused(vec![(table.clone(), Guard::Policy)]);
                    }
                }
                (K::Function | K::Routine, _) if dropped.cascades => {
                    let guards = called_by(&object.name, context);
                    lost(
                        dropped.words(statement),
                        "is dropped with its function",
                        guards,
                        found,
                    );
                }
                _ => {}
            }
        }
    }
}

/// A policy that lets all rows pass, where others are.
fn added_policy(
    statement: &Statement<'_>,
    create: &ast::CreatePolicy,
    context: &Context<'_>,
    found: &mut Found<'_>,
) {
    let (using, check) = (create.using_expr_clause(), create.with_check_expr_clause());
    let table = ObjectName::of(create.on_table()).filter(|table| context.existed(table));
    let known = table.and_then(|table| context.catalog.resolve(&table));
    let Some((table, known)) = known else { return };
    if passes_all(using, check, &|column| context.is_not_null(table, column))
        && let Some(policy) = context.catalog.opens(known, create)
    {
        all_pass(statement, &policy.name, table, found);
    }
}

/// A policy that is changed so.
fn altered_policy(
    statement: &Statement<'_>,
    alter: &ast::AlterPolicy,
    context: &Context<'_>,
    found: &mut Found<'_>,
) {
    let Some(ast::AlterPolicyAction::AlterPolicyTo(to)) = alter.action() else {
        return;
    };
    let table = ObjectName::of(alter.on_table()).filter(|table| context.existed(table));
    let (Some(table), Some(name)) = (table, name_of(alter.policy_ref())) else {
        return;
    };
    let known = context.catalog.relation(&table);
    let mut policies = known.into_iter().flat_map(|known| &known.policies);
    let passed_all = policies.any(|policy| policy.name == name && policy.passes_all);
    let is_not_null = |column: &str| context.is_not_null(&table, column);
    let (using, check) = (to.using_expr_clause(), to.with_check_expr_clause());
    let opens = passes_all(using, None, &is_not_null) || passes_all(None, check, &is_not_null);
    if opens && !passed_all {
        all_pass(statement, &name, &table, found);
    }
}

fn all_pass(statement: &Statement<'_>, policy: &str, table: &ObjectName, found: &mut Found<'_>) {
    found.add(
        statement.head(3),
        format!("the policy `{policy}` of `{table}` lets all rows pass"),
        "its condition is true whatever the row, so that rows can be seen or changed from then on that were kept back",
        "write a condition that only the rows meet that are meant, or limit it by a restrictive policy; or say why all may pass with `-- Loosens: reason` in the header",
    );
    found.unless_still_refused(vec![(table.clone(), Guard::Policy)]);
}

/// A trigger's function that raised an error so far.
fn no_longer_raises(
    statement: &Statement<'_>,
    create: &ast::CreateFunction,
    context: &Context<'_>,
    found: &mut Found<'_>,
) {
    let plpgsql = create.plpgsql().is_some();
    if let Some(name) = ObjectName::of(create.name()).filter(|_| plpgsql && !raises(create)) {
        let words = match create.name() {
            Some(name) => statement.up_to(name.syntax()),
            None => statement.head(2),
        };
        let guards = called_by(&name, context);
        lost(words, "no longer refuses anything", guards, found);
    }
}

/// The triggers on tables in use by which a function raises an error.
fn called_by(function: &ObjectName, context: &Context<'_>) -> Vec<(ObjectName, Trigger)> {
    let function = function.key();
    let tables = context
        .catalog
        .all()
        .filter(|(table, _)| context.existed(table));
    let mut guards: Vec<(ObjectName, Trigger)> = tables
        .flat_map(|(table, known)| {
            let refusing = context.catalog.refusing(known);
            let own = refusing.filter(|trigger| trigger.function == function);
            own.map(|trigger| (table.clone(), trigger.clone()))
        })
        .collect();
    guards.sort_by(|(a, _), (b, _)| a.cmp(b));
    guards
}

/// Adds a finding of triggers of which nothing is left.
fn lost(range: Range<usize>, how: &str, guards: Vec<(ObjectName, Trigger)>, found: &mut Found<'_>) {
    let Some((_, first)) = guards.first() else {
        return;
    };
    let names: Vec<String> = guards
        .iter()
        .map(|(table, trigger)| format!("`{}` of `{table}`", trigger.name))
        .collect();
    let (triggers, they) = match names.as_slice() {
        [_] => ("the trigger", how.to_owned()),
        _ => ("the triggers", plural(how)),
    };
    let events: Vec<String> = guards.iter().fold(Vec::new(), |mut events, (_, trigger)| {
        let new = trigger.events.iter().map(|event| format!("`{event}`"));
        events.extend(
            new.filter(|event| !events.contains(event))
                .collect::<Vec<_>>(),
        );
        events
    });
    found.add(
        range,
        format!("{triggers} {} {they}", list(&names)),
        format!(
            "`{}` raises errors on {} there; what it refused is allowed from then on",
            first.function,
            list(&events)
        ),
        INSTEAD,
    );
    let guards = guards.into_iter();
    found.unless_still_refused(guards.map(|(t, g)| (t, Guard::Trigger(g))).collect());
}

fn plural(how: &str) -> String {
    match how.strip_prefix("is ") {
        Some(rest) => format!("are {}", rest.replace("its", "their")),
        None => how.replace("refuses", "refuse"),
    }
}

/// `a, b and c`.
fn list(words: &[String]) -> String {
    match words {
        [before @ .., last] if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        _ => words.concat(),
    }
}

/// Privileges that an earlier migration took away.
fn granted(
    statement: &Statement<'_>,
    sql: &ast::Stmt,
    context: &Context<'_>,
    found: &mut Found<'_>,
) {
    let Some(grant) = TablePrivileges::of(sql) else {
        return;
    };
    for table in context.catalog.tables_of(&grant, statement) {
        let Some((table, known)) = context.catalog.resolve(&table) else {
            continue;
        };
        for role in &grant.roles {
            let catalog = &context.catalog;
            let back = catalog.revoked_before(known, role, &grant.privileges);
            if back.is_empty() {
                continue;
            }
            let words: Vec<String> = back.iter().map(|word| format!("`{word}`")).collect();
            found.add(
                statement.head(2),
                format!("`{role}` is granted {} on `{table}`", list(&words)),
                "an earlier migration revoked that from the role",
                "grant what the role needs besides; or say why it may do this now with `-- Loosens: reason` in the header",
            );
            let guard = Guard::Revoked(role.clone(), back);
            found.unless_still_refused(vec![(table.clone(), guard)]);
        }
    }
}
