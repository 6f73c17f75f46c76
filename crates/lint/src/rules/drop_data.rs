//! The rule `drop-data`.

use std::ops::Range;

use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::{self, AstNode};

use crate::context::{AlsoDropped, Context};
use crate::facts::Space;
use crate::finding::Found;
use crate::syntax::{ObjectName, Statement, tree};

rule! {
    /// Dropping what holds data, or dropping with `CASCADE`, without `Destructive` in the header.
    ///
    /// ## Why it hurts
    ///
    /// The data of a table, column or sequence is lost, and can only be restored from a backup.
    /// `CASCADE` also drops whatever depends on the object, which the migration does not name: the
    /// finding does, as far as earlier migrations show it (columns of a type, foreign keys, views,
    /// triggers, defaults).
    ///
    /// ## Instead
    ///
    /// Stop using it first, and drop it in a later release. Then say in the header why nobody needs
    /// the data any more: `-- Destructive: reason`. Instead of `CASCADE`, drop dependent objects by
    /// name.
    ///
    /// Without `CASCADE`, PostgreSQL refuses to drop a schema that is not empty or a type that is
    /// in use, so no data is lost; dropping an index, a view, a materialized view, a function or a
    /// constraint loses none either. Objects that the same file created may be dropped.
    ///
    /// Of a statement that `EXECUTE` computes, what is constant counts: `'DROP TABLE ' || name` is found, and
    /// `…` stands for the name. So it is with `TRUNCATE`, `DELETE` and `UPDATE` in their rules.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// DROP TABLE IF EXISTS legacy_sessions;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// -- Destructive: sessions live in user_sessions since 0012, nothing reads these
    /// DROP TABLE IF EXISTS legacy_sessions;
    /// ```
    ///
    /// ## Other tools
    ///
    /// squawk's `ban-drop-table`, `ban-drop-column` and others forbid each of these, even for
    /// objects that the same file created, and have no place for a reason.
    "drop-data", Destructive, Error, Check::Statement(check)
}

const WHY: &str = "what is lost can only be restored from a backup";
const WHY_CASCADE: &str =
    "it also drops whatever depends on it, including columns with their data, without naming it";

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    use ast::Stmt as S;
    match &statement.sql {
        Some(S::DropTable(drop)) => {
            let names = drop.table_name_refs().map(|name| name.syntax().clone());
            relations(statement, "TABLE", names, context, found);
        }
        Some(S::DropSequence(drop)) => {
            let names = drop.sequence_refs().map(|name| name.syntax().clone());
            relations(statement, "SEQUENCE", names, context, found);
        }
        Some(S::DropOwned(_)) => found.add(
            statement.head(3),
            "`DROP OWNED BY` drops all that a role owns",
            "the tables are not named here, and differ between databases",
            "drop what the role owns by name, or reassign it: `REASSIGN OWNED BY … TO …`",
        ),
        Some(S::AlterTable(alter)) => columns(statement, alter, context, found),
        Some(S::AlterType(alter)) => attributes(statement, alter, context, found),
        Some(sql) => cascade(statement, sql, context, found),
        None => {}
    }
}

fn relations(
    statement: &Statement<'_>,
    kind: &str,
    names: impl Iterator<Item = SyntaxNode>,
    context: &Context<'_>,
    found: &mut Found<'_>,
) {
    for node in names {
        let Some(name) = ObjectName::below_node(&node) else {
            continue;
        };
        if !context.file.made.has(Space::Relation, &name) {
            let instead = format!(
                "stop using `{name}` first; then drop it with `-- Destructive: why nobody needs it any more` in the header"
            );
            let (what, why, also) = if kind == "SEQUENCE" {
                (
                    format!("drops sequence `{name}` and its value"),
                    "a new sequence may give the same numbers again",
                    match cascades(&statement.node) {
                        true => context.dropped_with_sequence(&name),
                        false => AlsoDropped::default(),
                    },
                )
            } else {
                (
                    format!("drops `{name}` and its data"),
                    WHY,
                    context.dropped_with_relation(&name, cascades(&statement.node)),
                )
            };
            let what = with(what, &also);
            found.add(statement.range_of_node(&node), what, why, instead);
        }
    }
}

/// What is dropped, and what goes with it.
fn with(what: String, also: &AlsoDropped) -> String {
    match also.list() {
        Some(list) => format!("{what}, with {list}"),
        None => what,
    }
}

fn cascades(node: &SyntaxNode) -> bool {
    tree::child::<ast::Cascade>(node).is_some()
}

