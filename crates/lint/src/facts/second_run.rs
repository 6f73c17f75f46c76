//! What a second run of the file meets: what is there after the first run, and what the file has
//! made or dropped up to a place of it.

use std::collections::HashMap;
use std::ops::Range;

use squawk_syntax::ast::{self, AstNode};

use super::Fact;
use crate::object::{Created, Dropped, Expected, Object, ObjectKind};
use crate::syntax::{ObjectName, Place, Statement, name_in};

/// What the file makes and drops, in its order, and what it reads; known within one file only.
#[derive(Debug, Clone, Default)]
pub(crate) struct SecondRun {
    /// By [`Object::key`].
    events: HashMap<String, Vec<Event>>,
    /// Relations that statements read, with the columns that they name.
    reads: Vec<Read>,
}

#[derive(Debug, Clone)]
struct Event {
    object: Object,
    /// Whether the object is there from then on.
    present: bool,
    /// Whether it has another name from then on, which is found by itself.
    is_plain_rename: bool,
    at: usize,
    reach: Range<usize>,
}

/// A statement that fails where a relation, or a column of it, is not there.
#[derive(Debug, Clone)]
pub(crate) struct Read {
    pub(crate) relation: ObjectName,
    /// The words in the statement: names of columns are among them.
    pub(crate) words: Vec<String>,
    pub(crate) range: Range<usize>,
}

impl Fact for SecondRun {
    fn note(&mut self, statement: &Statement<'_>, _before: &Self) {
        let Some(sql) = &statement.sql else { return };
        let reach = statement.reach(statement.guards.len());
        for dropped in Dropped::of(sql) {
            for object in dropped.objects {
                self.add(object, false, statement, &reach);
            }
        }
        let created = Created::of(statement)
            .into_iter()
            .chain(Created::added(sql));
        for object in created.filter_map(|created| created.object) {
            self.add(object, true, statement, &reach);
        }
        self.note_renames(sql, statement, &reach);
        if statement.guards.is_empty() && statement.place != Place::Block {
            self.note_reads(sql, statement);
        }
    }
}

impl SecondRun {
    fn add(
        &mut self,
        object: Object,
        present: bool,
        statement: &Statement<'_>,
        reach: &Range<usize>,
    ) {
        let event = Event {
            present,
            is_plain_rename: false,
            at: statement.range.start,
            reach: reach.clone(),
            object,
        };
        self.events
            .entry(event.object.key())
            .or_default()
            .push(event);
    }

    fn note_renames(&mut self, sql: &ast::Stmt, statement: &Statement<'_>, reach: &Range<usize>) {
        let ast::Stmt::AlterTable(alter) = sql else {
            return;
        };
        let Some(table) = ObjectName::of(alter.table_relation_name()) else {
            return;
        };
        for action in alter.actions() {
            let (kind, old, new, on) = match &action {
                // It has a default again, and so is there.
                ast::AlterTableAction::AlterColumn(column)
                    if matches!(column.option(), Some(ast::AlterColumnOption::SetDefault(_))) =>
                {
                    let name = column.column_name_ref().and_then(|name| name_in(&name));
                    if let Some(name) = name.map(|name| ObjectName::new(None, &name)) {
                        let column = Object::named(ObjectKind::Column, name, Some(&table));
                        self.add(column, true, statement, reach);
                    }
                    continue;
                }
                ast::AlterTableAction::RenameColumn(rename) => {
                    let old = rename.column_name_ref().and_then(|name| name_in(&name));
                    let new = rename.column_name().map(|name| name.text());
                    let (Some(old), Some(new)) = (old, new) else {
                        continue;
                    };
                    let plain = |name: &str| ObjectName::new(None, name);
                    (ObjectKind::Column, plain(&old), plain(&new), Some(&table))
                }
                action => match table.after(action) {
                    Some(new) => (ObjectKind::Table, table.clone(), new, None),
                    None => continue,
                },
            };
            let old = Object::named(kind, old, on);
            let key = old.key();
            self.add(old, false, statement, reach);
            if let Some(event) = self
                .events
                .get_mut(&key)
                .and_then(|events| events.last_mut())
            {
                event.is_plain_rename = statement.guards.is_empty();
            }
            self.add(Object::named(kind, new, on), true, statement, reach);
        }
    }

