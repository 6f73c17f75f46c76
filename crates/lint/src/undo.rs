//! The statements that undo a migration, where that is mechanical.

use jubilee_core::{MigrationName, SourceFile, TransactionMode, Version, normalise, parse};
use squawk_syntax::SyntaxKind;
use squawk_syntax::ast::{self, AstNode};

use crate::object::{Created, Dropped, Object, ObjectKind};
use crate::syntax::{
    AlterTable, ObjectName, Place, Reading, Routines, Statement, Volatility, one_line, volatility,
    walk,
};

/// The longest part of a statement that is repeated to name it, in characters.
const SHOWN: usize = 90;

/// A migration seen from its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undo {
    /// The migration.
    pub name: MigrationName,
    /// Whether it runs in a transaction.
    pub transaction: TransactionMode,
    /// Its statements as they were written, with what stands between them.
    pub sql: String,
    /// What undoes them, the last first.
    pub steps: Vec<UndoStep>,
}

/// What undoes a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UndoStep {
    /// This statement does.
    Statement {
        /// Ending in a semicolon.
        sql: String,
        /// Whether rows are lost with it.
        loses_data: bool,
    },
    /// Only a person can say what does.
    ByHand {
        /// The statement, or the beginning of it.
        sql: String,
        /// The migration that made before what it replaces or drops.
        former: Option<MigrationName>,
    },
}