fn columns(
    statement: &Statement<'_>,
    alter: &ast::AlterTable,
    context: &Context<'_>,
    found: &mut Found<'_>,
) {
    let Some(table) = ObjectName::below(alter) else {
        return;
    };
    for action in alter.actions() {
        let ast::AlterTableAction::DropColumn(drop) = action else {
            continue;
        };
        let Some(column) = drop.column_name_ref() else {
            continue;
        };
        let name = ast::normalize_name_node(column.syntax());
        if !context.file.made.has_column(&table, &name) {
            let what = format!("drops column `{name}` of `{table}` and its data");
            let what = match cascades(drop.syntax()) {
                true => with(what, &context.dropped_with_column(&table, &name)),
                false => what,
            };
            found.add(
                statement.range_of(&drop),
                what,
                WHY,
                format!("stop reading and writing `{name}` first; then drop it with `-- Destructive: why nobody needs it any more` in the header"),
            );
        }
    }
}

fn attributes(
    statement: &Statement<'_>,
    alter: &ast::AlterType,
    context: &Context<'_>,
    found: &mut Found<'_>,
) {
    let name = ObjectName::below(alter);
    if name.is_some_and(|name| context.file.made.has(Space::Type, &name)) {
        return;
    }
    for drop in tree::all::<ast::DropAttribute>(alter.syntax()) {
        found.add(
            statement.range_of(&drop),
            "`DROP ATTRIBUTE` loses data",
            "every column of this type loses that part of its values",
            "stop using it first; then drop it with `-- Destructive: why nobody needs it any more` in the header",
        );
    }
}

/// Any other `DROP … CASCADE`.
fn cascade(
    statement: &Statement<'_>,
    sql: &ast::Stmt,
    context: &Context<'_>,
    found: &mut Found<'_>,
) {
    let Some((space, range)) = cascading(statement, sql) else {
        return;
    };
    let made = match sql {
        ast::Stmt::DropSchema(drop) => drop
            .schema_refs()
            .all(|name| context.file.made.has(Space::Schema, &plain(&name))),
        ast::Stmt::DropExtension(drop) => drop
            .extension_refs()
            .all(|name| context.file.made.has(Space::Extension, &plain(&name))),
        _ => space.is_some_and(|space| {
            let names = ObjectName::all_below(sql.syntax());
            !names.is_empty() && names.iter().all(|name| context.file.made.has(space, name))
        }),
    };
    if !made {
        let words = statement.first_words(2);
        let (what, why) = match context.dropped_with(sql).list() {
            Some(list) => (
                format!("`{words} … CASCADE` also drops {list}"),
                "the migration names none of it, and there may be more that no migration shows",
            ),
            None => (format!("`{words} … CASCADE` may lose data"), WHY_CASCADE),
        };
        found.add(
            range,
            what,
            why,
            "leave `CASCADE` out and drop dependent objects by name; or say why it is right with `-- Destructive: reason` in the header",
        );
    }
}

/// Where `CASCADE` stands, with the kind of the objects that are dropped. What isolation forbids
/// anyway, and what cannot have data depend on it, is left out.
fn cascading(statement: &Statement<'_>, sql: &ast::Stmt) -> Option<(Option<Space>, Range<usize>)> {
    use ast::Stmt as S;
    let space = match sql {
        S::DropType(_) | S::DropDomain(_) => Some(Space::Type),
        S::DropView(_) | S::DropMaterializedView(_) => Some(Space::Relation),
        S::DropFunction(_) | S::DropProcedure(_) | S::DropRoutine(_) | S::DropAggregate(_) => {
            Some(Space::Routine)
        }
        S::DropSchema(_)
        | S::DropExtension(_)
        | S::DropLanguage(_)
        | S::DropAccessMethod(_)
        | S::DropCollation(_)
        | S::DropOperator(_)
        | S::DropOperatorClass(_)
        | S::DropOperatorFamily(_)
        | S::DropCast(_)
        | S::DropTextSearchConfig(_)
        | S::DropTextSearchDict(_)
        | S::DropTextSearchParser(_)
        | S::DropTextSearchTemplate(_) => None,
        _ => return None,
    };
    let cascade = tree::child::<ast::Cascade>(sql.syntax())?;
    Some((space, statement.range_of(&cascade)))
}

/// A name that has no schema.
fn plain(node: &impl AstNode) -> ObjectName {
    ObjectName::new(None, &ast::normalize_name_node(node.syntax()))
}
