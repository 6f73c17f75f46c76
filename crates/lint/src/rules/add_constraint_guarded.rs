//! The rule `add-constraint-guarded`.

use squawk_syntax::ast::{self, AstNode};

use crate::context::Context;
use crate::finding::Found;
use crate::object::{Created, Expected, Object, ObjectKind, SqlState};
use crate::syntax::{Lookup, ObjectName, Place, Statement, tree};

rule! {
    /// `ADD CONSTRAINT` without a guard, or without a name.
    ///
    /// ## Why it hurts
    ///
    /// There is no `ADD CONSTRAINT IF NOT EXISTS`. If the migration runs again, the statement
    /// fails: with 42710 (`duplicate_object`) for `CHECK` and `FOREIGN KEY`, with 42P07
    /// (`duplicate_table`) for `UNIQUE` and `EXCLUDE`, whose index has the same name, and with
    /// 42P16 (`invalid_table_definition`) for a second `PRIMARY KEY`. Without a name it does not
    /// even fail: a second run adds the same constraint again under another name.
    ///
    /// ## Instead
    ///
    /// Name it, and look it up in `pg_constraint` first; or drop it with `IF EXISTS` before, at the
    /// cost of checking all rows again.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// ALTER TABLE users ADD CONSTRAINT users_age_check CHECK (age > 0) NOT VALID;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// DO $$
    /// BEGIN
    ///     IF NOT EXISTS (
    ///         SELECT 1 FROM pg_catalog.pg_constraint
    ///         WHERE conname = 'users_age_check' AND conrelid = 'users'::regclass
    ///     ) THEN
    ///         ALTER TABLE users ADD CONSTRAINT users_age_check CHECK (age > 0) NOT VALID;
    ///     END IF;
    /// END
    /// $$;
    /// ```
    ///
    /// ## Other tools
    ///
    /// squawk's `prefer-robust-stmts` treats it as safe in a transaction, and after a `DROP
    /// CONSTRAINT` of that name on any table.
    ///
    /// ## See also
    ///
    /// The PostgreSQL manual on `ALTER TABLE`, and on the catalog `pg_constraint`.
    "add-constraint-guarded", Idempotency, Error, Check::Statement(check)
}

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    let Some(sql) = &statement.sql else { return };
    for added in Created::added(sql) {
        if added.kind != ObjectKind::Constraint {
            continue;
        }
        let constraint = ast::AddConstraint::cast(added.node.clone());
        let Some(constraint) = constraint.and_then(|added| added.constraint()) else {
            continue;
        };
        match &added.object {
            Some(object) => {
                let Some(again) = failure(&constraint, object) else {
                    continue;
                };
                if !is_safe(object, again, statement, context) {
                    report(object, again, &added, statement, found);
                }
            }
            None => nameless(sql, &constraint, statement, context, found),
        }
    }
}

/// How a second run fails; `None` where the server sees that the constraint is there.
fn failure(constraint: &ast::Constraint, object: &Object) -> Option<SqlState> {
    use ast::Constraint as C;
    let index = match constraint {
        C::UniqueConstraint(unique) => unique.using_index(),
        C::PrimaryKeyConstraint(primary) => primary.using_index(),
        _ => None,
    };
    Some(match (constraint, ObjectName::of(index)) {
        // The index took the constraint's name in the first run.
        (_, Some(index)) if index.name == object.name.name => {
            SqlState::OBJECT_NOT_IN_PREREQUISITE_STATE
        }
        (_, Some(_)) => SqlState::UNDEFINED_OBJECT,
        (C::UniqueConstraint(_) | C::ExcludeConstraint(_), None) => SqlState::DUPLICATE_TABLE,
        (C::PrimaryKeyConstraint(_), None) => SqlState::INVALID_TABLE_DEFINITION,
        (C::NotNullConstraint(_), None) => return None,
        _ => SqlState::DUPLICATE_OBJECT,
    })
}

