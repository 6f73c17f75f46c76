//! The statements that undo a migration, where that is mechanical.

use jubilee_core::{MigrationName, SourceFile, TransactionMode, Version, normalise, parse};
use squawk_syntax::SyntaxKind;
use squawk_syntax::ast::{self, AstNode};

use crate::object::{Created, Object, ObjectKind};
use crate::syntax::{AlterTable, ObjectName, Place, Reading, Routines, Statement, one_line, walk};

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
    /// Only a person can say what does: the statement, or the beginning of it.
    ByHand(String),
}

/// What undoes a migration of a folder; `None` where it is not there or cannot be read.
#[must_use]
pub fn undo(database: &str, entries: &[SourceFile<'_>], version: Version) -> Option<Undo> {
    let mut earlier = Vec::new();
    let mut found = None;
    let mut entries: Vec<&SourceFile<'_>> = entries.iter().collect();
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    for entry in entries {
        let Ok(name) = MigrationName::from_file_name(&entry.name) else {
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
                    if let Reading::Statement(statement) = reading {
                        earlier.extend(made(statement).filter_map(|created| created.object));
                    }
                });
            }
            continue;
        }
        let (start, end) = (
            statements.first()?.range.start,
            statements.last()?.range.end,
        );
        let mut undoing = Undoing {
            earlier: Vec::new(),
            tables: Vec::new(),
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

struct Undoing {
    /// What the migrations before it have made.
    earlier: Vec<Object>,
    /// The tables that it has made so far: what else it does with them is gone with them.
    tables: Vec<ObjectName>,
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
                    None => {}
                    Some(ast::Stmt::Do(_)) => is_opaque = true,
                    Some(_) if statement.place == Place::Inside => {}
                    // It reads; what it may call is not known.
                    Some(ast::Stmt::Select(_)) if statement.place == Place::Block => {}
                    Some(sql) => {
                        is_opaque = false;
                        self.undo(sql, statement);
                    }
                },
                Reading::Unread { .. } => self.by_hand(text.get(range.clone()).unwrap_or_default()),
            },
        );
        if is_opaque {
            self.by_hand(text.get(range.clone()).unwrap_or_default());
        }
    }

    fn undo(&mut self, sql: &ast::Stmt, statement: &Statement<'_>) {
        if let Some(created) = Created::of(statement) {
            return self.undo_creation(&created, statement);
        }
        if let Some(alter) = statement.alter_table() {
            return self.undo_alteration(sql, &alter, statement);
        }
        let about = ObjectName::below_node(&statement.node);
        let of_new_table = about.is_some_and(|about| {
            let of_column = about.schema.as_deref();
            let is_its = |made: &ObjectName| Some(made.name.as_str()) == of_column;
            self.has_made(&about) || self.tables.iter().any(is_its)
        });
        let is_gone_with_table = matches!(
            sql,
            ast::Stmt::CommentOn(_)
                | ast::Stmt::Grant(_)
                | ast::Stmt::Revoke(_)
                | ast::Stmt::Insert(_)
        );
        if !(of_new_table && is_gone_with_table) {
            self.by_hand_of(statement);
        }
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
                _ => self.by_hand_of(statement),
            };
        };
        let owner = object.on.as_ref().or(parent.as_ref());
        if owner.is_some_and(|table| self.has_made(table)) {
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
        let is_new = !self
            .earlier
            .iter()
            .any(|earlier| earlier.kind == created.kind && earlier.may_be(object));
        if !is_mechanical || !is_new {
            return self.by_hand_of(statement);
        }
        if matches!(created.kind, K::Table | K::ForeignTable) {
            self.tables.push(object.name.clone());
        }
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
                None => return self.by_hand_of(statement),
            }
        }
    }

    fn has_made(&self, table: &ObjectName) -> bool {
        self.tables.iter().any(|made| made.may_be(table))
    }

    fn mechanically(&mut self, sql: String, loses_data: bool) {
        self.steps.push(UndoStep::Statement { sql, loses_data });
    }

    fn by_hand_of(&mut self, statement: &Statement<'_>) {
        let source = statement.source(statement.range.clone());
        self.by_hand(source.unwrap_or_default());
    }

    fn by_hand(&mut self, sql: &str) {
        let line = one_line(sql);
        let step = match line.char_indices().nth(SHOWN) {
            Some((end, _)) => format!("{} …", line[..end].trim_end()),
            None => line,
        };
        let step = UndoStep::ByHand(step);
        // Read in part only, a statement comes as itself and as not read.
        if self.steps.last() != Some(&step) {
            self.steps.push(step);
        }
    }
}

/// What undoes `SET NOT NULL`.
fn not_null(column: &ast::AlterColumn) -> Option<(String, bool)> {
    let Some(ast::AlterColumnOption::SetNotNull(_)) = column.option() else {
        return None;
    };
    let name = one_line(&column.column_name_ref()?.syntax().text().to_string());
    Some((format!("ALTER COLUMN {name} DROP NOT NULL"), false))
}
