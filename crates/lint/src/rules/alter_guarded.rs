use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::{self, AstNode};

use crate::checked::{Check, rule};
use crate::context::Context;
use crate::finding::Found;
use crate::object::{Created, Kind, SqlState, last_of_kind, name_column};
use crate::syntax::{Lookup, ObjectName, Statement};

rule! {
    /// A form of `ALTER` that fails when it runs a second time.
    ///
    /// ## Why it hurts
    ///
    /// `ATTACH PARTITION`, `DETACH PARTITION`, `INHERIT`, `ADD GENERATED … AS IDENTITY`,
    /// `SET SCHEMA`, `ADD ATTRIBUTE` and their like know no `IF`. Run a second time, they fail, and
    /// with them the whole migration.
    ///
    /// ## Instead
    ///
    /// A `DO` block that looks into the catalog first, or that catches the very condition that the
    /// server raises. `ALTER TABLE IF EXISTS … SET SCHEMA` will do, since the second run finds
    /// nothing under the old name.
    ///
    /// `DETACH PARTITION … CONCURRENTLY` cannot stand in a `DO` block, so it needs no guard: it runs
    /// without a transaction, in a file of its own.
    ///
    /// ## Bad
    ///
    /// ```sql
    /// ALTER TYPE address ADD ATTRIBUTE country text;
    /// ```
    ///
    /// ## Good
    ///
    /// ```sql
    /// DO $$
    /// BEGIN
    ///     IF NOT EXISTS (
    ///         SELECT 1 FROM pg_catalog.pg_attribute
    ///         WHERE attrelid = 'address'::regclass AND attname = 'country'
    ///     ) THEN
    ///         ALTER TYPE address ADD ATTRIBUTE country text;
    ///     END IF;
    /// END
    /// $$;
    /// ```
    ///
    /// ## See also
    ///
    /// The PostgreSQL manual on `ALTER TABLE` and `ALTER TYPE`.
    "alter-guarded", Idempotency, Error, Check::Statement(check)
}

/// An action that does not go well twice.
struct Action {
    /// Its words: `ATTACH PARTITION`.
    words: &'static str,
    /// How a second run fails.
    again: SqlState,
    /// What a condition may ask for: that it is there (`true`) or not, under which name, where.
    asks: (bool, Option<ObjectName>, &'static [&'static str]),
    node: SyntaxNode,
}

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    let Some(sql) = &statement.sql else { return };
    let actions = actions(sql);
    if actions.is_empty() {
        return;
    }
    let owner = ObjectName::below(sql);
    let at = &statement.range;
    if owner
        .as_ref()
        .is_some_and(|owner| context.file.again.is_made_anew(owner, at))
    {
        return;
    }
    for action in actions {
        let (exists, name, catalogs) = &action.asks;
        let lookup = Lookup {
            name: name.as_ref(),
            on: None,
            catalogs,
            caught: action.again.names(),
        };
        let made_anew = name
            .as_ref()
            .is_some_and(|name| context.file.again.is_made_anew(name, at));
        let guarded = if action.words == "ADD GENERATED" {
            statement.catches(lookup.caught) || asks_for_identity(statement, &lookup)
        } else {
            statement.guard(*exists, &lookup).is_some()
        };
        if made_anew || guarded {
            continue;
        }
        let place = statement.range_of_node(&action.node);
        let end = place.end.min(place.start + action.words.len());
        let words = first_words(statement, place.start..end, action.words);
        let what = match &owner {
            Some(owner) => format!("`{}` of `{owner}`", action.words),
            None => format!("`{}`", action.words),
        };
        let fix = last_of_kind(sql.syntax())
            .filter(|_| action.words == "SET SCHEMA" && knows_if_exists(sql))
            .and_then(|keyword| statement.insert_after(&keyword, " IF EXISTS"));
        found.add_with_fix(
            words,
            format!("{what} without a guard"),
            action.again.fails(),
            instead(&action, sql),
            fix,
        );
    }
}