/// What undoes a migration of a folder; `None` where it is not there or cannot be read.
#[must_use]
pub fn undo(database: &str, entries: &[SourceFile<'_>], version: Version) -> Option<Undo> {
    let mut earlier = Earlier::default();
    let mut found = None;
    let mut entries: Vec<&SourceFile<'_>> = entries.iter().collect();
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    for entry in entries {
        let Ok(name) = entry.named() else {
            continue;
        };
        if name.version() > version {
            continue;
        }
        let Ok(text) = normalise(entry.bytes.clone()) else {
            continue;
        };
        let parsed = parse(database, &name, &text);
        let Some(script) = &parsed.script else {
            continue;
        };
        let statements = script.statements();
        if name.version() < version {
            for statement in statements {
                walk(&text, &statement.range, &Routines::new(), &mut |reading| {
                    earlier.note(&reading, &name);
                });
            }
            continue;
        }
        let (start, end) = (
            statements.first()?.range.start,
            statements.last()?.range.end,
        );
        let mut undoing = Undoing {
            earlier: Earlier::default(),
            tables: Vec::new(),
            new: Vec::new(),
            steps: Vec::new(),
        };
        std::mem::swap(&mut undoing.earlier, &mut earlier);
        for statement in statements {
            undoing.statement(&text, &statement.range);
        }
        undoing.steps.reverse();
        found = Some(Undo {
            name,
            transaction: parsed.transaction,
            sql: format!("{};", text.get(start..end)?.trim_end_matches(';')),
            steps: undoing.steps,
        });
    }
    found
}

/// What a statement makes, of its own or by the actions of an `ALTER`.
fn made(statement: &Statement<'_>) -> impl Iterator<Item = Created> {
    let added: Vec<Created> = statement.sql.iter().flat_map(Created::added).collect();
    Created::of(statement).into_iter().chain(added)
}

/// What the migrations before it have made.
#[derive(Default)]
struct Earlier {
    objects: Vec<(Object, MigrationName)>,
    /// The constraints of tables, by name.
    constraints: Vec<(String, MigrationName)>,
    /// Whether some of it could not be read.
    has_gaps: bool,
}

impl Earlier {
    fn note(&mut self, reading: &Reading<'_, '_>, name: &MigrationName) {
        let Reading::Statement(statement) = reading else {
            self.has_gaps = true;
            return;
        };
        let made = made(statement).filter_map(|created| created.object);
        self.objects
            .extend(made.map(|object| (object, name.clone())));
        for constraint in statement.new_constraints() {
            let named = constraint.name_or_generated();
            self.constraints
                .extend(named.map(|named| (named, name.clone())));
        }
    }

    /// The last migration that made such an object.
    fn maker(&self, object: &Object) -> Option<&MigrationName> {
        let is_it =
            |made: &&(Object, MigrationName)| made.0.kind == object.kind && made.0.may_be(object);
        let of_constraint = || {
            let mut constraints = self.constraints.iter().rev();
            let found = constraints.find(|(named, _)| *named == object.name.name);
            found.map(|(_, name)| name)
        };
        match object.kind {
            ObjectKind::Constraint => of_constraint(),
            _ => self.objects.iter().rev().find(is_it).map(|(_, name)| name),
        }
    }

    /// Whether there surely was none of that name. Only what has a statement of its own is made by it alone.
    fn lacks(&self, object: &Object) -> bool {
        use ObjectKind as K;
        let has_statement = matches!(
            object.kind,
            K::Trigger
                | K::Policy
                | K::Rule
                | K::View
                | K::MaterializedView
                | K::Function
                | K::Procedure
                | K::Domain
                | K::Statistics
        );
        let mut made = self.objects.iter();
        has_statement && !self.has_gaps && !made.any(|(m, _)| m.name.name == object.name.name)
    }
}

struct Undoing {
    earlier: Earlier,
    /// The tables that it has made so far: what else it does with them is gone with them.
    tables: Vec<ObjectName>,
    /// What it has made, the tables too.
    new: Vec<Object>,
    steps: Vec<UndoStep>,
}

impl Undoing {
    /// Notes what undoes a statement of the file and those inside of it, in their order.
    fn statement(&mut self, text: &str, range: &std::ops::Range<usize>) {
        // A block of which no statement can be read may do anything.
        let mut is_opaque = false;
        walk(
            text,
            range,
            &Routines::new(),
            &mut |reading| match reading {
                Reading::Statement(statement) => match &statement.sql {
                    None if ast::PlpgsqlPerformStmt::can_cast(statement.node.kind())
                        && calls(statement, Volatility::Unknown) =>
                    {
                        is_opaque = false;
                        self.by_hand_of(statement, None);
                    }
                    None => {}
                    Some(ast::Stmt::Do(_)) => is_opaque = true,
                    Some(_) if statement.place == Place::Inside => {}
                    Some(ast::Stmt::Select(_))
                        if statement.place == Place::Block
                            && !calls(statement, Volatility::Volatile) => {}
                    Some(sql) => {
                        is_opaque = false;
                        self.undo(sql, statement);
                    }
                },
                Reading::Computed(_) => {}
                Reading::Unread { .. } => {
                    self.by_hand(text.get(range.clone()).unwrap_or_default(), None);
                }
            },
        );
        if is_opaque {
            self.by_hand(text.get(range.clone()).unwrap_or_default(), None);
        }
    }

    fn undo(&mut self, sql: &ast::Stmt, statement: &Statement<'_>) {
        if let Some(created) = Created::of(statement) {
            return self.undo_creation(&created, statement);
        }
        if let Some(alter) = statement.alter_table() {
            return self.undo_alteration(sql, &alter, statement);
        }
        let is_gone = match sql {
            ast::Stmt::Insert(_) => {
                let about = ObjectName::below_node(&statement.node);
                about.is_some_and(|about| self.has_made(&about))
            }
            ast::Stmt::CommentOn(_) => {
                let about = ObjectName::below_node(&statement.node);
                about.is_some_and(|about| self.is_new(&about))
            }
            ast::Stmt::Grant(_) | ast::Stmt::Revoke(_) => {
                let about = ObjectName::all_below(&statement.node);
                !about.is_empty() && about.iter().all(|about| self.is_new(about))
            }
            _ => false,
        };
        let dropped: Vec<Object> = Dropped::of(sql).flat_map(|d| d.objects).collect();
        let drops_nothing = !dropped.is_empty()
            && dropped.iter().all(|object| {
                let owner = object.on.as_ref();
                owner.is_some_and(|table| self.has_made(table)) || self.earlier.lacks(object)
            });
        if !is_gone && !drops_nothing {
            let former = dropped.iter().find_map(|object| self.earlier.maker(object));
            self.by_hand_of(statement, former.cloned());
        }
    }

    /// Whether the file made it, or what it belongs to: `f`, or `t.c` of a column.
    fn is_new(&self, about: &ObjectName) -> bool {
        let table = about.schema.as_deref();
        let mut tables = self.tables.iter();
        let is_column = |object: &Object| {
            let on = object.on.as_ref().map(|on| on.name.as_str());
            on.is_some() && on == table && object.name.name == about.name
        };
        self.has_made(about)
            || tables.any(|made| Some(made.name.as_str()) == table)
            || self.new.iter().any(|object| match object.kind {
                ObjectKind::Column => is_column(object),
                _ => object.name.may_be(about),
            })
    }

    fn undo_creation(&mut self, created: &Created, statement: &Statement<'_>) {
        use ObjectKind as K;
        if created.is_temporary {
            return;
        }
        let parent = created.parent_name();
        let Some(object) = &created.object else {
            return match parent {
                Some(table) if self.has_made(&table) => {}
                _ => self.by_hand_of(statement, None),
            };
        };
        let owner = object.on.as_ref().or(parent.as_ref());
        if let Some(table) = owner.filter(|table| self.has_made(table)) {
            // What calls a function that was made behind the table would keep it from being dropped.
            let may_call = matches!(created.kind, K::Trigger | K::Index | K::Policy | K::Rule);
            if may_call && self.has_routine_behind(table) {
                self.mechanically(object.undo(created.parent().as_deref(), false), false);
            }
            return;
        }
        let is_mechanical = match created.kind {
            K::Schema => !created.has_elements(),
            K::Table | K::ForeignTable | K::Index | K::Sequence | K::Extension => true,
            K::View | K::MaterializedView | K::Statistics | K::Collation | K::Type => true,
            K::Domain | K::Function | K::Procedure | K::Trigger | K::Policy | K::Rule => true,
            _ => false,
        };
        // Where an earlier one has made it already, this has replaced it or done nothing.
        let former = self.earlier.maker(object).cloned();
        if !is_mechanical || former.is_some() {
            return self.by_hand_of(statement, former);
        }
        if matches!(created.kind, K::Table | K::ForeignTable) {
            self.tables.push(object.name.clone());
        }
        self.new.push(object.clone());
        let keyword = created.keyword().map(|word| word.kind());
        let concurrently = keyword == Some(SyntaxKind::CONCURRENTLY_KW);
        self.mechanically(
            object.undo(created.parent().as_deref(), concurrently),
            matches!(created.kind, K::Table | K::Sequence),
        );
    }

    fn undo_alteration(&mut self, sql: &ast::Stmt, alter: &AlterTable, statement: &Statement<'_>) {
        let is_new_table = self.has_made(&alter.table);
        let added: Vec<Created> = Created::added(sql).collect();
        let table = &alter.written;
        for action in &alter.actions {
            let added = added.iter().find(|added| added.node == *action.syntax());
            let object = added.and_then(|added| Some((added.kind, added.object.as_ref()?)));
            let action = match (object, action) {
                // Two new tables may refer to each other: then neither can be dropped first.
                (Some((ObjectKind::Constraint, object)), _) => Some((
                    format!("DROP CONSTRAINT IF EXISTS {}", object.written()),
                    false,
                )),
                _ if is_new_table => continue,
                (Some((ObjectKind::Column, object)), _) => {
                    self.new.push(object.clone());
                    Some((format!("DROP COLUMN IF EXISTS {}", object.written()), true))
                }
                (_, ast::AlterTableAction::EnableRls(_)) => {
                    Some(("DISABLE ROW LEVEL SECURITY".to_owned(), false))
                }
                (_, ast::AlterTableAction::ForceRls(_)) => {
                    Some(("NO FORCE ROW LEVEL SECURITY".to_owned(), false))
                }
                (_, ast::AlterTableAction::AlterColumn(column)) => not_null(column),
                _ => None,
            };
            match action {
                Some((action, loses_data)) => {
                    let sql = format!("ALTER TABLE IF EXISTS {table} {action};");
                    self.mechanically(sql, loses_data);
                }
                None => {
                    let dropped: Vec<Object> = Dropped::of(sql).flat_map(|d| d.objects).collect();
                    let former = dropped.iter().find_map(|object| self.earlier.maker(object));
                    let former = former.cloned();
                    return self.by_hand_of(statement, former);
                }
            }
        }
    }

    fn has_routine_behind(&self, table: &ObjectName) -> bool {
        use ObjectKind as K;
        let is_table =
            |o: &&Object| matches!(o.kind, K::Table | K::ForeignTable) && o.name.may_be(table);
        let behind = self.new.iter().skip_while(|object| !is_table(object));
        let mut kinds = behind.map(|object| object.kind);
        kinds.any(|kind| matches!(kind, K::Function | K::Procedure))
    }

    fn has_made(&self, table: &ObjectName) -> bool {
        self.tables.iter().any(|made| made.may_be(table))
    }

    fn mechanically(&mut self, sql: String, loses_data: bool) {
        self.steps.push(UndoStep::Statement { sql, loses_data });
    }

    fn by_hand_of(&mut self, statement: &Statement<'_>, former: Option<MigrationName>) {
        let source = statement.source(statement.range.clone());
        self.by_hand(source.unwrap_or_default(), former);
    }

    fn by_hand(&mut self, sql: &str, former: Option<MigrationName>) {
        let line = one_line(sql);
        let sql = match line.char_indices().nth(SHOWN) {
            Some((end, _)) => format!("{} …", line[..end].trim_end()),
            None => line,
        };
        let step = UndoStep::ByHand { sql, former };
        // Read in part only, a statement comes as itself and as not read.
        if self.steps.last() != Some(&step) {
            self.steps.push(step);
        }
    }
}

/// Whether it calls functions that may change something, as far as is known.
fn calls(statement: &Statement<'_>, least: Volatility) -> bool {
    let mut calls = statement.calls();
    calls.any(|call| volatility(&call.name) >= least)
}

/// What undoes `SET NOT NULL`.
fn not_null(column: &ast::AlterColumn) -> Option<(String, bool)> {
    let Some(ast::AlterColumnOption::SetNotNull(_)) = column.option() else {
        return None;
    };
    let name = one_line(&column.column_name_ref()?.syntax().text().to_string());
    Some((format!("ALTER COLUMN {name} DROP NOT NULL"), false))
}
