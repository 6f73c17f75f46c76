//! The rule `create-or-replace`.

use crate::context::Context;
use crate::finding::Found;
use crate::fix::Fix;
use crate::object::{Created, Expected, Object, ObjectKind, Remedy};
use crate::syntax::{Place, Statement};

rule! {
    /// `CREATE VIEW`, `FUNCTION`, `TRIGGER` and similar statements without `OR REPLACE`.
    ///
    /// ## Why it hurts
    ///
    /// If the migration runs again, the statement fails with `already exists` (42P07, 42723,
    /// 42710), and so does the migration.
    ///
    /// ## Instead
    ///
    /// `CREATE OR REPLACE` for `VIEW`, `FUNCTION`, `PROCEDURE`, `AGGREGATE`, `RULE`, `LANGUAGE` and
    /// `TRANSFORM`. Where the new definition cannot replace the old one (another return type, other
    /// columns of a view), write `DROP … IF EXISTS` before it.
    ///
    /// For a trigger, write `DROP TRIGGER IF EXISTS … ON …;` before it: `OR REPLACE` needs
    /// PostgreSQL 14, and a constraint trigger cannot be replaced.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// CREATE VIEW active_users AS SELECT id FROM users WHERE status = 'active';
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// CREATE OR REPLACE VIEW active_users AS SELECT id FROM users WHERE status = 'active';
    ///
    /// DROP TRIGGER IF EXISTS users_set_updated_at ON users;
    /// CREATE TRIGGER users_set_updated_at
    ///     BEFORE UPDATE ON users
    ///     FOR EACH ROW EXECUTE FUNCTION set_updated_at();
    /// ```
    ///
    /// ## See also
    ///
    /// The PostgreSQL manual on `CREATE VIEW`, `CREATE FUNCTION` and `CREATE TRIGGER`.
    "create-or-replace", Idempotency, Error, Check::Statement(check)
}

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    let Some(created) = Created::of(statement) else {
        return;
    };
    let kind = created.kind;
    let (Remedy::OrReplace, Some(object)) = (kind.remedy(), &created.object) else {
        return;
    };
    let words = created.words(statement);
    if created.is_constraint_trigger() && created.has_clause {
        found.add(
            words,
            format!("{object}: a constraint trigger cannot be replaced"),
            "the server rejects it with 0A000 (`feature_not_supported`)",
            format!(
                "write `{}` before it, and `CREATE CONSTRAINT TRIGGER`",
                object.drop_if_exists()
            ),
        );
        return;
    }
    if created.has_clause || context.file.again.allows(&created, statement) {
        return;
    }
    let why = kind.duplicate().fails();
    if kind == ObjectKind::Trigger {
        let drop = object.drop_if_exists();
        found.add_with_fix(
            words,
            format!("{object} is created, but may already exist"),
            why,
            format!("write `{drop}` before it"),
            drop_before(statement, object),
        );
        found.if_second_run_meets(Expected::present(object));
        return;
    }
    // A view is replaced only by one with the same columns and more: not mechanical.
    let fix = created
        .first_word()
        .filter(|_| kind != ObjectKind::View)
        .and_then(|word| statement.insert_after(&word, " OR REPLACE"));
    found.add_with_fix(
        words,
        format!("`CREATE {}` of `{}` without `OR REPLACE`", kind.words(), object.written()),
        why,
        format!(
            "write `CREATE OR REPLACE {}`; if the existing one cannot be replaced, write `DROP {} IF EXISTS` before it",
            kind.words(), kind.words()
        ),
        fix,
    );
    found.if_second_run_meets(Expected::present(object));
}

/// `DROP … IF EXISTS` on a line of its own, before a statement that stands in the file as it is.
fn drop_before(statement: &Statement<'_>, object: &Object) -> Option<Fix> {
    let at = statement.range.start;
    (statement.place == Place::Top)
        .then(|| Fix::replace(at..at, format!("{}\n", object.drop_if_exists())))
}
