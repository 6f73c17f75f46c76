//! The rule `if-not-exists-differs`.

use squawk_syntax::ast::{self, AstNode};

use crate::catalog::Relation;
use crate::context::Context;
use crate::finding::Found;
use crate::syntax::{ObjectName, SqlType, Statement};

rule! {
    /// `IF NOT EXISTS` that makes nothing, because an earlier migration made the object in another
    /// way.
    ///
    /// ## Why it hurts
    ///
    /// The statement does nothing on a database that has the object, and says nothing about it. The
    /// columns or the index that it describes are not there, and what is written for them fails
    /// later.
    ///
    /// ## Instead
    ///
    /// `ALTER TABLE … ADD COLUMN IF NOT EXISTS` for each column that is missing; for an index, another
    /// name.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// CREATE TABLE IF NOT EXISTS teams (team_id uuid CONSTRAINT teams_pkey PRIMARY KEY);
    /// -- next migration
    /// CREATE TABLE IF NOT EXISTS teams (
    ///     team_id uuid CONSTRAINT teams_pkey PRIMARY KEY,
    ///     motto text
    /// );
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// CREATE TABLE IF NOT EXISTS teams (team_id uuid CONSTRAINT teams_pkey PRIMARY KEY);
    /// -- next migration
    /// ALTER TABLE teams ADD COLUMN IF NOT EXISTS motto text;
    /// ```
    "if-not-exists-differs", Idempotency, Error, Check::Statement(check)
}

const WHY: &str = "so this makes nothing, and says nothing about it";

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    match &statement.sql {
        Some(ast::Stmt::CreateTable(create)) => {
            let name = ObjectName::of(create.table_name());
            let (Some(name), Some(_)) = (name, create.if_not_exists()) else {
                return;
            };
            let Some(known) = context.catalog.relation(&name) else {
                return;
            };
            let new = context.catalog.described(create);
            if let Some(difference) = difference(&name, known, &new) {
                found.add(
                    create
                        .table_name()
                        .map_or(statement.range.clone(), |n| statement.range_of(&n)),
                    format!("`{name}` is there already, and {difference}"),
                    WHY,
                    format!("write `ALTER TABLE {name} …` for what is to change"),
                );
            }
        }
        Some(ast::Stmt::CreateIndex(create)) => {
            let (Some(index), Some(table), Some(_)) = (
                ObjectName::of(create.index()),
                ObjectName::of(create.table_relation_name()),
                create.if_not_exists(),
            ) else {
                return;
            };
            let name = ObjectName::new(table.schema.as_deref(), &index.name);
            let Some(known) = context.catalog.index(&name) else {
                return;
            };
            let new = context.catalog.index_definition(create);
            let difference = if known.table != table.key() {
                format!("is an index of `{}`", known.table)
            } else if squeezed(&known.definition) != squeezed(&new) {
                format!("is `{}`, not `{new}`", known.definition)
            } else {
                return;
            };
            found.add(
                create
                    .index()
                    .map_or(statement.range.clone(), |n| statement.range_of(&n)),
                format!("`{}` is there already, and {difference}", index.name),
                WHY,
                "give the index another name; or drop the old one first",
            );
        }
        Some(ast::Stmt::AlterTable(alter)) => {
            let Some(table) = ObjectName::of(alter.table_relation_name()) else {
                return;
            };
            let Some(known) = context.catalog.relation(&table) else {
                return;
            };
            for action in alter.actions() {
                let ast::AlterTableAction::AddColumn(add) = action else {
                    continue;
                };
                let (Some(column), Some(_)) = (add.column_name(), add.if_not_exists()) else {
                    continue;
                };
                let collate = add.collate();
                let ty = add.ty().and_then(|ty| SqlType::of(&ty, collate.as_ref()));
                let ty = ty.map(SqlType::of_values);
                if let Some(old) = known.column(&column.text())
                    && let (Some(before), Some(after)) = (&old.ty, &ty)
                    && before.name != after.name
                {
                    found.add(
                        statement.range_of_node(add.syntax()),
                        format!("`{}` of `{table}` is there already, and is `{before}`, not `{after}`", old.name),
                        WHY,
                        "change its type by an expand and contract: another column, filled in batches",
                    );
                }
            }
        }
        _ => {}
    }
}

/// Without brackets, which may stand around a predicate or not.
fn squeezed(definition: &str) -> String {
    definition.replace(['(', ')', ' '], "")
}

/// What the new table has, and the old one not.
fn difference(name: &ObjectName, known: &Relation, new: &Relation) -> Option<String> {
    if !known.is_table() {
        return Some("is no table".to_owned());
    }
    let missing: Vec<String> = new
        .columns
        .iter()
        .filter(|column| known.lacks(&column.name))
        .map(|column| format!("`{}`", column.name))
        .collect();
    if !missing.is_empty() {
        return Some(format!("has no column {}", missing.join(", ")));
    }
    for column in &new.columns {
        let Some(old) = known.column(&column.name) else {
            continue;
        };
        if let (Some(before), Some(after)) = (&old.ty, &column.ty)
            && before.name != after.name
        {
            return Some(format!(
                "its `{}` is `{before}`, not `{after}`",
                column.name
            ));
        }
    }
    let key = new.primary_key().map(|key| &key.columns);
    let old = known.primary_key().map(|key| &key.columns);
    match (key, old) {
        (Some(key), Some(old)) if key != old => Some(format!(
            "the primary key of `{name}` is `({})`",
            old.join(", ")
        )),
        _ => None,
    }
}
