//! What a second run of the file meets: what is there after the first run, and what the file has
//! made or dropped up to a place of it.

use std::collections::HashSet;
use std::ops::Range;

use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::{self, AstNode};

use super::events::{Event, Events, How};
use crate::object::{Created, Dropped, Expected, Object, ObjectKind, Renamed};
use crate::syntax::{
    ObjectName, Place, Statement, constant, equalities, name_in, name_of, name_of_call, tree,
};

/// What the file makes and drops, in its order, and what it reads; known within one file only.
#[derive(Debug, Clone, Default)]
pub(crate) struct SecondRun {
    events: Events,
    /// Relations that statements need, with the columns that they name.
    reads: Vec<Read>,
    renames: Vec<Rename>,
    deletes: Vec<Delete>,
    /// Values that rows get, by table.
    updates: Vec<(ObjectName, Value, usize)>,
    /// Columns that get a default, by table: those that lost theirs have one again.
    defaults: HashSet<(ObjectName, String, usize)>,
}

/// A statement that fails where a relation, or a column of it, is not there.
#[derive(Debug, Clone)]
pub(crate) struct Read {
    pub(crate) relation: ObjectName,
    /// The words in the statement: names of columns are among them.
    pub(crate) words: Vec<String>,
    pub(crate) range: Range<usize>,
}

/// A column and its value.
type Value = (String, String);

/// Rows that are deleted by the values that they have.
#[derive(Debug, Clone)]
pub(crate) struct Delete {
    pub(crate) table: ObjectName,
    values: Vec<Value>,
    pub(crate) range: Range<usize>,
}

/// An object that gets another name, whether it had it before or not.
#[derive(Debug, Clone)]
pub(crate) struct Rename {
    pub(crate) from: Object,
    pub(crate) to: Object,
    /// The words that say so.
    pub(crate) words: Range<usize>,
    /// The statement.
    at: Range<usize>,
}

impl SecondRun {
    /// Takes note of what a statement does.
    pub(super) fn note(&mut self, statement: &Statement<'_>) {
        let Some(sql) = &statement.sql else { return };
        for dropped in Dropped::of(sql) {
            let how = match dropped.cascades {
                true => How::DroppedWithAll,
                false => How::Dropped,
            };
            for object in dropped.objects {
                self.add(object, how, Vec::new(), statement);
            }
        }
        self.note_created(sql, statement);
        self.note_renames(sql, statement);
        if statement.guards.is_empty() && statement.place != Place::Block {
            self.note_values(sql, statement);
            self.note_reads(sql, statement);
        }
    }

    fn add(&mut self, object: Object, how: How, needs: Vec<ObjectName>, statement: &Statement<'_>) {
        self.events.add(Event {
            object,
            how,
            at: statement.range.start,
            reach: statement.reach(statement.guards.len()),
            needs,
        });
    }

    fn note_created(&mut self, sql: &ast::Stmt, statement: &Statement<'_>) {
        let created = Created::of(statement)
            .into_iter()
            .chain(Created::added(sql));
        for created in created {
            if let Some(object) = created.object {
                let needs = needs(&created.node, created.kind);
                self.add(object, made(created.is_temporary), needs, statement);
            }
        }
        if let Some((name, is_temporary)) = statement.table_of_query() {
            let table = Object::named(ObjectKind::Table, name, None);
            self.add(table, made(is_temporary), Vec::new(), statement);
        }
        if !matches!(sql, ast::Stmt::AlterTable(_)) {
            return;
        }
        for constraint in statement.new_constraints() {
            // The first name that the server tries, which it takes if the first run was the first.
            let generated = || constraint.generated_names()?.next();
            let name = constraint.name().is_none().then(generated).flatten();
            if let Some(name) = name {
                let name = ObjectName::new(None, &name);
                let owner = Some(&constraint.owner);
                let object = Object::named(ObjectKind::Constraint, name, owner);
                self.add(object, How::Made, Vec::new(), statement);
            }
        }
    }

