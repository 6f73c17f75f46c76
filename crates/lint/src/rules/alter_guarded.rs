//! The rule `alter-guarded`.

use std::ops::Range;

use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::{self, AstNode};

use crate::context::Context;
use crate::finding::Found;
use crate::object::{Created, ObjectKind, SqlState, last_of_kind, name_column};
use crate::syntax::{Lookup, ObjectName, Statement};

rule! {
    /// A form of `ALTER` that fails when it runs a second time.
    ///
    /// ## Why it hurts
    ///
    /// `ATTACH PARTITION`, `DETACH PARTITION`, `INHERIT`, `ADD GENERATED … AS IDENTITY`, `SET
    /// SCHEMA`, `ADD ATTRIBUTE` and similar actions have no `IF EXISTS` or `IF NOT EXISTS`. If the
    /// migration runs again, they fail, and so does the migration.
    ///
    /// ## Instead
    ///
    /// Use a `DO` block that looks in the catalog first, or that catches the specific condition.
    /// `ALTER TABLE IF EXISTS … SET SCHEMA` is safe: a second run finds nothing under the old name.
    ///
    /// `DETACH PARTITION … CONCURRENTLY` cannot be used in a `DO` block, so it needs no guard: it
    /// runs outside a transaction, in a file of its own.
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

/// A form of `ALTER` that fails when it runs a second time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    AttachPartition,
    DetachPartition,
    Inherit,
    NoInherit,
    NotOf,
    SetSchema(ObjectKind),
    AddIdentity,
    AddAttribute,
    AddMapping,
    /// `ADD` of an operator or function of an operator family.
    AddMember,
    DropMember,
    AddToExtension,
    DropFromExtension,
}

/// What is known of a form.
struct Facts {
    words: &'static str,
    /// How a second run fails.
    again: SqlState,
    /// Whether a guard must ask that something is there, rather than that it is not.
    undoes: bool,
    /// Where a guard may ask.
    catalogs: &'static [&'static str],
}

impl Form {
    fn facts(self) -> Facts {
        use SqlState as E;
        const INHERITS: &[&str] = &["pg_inherits"];
        const MEMBERS: &[&str] = &["pg_amop", "pg_amproc"];
        const PREREQUISITE: SqlState = E::OBJECT_NOT_IN_PREREQUISITE_STATE;
        let attribute = ObjectKind::Attribute;
        let (words, again, undoes, catalogs) = match self {
            Self::AttachPartition => ("ATTACH PARTITION", E::WRONG_OBJECT_TYPE, false, INHERITS),
            Self::DetachPartition => ("DETACH PARTITION", E::UNDEFINED_TABLE, true, INHERITS),
            Self::Inherit => ("INHERIT", E::DUPLICATE_TABLE, false, INHERITS),
            Self::NoInherit => ("NO INHERIT", E::UNDEFINED_TABLE, true, INHERITS),
            Self::NotOf => ("NOT OF", E::WRONG_OBJECT_TYPE, true, &["pg_class"][..]),
            Self::SetSchema(kind) => ("SET SCHEMA", kind.not_found(), true, kind.catalogs()),
            Self::AddIdentity => {
                let catalogs = &["pg_attribute", "columns"][..];
                ("ADD GENERATED", PREREQUISITE, false, catalogs)
            }
            Self::AddAttribute => {
                let again = attribute.duplicate();
                ("ADD ATTRIBUTE", again, false, attribute.catalogs())
            }
            Self::AddMapping => {
                let catalogs = &["pg_ts_config_map"][..];
                ("ADD MAPPING", E::UNIQUE_VIOLATION, false, catalogs)
            }
            Self::AddMember => ("ADD", E::DUPLICATE_OBJECT, false, MEMBERS),
            Self::DropMember => ("DROP", E::UNDEFINED_OBJECT, true, MEMBERS),
            Self::AddToExtension => ("ADD", PREREQUISITE, false, &["pg_depend"][..]),
            Self::DropFromExtension => ("DROP", PREREQUISITE, true, &["pg_depend"][..]),
        };
        Facts {
            words,
            again,
            undoes,
            catalogs,
        }
    }
}

