//! The rule `sequence-value`.

use squawk_syntax::ast::{self, AstNode};

use crate::context::Context;
use crate::finding::Found;
use crate::syntax::{Call, ObjectName, Statement, name_of_call, tree};

rule! {
    /// A sequence whose value is set each time the migration runs.
    ///
    /// ## Why it hurts
    ///
    /// `setval('s', 100)` and `RESTART` reset the sequence to a fixed number. When the migration
    /// runs again, rows with the following numbers exist, and the next insert fails with 23505
    /// (`unique_violation`) or uses a number twice. `nextval` gives another number in each run.
    ///
    /// ## Instead
    ///
    /// Set the sequence from the rows: `setval('s', max(id))`. Leave `nextval` to the column's
    /// `DEFAULT`.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// SELECT setval('users_number_seq', 1000);
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// SELECT setval('users_number_seq', coalesce(max(number), 1000)) FROM users;
    /// ```
    ///
    /// ## See also
    ///
    /// The PostgreSQL manual, "Sequence Manipulation Functions".
    "sequence-value", Idempotency, Error, Check::Statement(check)
}

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    match &statement.sql {
        Some(ast::Stmt::AlterSequence(_) | ast::Stmt::AlterTable(_)) => {
            check_restart(statement, context, found);
        }
        None
        | Some(
            ast::Stmt::Select(_)
            | ast::Stmt::SelectInto(_)
            | ast::Stmt::CompoundSelect(_)
            | ast::Stmt::Values(_)
            | ast::Stmt::Update(_)
            | ast::Stmt::Call(_)
            | ast::Stmt::CreateTableAs(_),
        ) => check_calls(statement, context, found),
        _ => {}
    }
}

fn check_restart(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    let restart = statement.node.descendants().find_map(|node| {
        if ast::Restart::can_cast(node.kind()) || ast::OptionRestart::can_cast(node.kind()) {
            Some(node)
        } else {
            None
        }
    });
    let name = ObjectName::below_node(&statement.node);
    let (Some(restart), Some(name)) = (restart, name) else {
        return;
    };
    if is_safe(&name, statement, context) {
        return;
    }
    let (what, sequence) = if matches!(statement.sql, Some(ast::Stmt::AlterSequence(_))) {
        (
            format!("the sequence `{name}`"),
            format!("'{}'", name.sql()),
        )
    } else {
        (
            format!("the sequence of a column of `{name}`"),
            format!("pg_get_serial_sequence('{}', '…')", name.sql()),
        )
    };
    found.add(
        statement.range_of_node(&restart),
        format!("`RESTART` of {what}"),
        "each run resets the sequence, although the following numbers are in use by then",
        format!("set it from the rows: `SELECT setval({sequence}, max(…)) FROM …;`"),
    );
}

fn check_calls(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    for Call { name, range, expr } in statement.calls() {
        let moves = match name.name.as_str() {
            "setval" => !follows_rows(&expr),
            "nextval" => !is_filling(statement),
            _ => false,
        };
        if !moves {
            continue;
        }
        let sequence =
            tree::first::<ast::Literal>(expr.syntax()).and_then(|literal| literal.string_value());
        if sequence
            .as_ref()
            .is_some_and(|name| is_safe(&ObjectName::new(None, name), statement, context))
            || statement.facts().any(|fact| fact.is_of_catalog())
        {
            continue;
        }
        let of = sequence
            .as_ref()
            .map(|s| format!(" of `{s}`"))
            .unwrap_or_default();
        let (why, instead) = if name.name == "setval" {
            (
                "each run resets the sequence to the same number, although the following numbers are in use by then",
                format!(
                    "set it from the rows: `SELECT setval('{}', max(…)) FROM …;`",
                    sequence.as_deref().unwrap_or("…")
                ),
            )
        } else {
            (
                "each run uses another number",
                "leave it to the column's `DEFAULT`, or select in `WHERE` the rows that have none yet"
                    .to_owned(),
            )
        };
        found.add(
            range,
            format!("`{}`{of} is called when the migration runs", name.name),
            why,
            instead,
        );
    }
}

fn is_safe(name: &ObjectName, statement: &Statement<'_>, context: &Context<'_>) -> bool {
    context.file.again.is_made_anew(name, &statement.range)
        || statement.facts().any(|fact| fact.is_of_catalog())
}

/// Whether `setval` is given a number that is looked up in the rows.
fn follows_rows(call: &ast::CallExpr) -> bool {
    let mut inner = tree::all::<ast::CallExpr>(call.syntax());
    let by_max = inner.any(|inner| {
        name_of_call(&inner)
            .is_some_and(|name| ["max", "count", "greatest"].contains(&name.name.as_str()))
    });
    by_max
        || call
            .syntax()
            .descendants()
            .skip(1)
            .any(|node| ast::SelectVariant::can_cast(node.kind()))
}

/// Whether an `UPDATE` fills a column where it is empty.
fn is_filling(statement: &Statement<'_>) -> bool {
    let Some(ast::Stmt::Update(update)) = &statement.sql else {
        return false;
    };
    update
        .where_clause_or_current_of()
        .is_some_and(|clause| tree::lower(clause.syntax()).contains("is null"))
}
