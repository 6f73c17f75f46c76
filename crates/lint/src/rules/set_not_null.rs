//! The rule `set-not-null`.

use squawk_syntax::ast::{self, AstNode};

use crate::context::Context;
use crate::facts::Space;
use crate::finding::Found;
use crate::locks::LockMode;
use crate::syntax::{AlterTable, ObjectName, SqlType, Statement, is_null, name_in, words_of};

rule! {
    /// `NOT NULL` for a column of a table in use, without a check that rules out NULL.
    ///
    /// ## Why it hurts
    ///
    /// `SET NOT NULL` takes ACCESS EXCLUSIVE on the table. Nobody can read or write it while
    /// PostgreSQL looks for a NULL in every row. A new column that is `NOT NULL` and has no
    /// `DEFAULT` fails at once where the table has a row.
    ///
    /// ## Instead
    ///
    /// Add a check first, in three migrations:
    ///
    /// 1. `ADD CONSTRAINT … CHECK (column IS NOT NULL) NOT VALID`, which holds for new rows;
    /// 2. `VALIDATE CONSTRAINT`, which reads the rows without blocking reads and writes;
    /// 3. `SET NOT NULL`, which then reads nothing (since PostgreSQL 12), and `DROP CONSTRAINT`
    ///    after it. A single `ALTER TABLE` with both would drop the check first, and read.
    ///
    /// From PostgreSQL 18 on, `ADD CONSTRAINT … NOT NULL column NOT VALID` and `VALIDATE
    /// CONSTRAINT` do the same in two.
    ///
    /// A new column: give it a constant `DEFAULT`, which costs nothing; or add it without `NOT
    /// NULL`, fill it, and continue as above.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// ALTER TABLE users ALTER COLUMN email SET NOT NULL;
    /// ```
    ///
    /// ```sql
    /// ALTER TABLE users ADD COLUMN IF NOT EXISTS city text NOT NULL;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// DO $$
    /// BEGIN
    ///     ALTER TABLE users
    ///         ADD CONSTRAINT users_email_not_null CHECK (email IS NOT NULL) NOT VALID;
    /// EXCEPTION
    ///     WHEN duplicate_object THEN NULL;
    /// END;
    /// $$;
    /// -- next migration
    /// ALTER TABLE users VALIDATE CONSTRAINT users_email_not_null;
    /// -- next migration
    /// ALTER TABLE users ALTER COLUMN email SET NOT NULL;
    /// ALTER TABLE users DROP CONSTRAINT IF EXISTS users_email_not_null;
    /// ```
    ///
    /// ## Other tools
    ///
    /// squawk's `adding-not-nullable-field` and `adding-required-field` find these. They do not
    /// know what earlier migrations validated: they accept a `VALIDATE CONSTRAINT` of any
    /// constraint.
    ///
    /// ## See also
    ///
    /// PostgreSQL manual: ALTER TABLE, `SET NOT NULL`.
    "set-not-null", Locks, Error, Check::Statement(check)
}

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    if let Some(ast::Stmt::AlterDomain(alter)) = &statement.sql {
        return check_domain(statement, alter, context, found);
    }
    let Some(alter) = context.alter_in_use(statement) else {
        return;
    };
    for action in &alter.actions {
        match action {
            ast::AlterTableAction::AlterColumn(column) => {
                if let Some(ast::AlterColumnOption::SetNotNull(_)) = column.option() {
                    check_column(statement, context, &alter, column, found);
                }
            }
            ast::AlterTableAction::AddColumn(add) => {
                check_new_column(statement, &alter, add, found);
            }
            _ => {}
        }
    }
}