    fn note_reads(&mut self, sql: &ast::Stmt, statement: &Statement<'_>) {
        use ast::Stmt as S;
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
        let mut names: Vec<ObjectName> = statement
            .node
            .descendants()
            .filter_map(ast::RelationNameRef::cast)
            .filter(|name| own.as_ref() != Some(name.syntax()))
            .filter_map(|name| ObjectName::below(&name))
            .collect();
        if let S::Update(update) = sql {
            names.extend(ObjectName::of(update.relation_name()));
        }
        if names.is_empty() {
            return;
        }
        let words = statement.node.descendants().filter_map(ast::NameRef::cast);
        let words: Vec<String> = words.map(|name| name.text()).collect();
        for relation in names {
            self.reads.push(Read {
                relation,
                words: words.clone(),
                range: statement.range.clone(),
            });
        }
    }

    /// Whether a statement at that place, which fails where the objects are there, or where they are
    /// not, fails in a second run; so too where that cannot be told.
    pub(crate) fn fails(&self, expected: &Expected, at: &Range<usize>) -> bool {
        expected.objects.is_empty()
            || expected.objects.iter().any(|object| {
                let present = self.is_present(object, at, expected.present);
                present.is_none_or(|present| present == expected.present)
            })
    }

    /// Whether a second run finds the object when it gets to that place; `creates` says that
    /// the statement there creates it, after whatever it drops.
    fn is_present(&self, object: &Object, at: &Range<usize>, creates: bool) -> Option<bool> {
        let events = self.events.get(&object.key())?;
        let same = |event: &&Event| {
            (event.object.kind == object.kind
                || event.object.kind.drops(object.kind)
                || object.kind.drops(event.object.kind))
                && event.object.may_be(object)
        };
        let before = events.iter().filter(same).rfind(|event| {
            let earlier = event.at < at.start || event.at == at.start && creates && !event.present;
            earlier && event.reach.start <= at.start && at.end <= event.reach.end
        });
        let last = || events.iter().rfind(same);
        before.or_else(last).map(|event| event.present)
    }

    /// Whether the object is not there then, and no rule about renames says so.
    fn is_missing(&self, object: &Object, at: &Range<usize>) -> bool {
        let renamed = || {
            let events = self.events.get(&object.key());
            events.is_some_and(|events| events.iter().any(|event| event.is_plain_rename))
        };
        self.is_present(object, at, false) == Some(false) && !renamed()
    }

    /// Whether a table that the file drops is not there when a second run comes to this read.
    pub(crate) fn is_gone(&self, read: &Read) -> bool {
        let table = Object::named(ObjectKind::Table, read.relation.clone(), None);
        self.is_missing(&table, &read.range)
    }

    /// The columns that the file drops, and that are not there when a second run comes to this read.
    pub(crate) fn gone_columns<'a>(&'a self, read: &'a Read) -> impl Iterator<Item = &'a str> {
        read.words.iter().map(String::as_str).filter(|word| {
            let name = ObjectName::new(None, word);
            let column = Object::named(ObjectKind::Column, name, Some(&read.relation));
            self.is_missing(&column, &read.range)
        })
    }

    /// What the file reads.
    pub(crate) fn reads(&self) -> &[Read] {
        &self.reads
    }

    /// Whether the file makes the object before that place.
    pub(crate) fn is_made_before(&self, object: &Object, at: usize) -> bool {
        let events = self.events.get(&object.key());
        events.is_some_and(|events| {
            events
                .iter()
                .any(|event| event.present && event.at < at && event.object.may_be(object))
        })
    }

    /// Whether the file makes the object again after that place, or the table that it is a part of.
    pub(crate) fn is_made_again(&self, object: &Object, at: usize) -> bool {
        let owner = object.on.clone().filter(|_| object.kind.is_part());
        let owner = owner.map(|owner| Object::named(ObjectKind::Table, owner, None));
        self.is_made_after(object, at) || owner.is_some_and(|owner| self.is_made_after(&owner, at))
    }

    /// Whether the file makes the object after that place.
    fn is_made_after(&self, object: &Object, at: usize) -> bool {
        let events = self.events.get(&object.key());
        events.is_some_and(|events| {
            events.iter().any(|event| {
                let same_kind =
                    event.object.kind == object.kind || object.kind.drops(event.object.kind);
                event.present && event.at >= at && same_kind && event.object.may_be(object)
            })
        })
    }
}