fn is_safe(
    object: &Object,
    again: SqlState,
    statement: &Statement<'_>,
    context: &Context<'_>,
) -> bool {
    let at = &statement.range;
    // An index of the constraint's name is as good a sign as the constraint.
    let index = Lookup {
        name: Some(&object.name),
        on: None,
        catalogs: &["pg_class", "pg_indexes", "to_regclass"],
        caught: again.names(),
    };
    let has_index = again != SqlState::DUPLICATE_OBJECT;
    statement
        .guard(false, &object.lookup(again.names()))
        .is_some()
        || (has_index && statement.guard(false, &index).is_some())
        || context.file.again.dropped(object, at)
        || object.is_dropped_with(statement)
        || object
            .on
            .as_ref()
            .is_some_and(|on| context.file.again.is_made_anew(on, at))
}

fn report(
    object: &Object,
    again: SqlState,
    added: &Created,
    statement: &Statement<'_>,
    found: &mut Found<'_>,
) {
    let on = object.table().unwrap_or_default();
    let is_domain = matches!(statement.sql, Some(ast::Stmt::AlterDomain(_)));
    let (column, cast) = if is_domain {
        ("contypid", "regtype")
    } else {
        ("conrelid", "regclass")
    };
    let check = format!(
        "IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_constraint WHERE conname = '{}' AND {column} = '{}'::{cast}) THEN … END IF",
        object.name.name.replace('\'', "''"),
        on.replace('\'', "''"),
    );
    let instead = if statement.place == Place::Block {
        format!("put it into `{check};`")
    } else {
        format!("write `DO $$ BEGIN {check}; END $$;` around it")
    };
    let whole = statement.range_of_node(&added.node);
    let name = tree::first::<ast::ConstraintName>(&added.node);
    let end = name.map_or(whole.end, |name| statement.range_of(&name).end);
    found.add(
        whole.start..end.max(whole.start),
        format!(
            "`{}` is added to `{on}`, where it may already exist",
            object.written()
        ),
        format!("`ADD CONSTRAINT` has no `IF NOT EXISTS`: {}", again.fails()),
        instead,
    );
    found.if_second_run_meets(Expected::present(object));
}

/// A constraint that the server gives a name.
fn nameless(
    sql: &ast::Stmt,
    constraint: &ast::Constraint,
    statement: &Statement<'_>,
    context: &Context<'_>,
    found: &mut Found<'_>,
) {
    let Some(on) = ObjectName::below(sql) else {
        return;
    };
    let (words, ending, twice) = match constraint {
        ast::Constraint::CheckConstraint(_) => ("CHECK", "check", true),
        ast::Constraint::UniqueConstraint(_) => ("UNIQUE", "key", true),
        ast::Constraint::ExcludeConstraint(_) => ("EXCLUDE", "excl", true),
        ast::Constraint::ForeignKeyConstraint(_) => ("FOREIGN KEY", "fkey", true),
        ast::Constraint::PrimaryKeyConstraint(_) => ("PRIMARY KEY", "pkey", false),
        _ => return,
    };
    let again = SqlState::INVALID_TABLE_DEFINITION;
    let catalogs = ["pg_constraint", "pg_index", "table_constraints"];
    let lookup = Lookup {
        name: Some(&on),
        on: None,
        catalogs: &catalogs,
        caught: if twice { &[] } else { again.names() },
    };
    if statement.guard(false, &lookup).is_some()
        || context.file.again.is_made_anew(&on, &statement.range)
    {
        return;
    }
    // Under the name that the server gives it, it may be dropped before, or have been.
    let generated = statement
        .new_constraints()
        .iter()
        .find(|new| new.node == *constraint.syntax())
        .and_then(|new| new.generated_names()?.next())
        .map(|name| {
            let name = ObjectName::new(None, &name);
            Object::named(ObjectKind::Constraint, name, Some(&on))
        });
    if generated.as_ref().is_some_and(|object| {
        context.file.again.dropped(object, &statement.range) || object.is_dropped_with(statement)
    }) {
        return;
    }
    let why = if twice {
        "the server generates another name in each run, so a second run adds the same constraint again".to_owned()
    } else {
        again.fails()
    };
    let place = statement.range_of(constraint);
    let end = place.start + words.len();
    found.add(
        place.start..end.min(place.end),
        format!("`{words}` is added to `{}` without a name", on.name),
        why,
        format!(
            "name it, `ADD CONSTRAINT {}_…_{ending} {words} …`, and add it only where `pg_catalog.pg_constraint` has no such name",
            on.name
        ),
    );
    if let Some(object) = generated {
        found.if_second_run_meets(Expected::present(&object));
    }
}