/// Whether a condition asks if the column is an identity column, in one way or the other. That the
/// column is there says nothing.
fn asks_for_identity(statement: &Statement<'_>, lookup: &Lookup<'_>) -> bool {
    let columns = ["attidentity", "identity_generation", "is_identity"];
    let mut facts = statement.facts();
    facts.any(|fact| fact.is_about(lookup) && fact.compares(&columns))
}

fn instead(action: &Action, sql: &ast::Stmt) -> String {
    let (exists, name, catalogs) = &action.asks;
    let not = if *exists { "" } else { "NOT " };
    let catch = format!("catch `{}` in a `DO` block around it", action.again.name());
    if let (true, Some(name)) = (action.words == "SET SCHEMA" && knows_if_exists(sql), name) {
        let head = Kind::altered_by(sql.syntax().kind()).map_or("", |kind| kind.words);
        return format!(
            "write `ALTER {head} IF EXISTS {} SET SCHEMA …`: the second run finds nothing under the old name",
            name.sql()
        );
    }
    let (Some(name), Some(catalog)) = (name, catalogs.first()) else {
        return catch;
    };
    let label = name.name.replace('\'', "''");
    let test = match (action.words, *catalog) {
        ("INHERIT" | "NO INHERIT", _) => format!(
            "inhrelid = '{}'::regclass AND inhparent = '{}'::regclass",
            name.sql(),
            ObjectName::below_node(&action.node).map_or("…".to_owned(), |name| name.sql())
        ),
        (_, "pg_inherits") => format!("inhrelid = '{}'::regclass", name.sql()),
        ("ADD GENERATED", _) => format!(
            "attrelid = '{}'::regclass AND attname = '{label}' AND attidentity <> ''",
            ObjectName::below(sql).map_or("…".to_owned(), |name| name.sql())
        ),
        ("ADD ATTRIBUTE", _) => format!(
            "attrelid = '{}'::regclass AND attname = '{label}'",
            ObjectName::below(sql).map_or("…".to_owned(), |name| name.sql())
        ),
        ("ADD MAPPING" | "ADD" | "DROP", _) => return catch,
        (_, catalog) => format!("{} = '{label}'", name_column(catalog)),
    };
    format!(
        "look first, in a `DO` block: `IF {not}EXISTS (SELECT 1 FROM pg_catalog.{catalog} WHERE {test}) THEN … END IF`"
    )
}

/// The words of an action where they stand together in the file, else what takes their place.
fn first_words(
    statement: &Statement<'_>,
    range: std::ops::Range<usize>,
    words: &str,
) -> std::ops::Range<usize> {
    let written = statement.source(range.clone());
    if written.is_some_and(|written| written.eq_ignore_ascii_case(words)) {
        range
    } else {
        statement.head(2)
    }
}

/// Whether `SET SCHEMA` may be said with `IF EXISTS`.
fn knows_if_exists(sql: &ast::Stmt) -> bool {
    matches!(
        sql,
        ast::Stmt::AlterTable(_)
            | ast::Stmt::AlterForeignTable(_)
            | ast::Stmt::AlterView(_)
            | ast::Stmt::AlterMaterializedView(_)
            | ast::Stmt::AlterSequence(_)
    )
}

const INHERITS: &[&str] = &["pg_inherits"];
const COLUMNS: &[&str] = &["pg_attribute", "columns"];

fn actions(sql: &ast::Stmt) -> Vec<Action> {
    match sql {
        // These are about publications, servers and their like, which other rules forbid.
        ast::Stmt::AlterPublication(_) | ast::Stmt::AlterSubscription(_) => return Vec::new(),
        ast::Stmt::AlterType(_) => {
            let mut attributes: Vec<Action> = Created::added(sql)
                .filter(|added| added.kind.words == "ATTRIBUTE")
                .map(|added| Action {
                    words: "ADD ATTRIBUTE",
                    again: added.kind.duplicate,
                    asks: (
                        false,
                        added.object.map(|object| object.name),
                        added.kind.catalogs,
                    ),
                    node: added.node,
                })
                .collect();
            attributes.extend(sql.syntax().children().filter_map(|n| action(sql, n)));
            return attributes;
        }
        _ => {}
    }
    sql.syntax()
        .children()
        .filter_map(|node| action(sql, node))
        .collect()
}

