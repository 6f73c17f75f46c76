//! The rule `rename-guarded`.

use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::{self, AstNode};

use crate::context::Context;
use crate::finding::Found;
use crate::object::{Expected, Object, ObjectKind, Renamed, SqlState, last_of_kind, name_column};
use crate::syntax::{Lookup, ObjectName, Place, Statement, tree};

rule! {
    /// `RENAME` without a guard.
    ///
    /// ## Why it hurts
    ///
    /// If the migration runs again, nothing has the old name: the statement fails (42P01, 42703,
    /// 42704, 42883, 3F000; 22023 for a value of an enum), and so does the migration.
    ///
    /// ## Instead
    ///
    /// For a table, view, materialized view, index or sequence, `ALTER … IF EXISTS … RENAME TO`.
    /// Other objects have no `IF EXISTS` here: look up the old name in the catalog first. `ALTER
    /// TABLE IF EXISTS … RENAME COLUMN` is not a guard: it is about the table.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// ALTER TABLE users RENAME CONSTRAINT users_age_check TO users_years_check;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// DO $$
    /// BEGIN
    ///     IF EXISTS (
    ///         SELECT 1 FROM pg_catalog.pg_constraint
    ///         WHERE conname = 'users_age_check' AND conrelid = 'users'::regclass
    ///     ) THEN
    ///         ALTER TABLE users RENAME CONSTRAINT users_age_check TO users_years_check;
    ///     END IF;
    /// END
    /// $$;
    /// ```
    ///
    /// ## See also
    ///
    /// The PostgreSQL manual on `ALTER TABLE` and `ALTER TYPE`.
    "rename-guarded", Idempotency, Error, Check::Statement(check)
}

/// What is given another name.
struct Rename {
    /// What it is: `COLUMN`.
    what: &'static str,
    /// It under its old name; a value of a type is no object.
    object: Option<Object>,
    old: ObjectName,
    new: ObjectName,
    /// Where it belongs.
    on: Option<ObjectName>,
    catalogs: &'static [&'static str],
    again: SqlState,
    node: SyntaxNode,
    /// Whether `IF EXISTS` is about what is renamed.
    knows_if_exists: bool,
}

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    let Some(sql) = &statement.sql else { return };
    let Some(rename) = Rename::of(sql) else {
        return;
    };
    let if_exists = tree::child::<ast::IfExists>(sql.syntax()).is_some();
    if (rename.knows_if_exists && if_exists) || rename.is_safe(statement, context) {
        return;
    }
    let what = match &rename.on {
        Some(on) => format!(
            "`{} {}` of `{on}` is renamed without a guard",
            rename.what, rename.old.name
        ),
        None => format!(
            "`{} {}` is renamed without a guard",
            rename.what, rename.old
        ),
    };
    let (instead, fix) = if rename.knows_if_exists {
        let keyword = last_of_kind(sql.syntax());
        (
            format!(
                "write `ALTER {} IF EXISTS {} RENAME TO {}`: the second run finds nothing under the old name",
                rename.what,
                rename.old.sql(),
                ObjectName::new(None, &rename.new.name).sql()
            ),
            keyword.and_then(|keyword| statement.insert_after(&keyword, " IF EXISTS")),
        )
    } else {
        (rename.instead(statement.place), None)
    };
    found.add_with_fix(
        statement.range_of_node(&rename.node),
        what,
        rename.again.fails(),
        instead,
        fix,
    );
    if let Some(object) = rename.object {
        found.if_second_run_meets(Expected::absent(vec![object]));
    }
}

impl Rename {
    fn of(sql: &ast::Stmt) -> Option<Self> {
        if let Some(renamed) = Renamed::of(sql) {
            let kind = renamed.kind;
            return Some(Self {
                what: kind.words(),
                catalogs: kind.catalogs(),
                again: match kind {
                    // The server looks for the new name first.
                    ObjectKind::Policy => kind.duplicate(),
                    _ => kind.not_found(),
                },
                knows_if_exists: kind.knows_if_exists(),
                object: Some(renamed.from()),
                old: renamed.old,
                new: renamed.new,
                on: renamed.on,
                node: renamed.node,
            });
        }
        let rename = tree::child::<ast::RenameValue>(sql.syntax())?;
        let label =
            |literal: Option<ast::Literal>| Some(ObjectName::new(None, &literal?.string_value()?));
        Some(Self {
            what: "VALUE",
            object: None,
            old: label(rename.from())?,
            new: label(rename.to())?,
            on: ObjectName::below(sql),
            catalogs: &["pg_enum"],
            again: SqlState::INVALID_PARAMETER_VALUE,
            node: rename.syntax().clone(),
            knows_if_exists: false,
        })
    }

    fn is_safe(&self, statement: &Statement<'_>, context: &Context<'_>) -> bool {
        let lookup = |name| Lookup {
            name: Some(name),
            on: self.on.as_ref(),
            catalogs: self.catalogs,
            caught: self.again.names(),
        };
        let owner = self.on.as_ref().unwrap_or(&self.old);
        statement.guard(true, &lookup(&self.old)).is_some()
            || statement.guard(false, &lookup(&self.new)).is_some()
            || context.file.again.is_made_anew(owner, &statement.range)
    }

    fn instead(&self, place: Place) -> String {
        let old = self.old.name.replace('\'', "''");
        let on = self.on.as_ref().map(ObjectName::sql).unwrap_or_default();
        let query = match self.what {
            "COLUMN" => {
                format!("pg_attribute WHERE attrelid = '{on}'::regclass AND attname = '{old}'")
            }
            "CONSTRAINT" => format!("pg_constraint WHERE conname = '{old}'"),
            "ATTRIBUTE" => format!("pg_attribute WHERE attname = '{old}' AND …"),
            "VALUE" => format!("pg_enum WHERE enumtypid = '{on}'::regtype AND enumlabel = '{old}'"),
            _ => {
                let catalog = self.catalogs.first().copied().unwrap_or_default();
                format!("{catalog} WHERE {} = '{old}'", name_column(catalog))
            }
        };
        let check = format!("IF EXISTS (SELECT 1 FROM pg_catalog.{query}) THEN … END IF");
        match place {
            Place::Block => format!("put it into `{check};`"),
            Place::Top | Place::Inside => {
                format!("write `DO $$ BEGIN {check}; END $$;` around it")
            }
        }
    }
}
