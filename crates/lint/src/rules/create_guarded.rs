//! The rule `create-guarded`.

use crate::context::Context;
use crate::finding::Found;
use crate::object::{Created, Expected, ObjectKind, Remedy};
use crate::syntax::{Place, Statement};

rule! {
    /// `CREATE TYPE`, `DOMAIN`, `POLICY`, `ROLE` and similar statements without a guard.
    ///
    /// ## Why it hurts
    ///
    /// These have neither `IF NOT EXISTS` nor `OR REPLACE`. If the migration runs again, they fail
    /// with `already exists` (42710, 42723, 23505), and so does the migration.
    ///
    /// ## Instead
    ///
    /// For a policy, write `DROP POLICY IF EXISTS … ON …;` before it. A type or domain may have
    /// columns, so it must not be dropped: use a `DO` block that looks it up in the catalog, or
    /// that catches the specific condition. `WHEN OTHERS` is not a guard: it hides every other
    /// error too.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// CREATE TYPE mood AS ENUM ('sad', 'glad');
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// DO $$
    /// BEGIN
    ///     CREATE TYPE mood AS ENUM ('sad', 'glad');
    /// EXCEPTION
    ///     WHEN duplicate_object THEN NULL;
    /// END
    /// $$;
    /// ```
    ///
    /// ```sql
    /// DO $$
    /// BEGIN
    ///     IF to_regtype('public.mood') IS NULL THEN
    ///         CREATE TYPE mood AS ENUM ('sad', 'glad');
    ///     END IF;
    /// END
    /// $$;
    ///
    /// DROP POLICY IF EXISTS users_own ON users;
    /// CREATE POLICY users_own ON users USING (true);
    /// ```
    ///
    /// ## See also
    ///
    /// The PostgreSQL manual, "PL/pgSQL", section "Trapping Errors", and the appendix "PostgreSQL
    /// Error Codes".
    "create-guarded", Idempotency, Error, Check::Statement(check)
}

/// What is dropped and made again without harm.
const REMADE: [ObjectKind; 6] = [
    ObjectKind::Policy,
    ObjectKind::Cast,
    ObjectKind::Operator,
    ObjectKind::Conversion,
    ObjectKind::EventTrigger,
    ObjectKind::OperatorClass,
];

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    let Some(created) = Created::of(statement) else {
        return;
    };
    let kind = created.kind;
    let (Remedy::Guard, Some(object)) = (kind.remedy(), &created.object) else {
        return;
    };
    if context.file.again.allows(&created, statement) {
        return;
    }
    let condition = kind.duplicate().name();
    let inner = format!(
        "BEGIN CREATE {} {} …; EXCEPTION WHEN {condition} THEN NULL; END",
        kind.words(),
        object.written()
    );
    let instead = match (kind, statement.place) {
        (ObjectKind::Tablespace, _) => {
            "create it outside of migrations: it belongs to the server, and cannot be created in a transaction or a `DO` block".to_owned()
        }
        (ObjectKind::Policy, _) => format!("write `{}` before it", object.drop_if_exists()),
        (kind, place) => {
            let block = match place {
                Place::Block => format!("write `{inner};`"),
                Place::Top | Place::Inside => format!("write `DO $$ {inner} $$;`"),
            };
            if REMADE.contains(&kind) {
                format!("{block}, or drop it with `IF EXISTS` before it")
            } else {
                block
            }
        }
    };
    found.add(
        created.words(statement),
        format!("{object} is created, but may already exist"),
        format!(
            "`CREATE {}` has no `IF NOT EXISTS`: {}",
            kind.words(),
            kind.duplicate().fails()
        ),
        instead,
    );
    found.if_second_run_meets(Expected::present(object));
}