/// A form of `ALTER` in a statement.
struct Action {
    form: Form,
    /// The name that a guard must ask for.
    name: Option<ObjectName>,
    node: SyntaxNode,
}

fn check(statement: &Statement<'_>, context: &Context<'_>, found: &mut Found<'_>) {
    let Some(sql) = &statement.sql else { return };
    let actions = actions(sql);
    if actions.is_empty() {
        return;
    }
    let again = &context.file.again;
    let at = &statement.range;
    let is_made_anew =
        |name: &Option<ObjectName>| name.as_ref().is_some_and(|n| again.is_made_anew(n, at));
    let owner = ObjectName::below(sql);
    if is_made_anew(&owner) {
        return;
    }
    for action in actions {
        if is_made_anew(&action.name) || action.is_guarded(owner.as_ref(), statement) {
            continue;
        }
        let words = action.form.facts().words;
        let what = match &owner {
            Some(owner) => format!("`{words}` of `{owner}`"),
            None => format!("`{words}`"),
        };
        let fix = last_of_kind(sql.syntax())
            .filter(|_| matches!(action.form, Form::SetSchema(_)) && knows_if_exists(sql))
            .and_then(|keyword| statement.insert_after(&keyword, " IF EXISTS"));
        found.add_with_fix(
            action.place(statement),
            format!("{what} without a guard"),
            action.form.facts().again.fails(),
            action.instead(sql),
            fix,
        );
    }
}

impl Action {
    fn is_guarded(&self, owner: Option<&ObjectName>, statement: &Statement<'_>) -> bool {
        let lookup = Lookup {
            name: self.name.as_ref(),
            on: None,
            catalogs: self.form.facts().catalogs,
            caught: self.form.facts().again.names(),
        };
        if self.form == Form::AddIdentity {
            // That the column is there says nothing: a guard asks if it is an identity column, in
            // one way or the other.
            let columns = ["attidentity", "identity_generation", "is_identity"];
            let mut facts = statement.facts();
            return statement.catches(lookup.caught)
                || facts.any(|fact| fact.is_about(&lookup) && fact.compares(&columns));
        }
        // A table that becomes a partitioned one is asked for its kind.
        let becomes_another = Lookup {
            name: owner,
            catalogs: &["pg_class"],
            ..lookup
        };
        let asks_for_kind = self.form == Form::AttachPartition
            && statement
                .facts()
                .any(|fact| fact.is_about(&becomes_another) && fact.compares(&["relkind"]));
        asks_for_kind || statement.guard(self.form.facts().undoes, &lookup).is_some()
    }

    /// Its words where they stand together in the file, else the first words of the statement.
    fn place(&self, statement: &Statement<'_>) -> Range<usize> {
        let words = self.form.facts().words;
        let whole = statement.range_of_node(&self.node);
        let range = whole.start..whole.end.min(whole.start + words.len());
        let written = statement.source(range.clone());
        if written.is_some_and(|written| written.eq_ignore_ascii_case(words)) {
            range
        } else {
            statement.head(2)
        }
    }

    fn instead(&self, sql: &ast::Stmt) -> String {
        let Some(name) = &self.name else {
            return self.catch();
        };
        let own = || ObjectName::below(sql).map_or("…".to_owned(), |name| name.sql());
        let label = name.name.replace('\'', "''");
        let name = name.sql();
        let catalog = self
            .form
            .facts()
            .catalogs
            .first()
            .copied()
            .unwrap_or_default();
        let test = match self.form {
            Form::SetSchema(kind) if knows_if_exists(sql) => {
                return format!(
                    "write `ALTER {} IF EXISTS {name} SET SCHEMA …`: the second run finds nothing under the old name",
                    kind.words()
                );
            }
            Form::Inherit | Form::NoInherit => {
                let parent = ObjectName::below_node(&self.node);
                let parent = parent.map_or("…".to_owned(), |name| name.sql());
                format!("inhrelid = '{name}'::regclass AND inhparent = '{parent}'::regclass")
            }
            Form::AttachPartition | Form::DetachPartition => {
                format!("inhrelid = '{name}'::regclass")
            }
            Form::AddIdentity => format!(
                "attrelid = '{}'::regclass AND attname = '{label}' AND attidentity <> ''",
                own()
            ),
            Form::AddAttribute => {
                format!("attrelid = '{}'::regclass AND attname = '{label}'", own())
            }
            Form::NotOf | Form::SetSchema(_) => format!("{} = '{label}'", name_column(catalog)),
            Form::AddMapping
            | Form::AddMember
            | Form::DropMember
            | Form::AddToExtension
            | Form::DropFromExtension => return self.catch(),
        };
        let not = if self.form.facts().undoes { "" } else { "NOT " };
        format!(
            "look it up first, in a `DO` block: `IF {not}EXISTS (SELECT 1 FROM pg_catalog.{catalog} WHERE {test}) THEN … END IF`"
        )
    }