fn action(sql: &ast::Stmt, node: SyntaxNode) -> Option<Action> {
    let own = || ObjectName::below(sql);
    let (words, again, asks): (_, _, (bool, Option<ObjectName>, &'static [&'static str])) =
        if let Some(attach) = ast::AttachPartition::cast(node.clone()) {
            let name = attach
                .table_name_ref()
                .and_then(|name| ObjectName::below(&name));
            (
                "ATTACH PARTITION",
                SqlState::WRONG_OBJECT_TYPE,
                (false, name, INHERITS),
            )
        } else if let Some(detach) = ast::DetachPartition::cast(node.clone()) {
            if detach.detach_partition_option().is_some() {
                return None;
            }
            let name = detach
                .table_name_ref()
                .and_then(|name| ObjectName::below(&name));
            (
                "DETACH PARTITION",
                SqlState::UNDEFINED_TABLE,
                (true, name, INHERITS),
            )
        } else if ast::InheritTable::can_cast(node.kind()) {
            (
                "INHERIT",
                SqlState::DUPLICATE_TABLE,
                (false, own(), INHERITS),
            )
        } else if ast::NoInheritTable::can_cast(node.kind()) {
            (
                "NO INHERIT",
                SqlState::UNDEFINED_TABLE,
                (true, own(), INHERITS),
            )
        } else if ast::NotOf::can_cast(node.kind()) {
            (
                "NOT OF",
                SqlState::WRONG_OBJECT_TYPE,
                (true, own(), &["pg_class"]),
            )
        } else if ast::SetSchema::can_cast(node.kind()) {
            return set_schema(sql, node);
        } else if let Some(column) = ast::AlterColumn::cast(node.clone()) {
            let Some(ast::AlterColumnOption::AddGenerated(add)) = column.option() else {
                return None;
            };
            let name = column
                .column_name_ref()
                .and_then(|name| ObjectName::of_node(name.syntax()));
            return Some(Action {
                words: "ADD GENERATED",
                again: SqlState::OBJECT_NOT_IN_PREREQUISITE_STATE,
                asks: (false, name, COLUMNS),
                node: add.syntax().clone(),
            });
        } else if ast::AddMapping::can_cast(node.kind()) {
            (
                "ADD MAPPING",
                SqlState::UNIQUE_VIOLATION,
                (false, own(), &["pg_ts_config_map"]),
            )
        } else if ast::AddOpClassOptions::can_cast(node.kind()) {
            (
                "ADD",
                SqlState::DUPLICATE_OBJECT,
                (false, own(), &["pg_amop", "pg_amproc"]),
            )
        } else if ast::DropOpClassOptions::can_cast(node.kind()) {
            (
                "DROP",
                SqlState::UNDEFINED_OBJECT,
                (true, own(), &["pg_amop", "pg_amproc"]),
            )
        } else if ast::AlterExtensionAdd::can_cast(node.kind()) {
            let again = SqlState::OBJECT_NOT_IN_PREREQUISITE_STATE;
            ("ADD", again, (false, None, &["pg_depend"]))
        } else if ast::AlterExtensionDrop::can_cast(node.kind()) {
            let again = SqlState::OBJECT_NOT_IN_PREREQUISITE_STATE;
            ("DROP", again, (true, None, &["pg_depend"]))
        } else {
            return None;
        };
    Some(Action {
        words,
        again,
        asks,
        node,
    })
}

fn set_schema(sql: &ast::Stmt, node: SyntaxNode) -> Option<Action> {
    let kind = match sql {
        // A second run sees that it is there already.
        ast::Stmt::AlterExtension(_) => return None,
        _ => Kind::altered_by(sql.syntax().kind())?,
    };
    let has_if_exists = sql
        .syntax()
        .children()
        .any(|child| ast::IfExists::can_cast(child.kind()));
    (!has_if_exists).then(|| Action {
        words: "SET SCHEMA",
        again: kind.not_found(),
        asks: (true, ObjectName::below(sql), kind.catalogs),
        node,
    })
}
