//! The rule `validate-separately`.

use jubilee_core::TransactionMode;
use squawk_syntax::ast::{self, AstNode};

use crate::context::Context;
use crate::facts::Unvalidated;
use crate::finding::Found;
use crate::locks::{LockMode, lock_of_action};
use crate::syntax::{AlterTable, ObjectName, Statement, name_in, name_of, words_of};

rule! {
    /// `VALIDATE CONSTRAINT` in the transaction that added the constraint `NOT VALID`.
    ///
    /// ## Why it hurts
    ///
    /// A lock is held until the transaction ends. `ADD CONSTRAINT … NOT VALID` takes a strong one,
    /// normally for a moment. If the constraint is validated in the same migration, the table stays
    /// locked while every row is read, which is what `NOT VALID` should avoid.
    ///
    /// ## Instead
    ///
    /// Validate it in the next migration. That takes SHARE UPDATE EXCLUSIVE, which allows reads and
    /// writes. A constraint that is valid already is not checked again, so the statement is safe to
    /// repeat.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// DO $$
    /// BEGIN
    ///     ALTER TABLE users ADD CONSTRAINT users_age_check CHECK (age >= 0) NOT VALID;
    /// EXCEPTION
    ///     WHEN duplicate_object THEN NULL;
    /// END;
    /// $$;
    /// ALTER TABLE users VALIDATE CONSTRAINT users_age_check;
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
    /// squawk's `constraint-missing-not-valid` finds these where both statements are at the top
    /// level. It does not look into `DO` blocks, where the constraint is usually added.
    ///
    /// ## See also
    ///
    /// PostgreSQL manual: ALTER TABLE, `VALIDATE CONSTRAINT`.
    "validate-separately", Locks, Error, Check::Statement(check)
}

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    if context.mode == TransactionMode::None {
        return;
    }
    let Some(alter) = context.alter_in_use(statement) else {
        return;
    };
    let AlterTable {
        table,
        written,
        actions,
    } = alter;
    together(&actions, &table, &written, statement, found);
    let validated = actions.into_iter().filter_map(|action| match action {
        ast::AlterTableAction::ValidateConstraint(validate) => Some(validate),
        _ => None,
    });
    for validate in validated {
        let Some(constraint) = validate.constraint_name_ref() else {
            continue;
        };
        let Some(name) = name_in(&constraint) else {
            continue;
        };
        let earlier = context.schema.relations.get(&table);
        let known = earlier.is_some_and(|earlier| earlier.has_constraint(&name));
        let here = Unvalidated::of(statement);
        let added = here
            .find(&table, &name)
            .or_else(|| context.file.unvalidated.find(&table, &name));
        let Some(added) = added.filter(|_| !known) else {
            continue;
        };
        found.add(
            statement.range_of_node(validate.syntax()),
            format!("`VALIDATE CONSTRAINT {name}` in the migration that adds it to `{table}`"),
            format!(
                "adding it {}; the lock is held until the migration commits, and so while every row is checked",
                added.lock.taken_on(&table)
            ),
            format!(
                "move it into the next migration: `ALTER TABLE {written} VALIDATE CONSTRAINT {}`",
                words_of(&constraint)
            ),
        );
    }
}

/// `VALIDATE` beside an action that takes a stronger lock: one `ALTER TABLE` takes the strongest lock
/// of all its actions, and reads the rows under it.
fn together(
    actions: &[ast::AlterTableAction],
    table: &ObjectName,
    written: &str,
    statement: &Statement<'_>,
    found: &mut Found<'_>,
) {
    let validate = actions.iter().find_map(|action| match action {
        ast::AlterTableAction::ValidateConstraint(validate) => Some(validate),
        _ => None,
    });
    let Some(validate) = validate else { return };
    let name = name_of(validate.constraint_name_ref());
    let adds_it = actions.iter().any(|action| match action {
        ast::AlterTableAction::AddConstraint(add) => {
            let added = add.constraint().and_then(|c| c.constraint_name());
            name_of(added) == name
        }
        _ => false,
    });
    let others = actions
        .iter()
        .map(|action| lock_of_action(table, action).mode)
        .max();
    let Some(mode) = others.filter(|mode| *mode > LockMode::ShareUpdateExclusive && !adds_it)
    else {
        return;
    };
    found.add(
        statement.range_of_node(validate.syntax()),
        format!("`VALIDATE CONSTRAINT` of `{table}` together with another action"),
        format!(
            "the statement takes the strongest lock of its actions: it {}, while every row is checked",
            mode.taken_on(table)
        ),
        format!("write `ALTER TABLE {written} VALIDATE CONSTRAINT …` in a migration of its own"),
    );
}
