//! The rule `check-not-valid`.

use squawk_syntax::ast::{self, AstNode};

use crate::context::Context;
use crate::facts::Space;
use crate::finding::Found;
use crate::locks::LockMode;
use crate::syntax::{AlterTable, ObjectName, Statement, name_of, spares_rows, words_of};

rule! {
    /// A `CHECK` or `NOT NULL` constraint on a table in use that is checked for all its rows at
    /// once.
    ///
    /// ## Why it hurts
    ///
    /// `ADD CONSTRAINT` takes ACCESS EXCLUSIVE on the table. Nobody can read or write it while
    /// PostgreSQL reads every row. A `CHECK` that is added with a new column reads all rows too, even
    /// though the column is empty. A constraint of a domain reads every table that has a column of
    /// the domain, under SHARE, which blocks writes.
    ///
    /// ## Instead
    ///
    /// Add the constraint `NOT VALID`: it holds for new rows from now on, and the lock is held for
    /// a moment only. A later migration runs `VALIDATE CONSTRAINT`, which reads the rows under
    /// SHARE UPDATE EXCLUSIVE, which allows reads and writes.
    ///
    /// `ADD COLUMN` cannot take `NOT VALID`: add the column without its check, and the check as a
    /// constraint of its own.
    ///
    /// For a domain, `VALIDATE CONSTRAINT` takes SHARE too. Alone in a migration it holds no other
    /// lock meanwhile, and can run at a time of low traffic.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// DO $$
    /// BEGIN
    ///     ALTER TABLE users ADD CONSTRAINT users_age_check CHECK (age >= 0);
    /// EXCEPTION
    ///     WHEN duplicate_object THEN NULL;
    /// END;
    /// $$;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// DO $$
    /// BEGIN
    ///     ALTER TABLE users ADD CONSTRAINT users_age_check CHECK (age >= 0) NOT VALID;
    /// EXCEPTION
    ///     WHEN duplicate_object THEN NULL;
    /// END;
    /// $$;
    /// -- next migration
    /// ALTER TABLE users VALIDATE CONSTRAINT users_age_check;
    /// ```
    ///
    /// ## Other tools
    ///
    /// squawk's `constraint-missing-not-valid` finds constraints of tables. It does not look into
    /// `DO` blocks, and finds neither checks of new columns nor those of domains.
    ///
    /// ## See also
    ///
    /// PostgreSQL manual: ALTER TABLE, `ADD table_constraint [ NOT VALID ]` and "Notes"; ALTER
    /// DOMAIN.
    "check-not-valid", Locks, Error, Check::Statement(check)
}

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    match &statement.sql {
        Some(ast::Stmt::AlterTable(_)) => check_table(statement, context, found),
        Some(ast::Stmt::AlterDomain(alter)) => check_domain(statement, alter, context, found),
        _ => {}
    }
}

fn check_table(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    let Some(alter) = context.alter_in_use(statement) else {
        return;
    };
    let AlterTable { table, written, .. } = &alter;
    for added in alter.added_constraints() {
        let kind = match &added.constraint {
            ast::Constraint::CheckConstraint(_) => "CHECK",
            ast::Constraint::NotNullConstraint(not_null) if added.column.is_none() => {
                let column = name_of(not_null.column_name_ref());
                let proved = column.zip(context.relation(table));
                if proved.is_some_and(|(column, known)| known.proves_not_null(&column, &[])) {
                    continue;
                }
                "NOT NULL"
            }
            _ => continue,
        };
        if spares_rows(&added.constraint) {
            continue;
        }
        let node = added.constraint.syntax();
        let named = name_or_gap(&added.constraint);
        let validate = format!("`ALTER TABLE {written} VALIDATE CONSTRAINT {named}`");
        let (what, instead, fix) = match &added.column {
            None => (
                format!("`{kind}` constraint on `{table}` without `NOT VALID`"),
                format!("add `NOT VALID` here, and in a later migration run {validate}"),
                node.last_token()
                    .and_then(|token| statement.insert_after(&token, " NOT VALID")),
            ),
            Some(column) => {
                let column = column.column_name().map_or_else(String::new, |n| n.text());
                let name = match named.as_str() {
                    "…" => format!("{}_{column}_check", table.name),
                    named => named.to_owned(),
                };
                let expr = match &added.constraint {
                    ast::Constraint::CheckConstraint(check) => check.expr(),
                    _ => None,
                };
                let expr = expr.map_or_else(String::new, |expr| words_of(&expr));
                (
                    format!("`CHECK` with the new column `{column}` of `{table}`"),
                    format!(
                        "add the column without its check, then `ALTER TABLE {written} ADD CONSTRAINT {name} CHECK ({expr}) NOT VALID`, and in a later migration run `ALTER TABLE {written} VALIDATE CONSTRAINT {name}`"
                    ),
                    None,
                )
            }
        };
        found.add_with_fix(
            statement.range_of_node(node),
            what,
            LockMode::AccessExclusive.held_on(table, "while every row is checked"),
            instead,
            fix,
        );
    }
}

fn check_domain(
    statement: &Statement<'_>,
    alter: &ast::AlterDomain,
    context: &Context<'_>,
    found: &mut Found<'_>,
) {
    let Some(ast::AlterDomainAction::AddConstraint(add)) = alter.action() else {
        return;
    };
    let domain = ObjectName::of(alter.domain_ref());
    let (Some(domain), Some(constraint)) = (domain, add.constraint()) else {
        return;
    };
    let is_check = matches!(constraint, ast::Constraint::CheckConstraint(_));
    if context.file.made.has(Space::Type, &domain) || constraint.is_not_valid() || !is_check {
        return;
    }
    let name = name_or_gap(&constraint);
    let node = constraint.syntax();
    found.add_with_fix(
        statement.range_of_node(node),
        format!("`CHECK` constraint on the domain `{domain}` without `NOT VALID`"),
        format!(
            "takes {} on every table with a column of the domain, which blocks every write to them, while every row is checked",
            LockMode::Share
        ),
        format!(
            "add `NOT VALID` here, which locks no table, and in a later migration, at a time of low traffic, run `ALTER DOMAIN {domain} VALIDATE CONSTRAINT {name}`"
        ),
        node.last_token()
            .and_then(|token| statement.insert_after(&token, " NOT VALID")),
    );
}

/// The constraint's name; `…` where the server makes one.
fn name_or_gap(constraint: &ast::Constraint) -> String {
    let name = constraint.constraint_name();
    name.map_or_else(|| "…".to_owned(), |name| words_of(&name))
}