    fn note_renames(&mut self, sql: &ast::Stmt, statement: &Statement<'_>) {
        if let Some(renamed) = Renamed::of(sql) {
            let (from, to) = (renamed.from(), renamed.to());
            let new = vec![renamed.new.clone()];
            self.add(from.clone(), How::Left, new, statement);
            self.add(to.clone(), How::Arrived, Vec::new(), statement);
            if statement.guards.is_empty() {
                self.renames.push(Rename {
                    from,
                    to,
                    words: statement.range_of_node(&renamed.node),
                    at: statement.range.clone(),
                });
            }
        }
        let ast::Stmt::AlterTable(alter) = sql else {
            return;
        };
        if let Some(moved) = Renamed::moved(sql) {
            self.add(moved.from(), How::Left, Vec::new(), statement);
            self.add(moved.to(), How::Arrived, Vec::new(), statement);
        }
        let Some(table) = ObjectName::of(alter.table_relation_name()) else {
            return;
        };
        for action in alter.actions() {
            if let ast::AlterTableAction::AlterColumn(column) = action
                && let Some(ast::AlterColumnOption::SetDefault(_)) = column.option()
            {
                let name = name_of(column.column_name_ref());
                let at = statement.range.start;
                self.defaults
                    .extend(name.map(|name| (table.key(), name, at)));
            }
        }
    }

    fn note_reads(&mut self, sql: &ast::Stmt, statement: &Statement<'_>) {
        use ast::Stmt as S;
        if let S::AlterTable(alter) = sql {
            return self.note_altered(alter, statement);
        }
        let reads = matches!(
            sql,
            S::Insert(_)
                | S::Update(_)
                | S::Delete(_)
                | S::Merge(_)
                | S::CreateTableAs(_)
                | S::Select(_)
                | S::CompoundSelect(_)
                | S::CreateMaterializedView(_)
        );
        if !reads {
            return;
        }
        let own = match sql {
            S::Insert(s) => s.relation_name_ref().map(|name| name.syntax().clone()),
            _ => None,
        };
        let mut names: Vec<ObjectName> = tree::all::<ast::RelationNameRef>(&statement.node)
            .filter(|name| own.as_ref() != Some(name.syntax()))
            .filter_map(|name| ObjectName::below(&name))
            .collect();
        match sql {
            S::Update(update) => names.extend(ObjectName::of(update.relation_name())),
            S::Merge(merge) => names.extend(ObjectName::of(merge.table_relation_name())),
            _ => {}
        }
        if names.is_empty() {
            return;
        }
        let words = tree::all::<ast::NameRef>(&statement.node);
        let words: Vec<String> = words.map(|name| name.text()).collect();
        for relation in names {
            self.reads.push(Read {
                relation,
                words: words.clone(),
                range: statement.range.clone(),
            });
        }
    }

    fn note_values(&mut self, sql: &ast::Stmt, statement: &Statement<'_>) {
        match sql {
            ast::Stmt::Delete(delete) => {
                let clause = delete.where_clause_or_current_of();
                let Some(ast::WhereClauseOrCurrentOf::WhereClause(clause)) = clause else {
                    return;
                };
                let table = ObjectName::of(delete.relation_name());
                if let (Some(table), Some(condition)) = (table, clause.expr()) {
                    self.deletes.push(Delete {
                        table,
                        values: equalities(&condition),
                        range: statement.range.clone(),
                    });
                }
            }
            ast::Stmt::Update(update) => {
                let Some(table) = ObjectName::of(update.relation_name()) else {
                    return;
                };
                let columns = update.set_clause().and_then(|set| set.set_column_list());
                for column in columns.into_iter().flat_map(|list| list.set_columns()) {
                    let ast::SetColumn::SetSingleColumn(single) = column else {
                        continue;
                    };
                    let name = single.column_target().and_then(|target| target.name());
                    let value = single.set_expr().and_then(|set| set.expr());
                    if let (Some(name), Some(ast::Expr::Literal(value))) = (name, value) {
                        let name = ast::normalize_name_node(name.syntax());
                        let value = (name, constant(&value));
                        self.updates
                            .push((table.clone(), value, statement.range.start));
                    }
                }
            }
            _ => {}
        }
    }