fn check_column(
    statement: &Statement<'_>,
    context: &Context<'_>,
    alter: &AlterTable,
    column: &ast::AlterColumn,
    found: &mut Found<'_>,
) {
    let Some(written_column) = column.column_name_ref() else {
        return;
    };
    let Some(name) = name_in(&written_column) else {
        return;
    };
    // PostgreSQL drops before it alters, in whatever order the actions are written.
    let dropped: Vec<String> = alter
        .actions
        .iter()
        .filter_map(|action| match action {
            ast::AlterTableAction::DropConstraint(drop) => name_in(&drop.constraint_name_ref()?),
            _ => None,
        })
        .collect();
    let known = context.relation(&alter.table);
    if known.is_some_and(|known| known.proves_not_null(&name, &dropped)) {
        return;
    }
    let AlterTable { table, written, .. } = alter;
    let written_column = words_of(&written_column);
    let check = format!("{}_{name}_not_null", table.name);
    found.add(
        statement.range_of_node(column.syntax()),
        format!("`SET NOT NULL` for `{name}` of `{table}` without a validated check"),
        LockMode::AccessExclusive.held_on(table, "while every row is checked for NULL"),
        format!(
            "first `ALTER TABLE {written} ADD CONSTRAINT {check} CHECK ({written_column} IS NOT NULL) NOT VALID`, in the next migration `ALTER TABLE {written} VALIDATE CONSTRAINT {check}`, and then this, which no longer reads the rows"
        ),
    );
}

fn check_new_column(
    statement: &Statement<'_>,
    alter: &AlterTable,
    add: &ast::AddColumn,
    found: &mut Found<'_>,
) {
    let mut not_null = None;
    for constraint in add.constraints() {
        match constraint {
            ast::Constraint::NotNullConstraint(constraint) => not_null = Some(constraint),
            ast::Constraint::DefaultConstraint(default)
                if !default.expr().is_some_and(|expr| is_null(&expr)) =>
            {
                return;
            }
            // What it generates is there for rows that exist, too.
            ast::Constraint::GeneratedConstraint(_) => return,
            _ => {}
        }
    }
    let serial = add
        .ty()
        .and_then(|ty| SqlType::of(&ty, None))
        .is_some_and(|ty| ty.is_serial());
    let (Some(not_null), Some(column)) = (not_null, add.column_name()) else {
        return;
    };
    if serial {
        return;
    }
    let AlterTable { table, written, .. } = alter;
    let name = column.text();
    let column = words_of(&column);
    let check = format!("{}_{name}_not_null", table.name);
    found.add(
        statement.range_of_node(not_null.syntax()),
        format!("new column `{name}` of `{table}` is `NOT NULL` and has no `DEFAULT`"),
        format!("fails with 23502 if `{table}` has a row, as in production"),
        format!(
            "give it a constant `DEFAULT`; or add it without `NOT NULL`, fill it, and then `ALTER TABLE {written} ADD CONSTRAINT {check} CHECK ({column} IS NOT NULL) NOT VALID`, `VALIDATE CONSTRAINT` and `SET NOT NULL`, each in a migration of its own"
        ),
    );
}

fn check_domain(
    statement: &Statement<'_>,
    alter: &ast::AlterDomain,
    context: &Context<'_>,
    found: &mut Found<'_>,
) {
    let action = alter.action();
    let node = match &action {
        Some(ast::AlterDomainAction::SetNotNull(set)) => set.syntax(),
        Some(ast::AlterDomainAction::AddConstraint(add)) => match add.constraint() {
            Some(ast::Constraint::NotNullConstraint(_)) => add.syntax(),
            _ => return,
        },
        _ => return,
    };
    let domain = ObjectName::of(alter.domain_ref());
    let Some(domain) = domain.filter(|domain| !context.file.made.has(Space::Type, domain)) else {
        return;
    };
    let check = format!("{}_not_null", domain.name);
    found.add(
        statement.range_of_node(node),
        format!("`NOT NULL` for the domain `{domain}`"),
        format!(
            "takes {} on every table with a column of the domain, which blocks every write to them, while every row is checked for NULL",
            LockMode::Share
        ),
        format!(
            "`ALTER DOMAIN {domain} ADD CONSTRAINT {check} CHECK (VALUE IS NOT NULL) NOT VALID`, which locks no table, and in a later migration, at a time of low traffic, `ALTER DOMAIN {domain} VALIDATE CONSTRAINT {check}`"
        ),
    );
}