    fn catch(&self) -> String {
        let condition = self.form.facts().again.name();
        format!("catch `{condition}` in a `DO` block around it")
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

fn actions(sql: &ast::Stmt) -> Vec<Action> {
    let nodes = sql.syntax().children();
    match sql {
        // These are about publications, servers and similar objects, which other rules forbid.
        ast::Stmt::AlterPublication(_) | ast::Stmt::AlterSubscription(_) => Vec::new(),
        ast::Stmt::AlterType(_) => Created::added(sql)
            .filter(|added| added.kind == ObjectKind::Attribute)
            .map(|added| Action {
                form: Form::AddAttribute,
                name: added.object.map(|object| object.name),
                node: added.node,
            })
            .chain(nodes.filter_map(|node| action(sql, node)))
            .collect(),
        _ => nodes.filter_map(|node| action(sql, node)).collect(),
    }
}

fn action(sql: &ast::Stmt, node: SyntaxNode) -> Option<Action> {
    use squawk_syntax::SyntaxKind as S;
    let own = || ObjectName::below(sql);
    let (form, name) = match node.kind() {
        S::ATTACH_PARTITION => {
            let attach = ast::AttachPartition::cast(node.clone())?;
            let name = ObjectName::of(attach.table_name_ref());
            (Form::AttachPartition, name)
        }
        S::DETACH_PARTITION => {
            let detach = ast::DetachPartition::cast(node.clone())?;
            if detach.detach_partition_option().is_some() {
                return None;
            }
            let name = ObjectName::of(detach.table_name_ref());
            (Form::DetachPartition, name)
        }
        S::ALTER_COLUMN => {
            let column = ast::AlterColumn::cast(node)?;
            let Some(ast::AlterColumnOption::AddGenerated(add)) = column.option() else {
                return None;
            };
            return Some(Action {
                form: Form::AddIdentity,
                name: ObjectName::of_node(column.column_name_ref()?.syntax()),
                node: add.syntax().clone(),
            });
        }
        S::INHERIT_TABLE => (Form::Inherit, own()),
        S::NO_INHERIT_TABLE => (Form::NoInherit, own()),
        S::NOT_OF => (Form::NotOf, own()),
        S::SET_SCHEMA => (Form::SetSchema(moved(sql)?), own()),
        S::ADD_MAPPING => (Form::AddMapping, own()),
        S::ADD_OP_CLASS_OPTIONS => (Form::AddMember, own()),
        S::DROP_OP_CLASS_OPTIONS => (Form::DropMember, own()),
        S::ALTER_EXTENSION_ADD => (Form::AddToExtension, None),
        S::ALTER_EXTENSION_DROP => (Form::DropFromExtension, None),
        _ => return None,
    };
    Some(Action { form, name, node })
}

/// What `SET SCHEMA` moves, where a second run fails.
fn moved(sql: &ast::Stmt) -> Option<ObjectKind> {
    // A second run sees that an extension is there already.
    let is_extension = matches!(sql, ast::Stmt::AlterExtension(_));
    let mut nodes = sql.syntax().children();
    let has_if_exists = nodes.any(|node| ast::IfExists::can_cast(node.kind()));
    let kind = ObjectKind::altered_by(sql.syntax().kind());
    kind.filter(|_| !is_extension && !has_if_exists)
}