    /// What is deleted by the value that a later statement gives to other rows.
    pub(crate) fn deletes_again(&self) -> impl Iterator<Item = (&Delete, &Value)> {
        self.deletes.iter().filter_map(|delete| {
            let mut later = self.updates.iter().filter(|(table, value, at)| {
                *at > delete.range.start
                    && table.may_be(&delete.table)
                    && delete.values == [value.clone()]
            });
            later.next().map(|(_, value, _)| (delete, value))
        })
    }

    /// `ALTER COLUMN` fails too where the column is not there.
    fn note_altered(&mut self, alter: &ast::AlterTable, statement: &Statement<'_>) {
        let Some(relation) = ObjectName::of(alter.table_relation_name()) else {
            return;
        };
        let columns = alter.actions().filter_map(|action| match action {
            ast::AlterTableAction::AlterColumn(column) => name_in(&column.column_name_ref()?),
            _ => None,
        });
        let words: Vec<String> = columns.collect();
        if !words.is_empty() {
            self.reads.push(Read {
                relation,
                words,
                range: statement.range.clone(),
            });
        }
    }

    /// Whether a statement at that place, which fails where the objects are there, or where they are
    /// not, fails in a second run; so too where that cannot be told.
    pub(crate) fn fails(&self, expected: &Expected, at: &Range<usize>) -> bool {
        expected.objects.is_empty()
            || expected.objects.iter().any(|object| {
                let present = self.events.finds(object, at, expected.present);
                present.is_none_or(|present| present == expected.present)
            })
    }

    /// Why a table is not there when a second run comes to this read: that the file drops it, or gives
    /// it another name.
    pub(crate) fn is_gone(&self, read: &Read) -> Option<&'static str> {
        let table = Object::named(ObjectKind::Table, read.relation.clone(), None);
        self.events.missing(&table, &read.range)
    }

    /// The columns that are not there when a second run comes to this read, and why.
    pub(crate) fn gone_columns<'a>(
        &'a self,
        read: &'a Read,
    ) -> impl Iterator<Item = (&'a str, &'static str)> {
        read.words.iter().filter_map(|word| {
            let name = ObjectName::new(None, word);
            let column = Object::named(ObjectKind::Column, name, Some(&read.relation));
            let why = self.events.missing(&column, &read.range)?;
            Some((word.as_str(), why))
        })
    }

    /// What the file needs.
    pub(crate) fn reads(&self) -> &[Read] {
        &self.reads
    }

    /// The renames that a second run would make again, if the new name were not taken by then: the
    /// file makes another object under the old name.
    pub(crate) fn clashes(&self) -> impl Iterator<Item = &Rename> {
        self.renames.iter().filter(|rename| {
            let is_there = |object| self.events.finds(object, &rename.at, false) == Some(true);
            is_there(&rename.from) && is_there(&rename.to)
        })
    }

    /// Whether the file makes the object before that place.
    pub(crate) fn is_made_before(&self, object: &Object, at: usize) -> bool {
        self.events.is_made_before(object, at)
    }

    /// Whether the file makes the object again after that place, or the table that it is a part of; of
    /// a column, also whether it gives it a default.
    pub(crate) fn is_made_again(&self, object: &Object, at: usize) -> bool {
        let owner = object.on.clone().filter(|_| object.kind.is_part());
        let has_default = owner.as_ref().is_some_and(|owner| {
            let mut defaults = self.defaults.iter();
            defaults.any(|(table, column, place)| {
                table.may_be(owner) && *column == object.name.name && *place >= at
            })
        });
        let owner = owner.map(|owner| Object::named(ObjectKind::Table, owner, None));
        has_default
            || self.events.is_made_after(object, at)
            || owner.is_some_and(|owner| self.events.is_made_after(&owner, at))
    }
}

fn made(is_temporary: bool) -> How {
    match is_temporary {
        true => How::MadeForSession,
        false => How::Made,
    }
}

/// Without what a new view or trigger cannot be.
fn needs(node: &SyntaxNode, kind: ObjectKind) -> Vec<ObjectName> {
    match kind {
        ObjectKind::View | ObjectKind::MaterializedView => ObjectName::read_in(node).collect(),
        ObjectKind::Trigger => {
            let call = ast::CreateTrigger::cast(node.clone()).and_then(|t| t.call_expr());
            let function = call.and_then(|call| name_of_call(&call));
            function.into_iter().collect()
        }
        _ => Vec::new(),
    }
}
