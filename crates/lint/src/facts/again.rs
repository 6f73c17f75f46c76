//! What a second run finds as the first one did: objects that the file drops before it creates
//! them, or always creates, and tables that it empties.

use std::collections::HashMap;
use std::ops::Range;

use squawk_syntax::ast::{self, AstNode};

use crate::object::{Created, Dropped, Object, ObjectKind, Renamed};
use crate::syntax::{ObjectName, Place, Statement};

/// What the file leaves no trace of from before, as far as that can be read from its text; known
/// within one file only.
#[derive(Debug, Clone, Default)]
pub(crate) struct Again {
    /// What was dropped, whether it was there or not, by [`Object::key`].
    dropped: Reaching<Object>,
    /// What is created whenever the file runs, by the last part of its name.
    made_anew: Reaching<MadeAnew>,
    /// Tables that are emptied whenever the file runs.
    emptied: Reaching<ObjectName>,
}

/// Things by a key, each with the part of the file that runs only behind what was done with it.
#[derive(Debug, Clone)]
struct Reaching<T>(HashMap<String, Vec<(T, Range<usize>)>>);

impl<T> Default for Reaching<T> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<T> Reaching<T> {
    fn add(&mut self, key: String, thing: T, reach: Range<usize>) {
        self.0.entry(key).or_default().push((thing, reach));
    }

    /// Whether there is such a thing for what stands at that place.
    fn any(&self, key: &str, at: &Range<usize>, test: impl Fn(&T) -> bool) -> bool {
        let mut things = self.0.get(key).into_iter().flatten();
        things.any(|(thing, reach)| test(thing) && reach.start <= at.start && at.end <= reach.end)
    }
}

/// Something that cannot hold anything from before.
#[derive(Debug, Clone, PartialEq, Eq)]
enum MadeAnew {
    Schema,
    /// Something in a schema.
    Inside(ObjectName),
}

impl Again {
    /// Takes note of what a statement does.
    pub(super) fn note(&mut self, statement: &Statement<'_>) {
        let Some(sql) = &statement.sql else { return };
        match sql {
            ast::Stmt::Truncate(truncate) => {
                let nodes = truncate.syntax().descendants();
                let tables = nodes.filter_map(ast::TableNameRef::cast);
                self.note_emptied(tables.filter_map(|t| ObjectName::below(&t)), statement);
            }
            ast::Stmt::Delete(delete) if delete.where_clause_or_current_of().is_none() => {
                let name = ObjectName::of(delete.relation_name());
                self.note_emptied(name.into_iter(), statement);
            }
            _ => {}
        }
        self.note_dropped(sql, statement);
        self.note_renamed(sql, statement);
        self.note_made_anew(statement);
    }

    fn note_dropped(&mut self, sql: &ast::Stmt, statement: &Statement<'_>) {
        for dropped in Dropped::of(sql) {
            for object in dropped.objects {
                let guard = statement.guard(true, &object.lookup(dropped.kind.missing().names()));
                let reach = match guard {
                    // What this guard skips is not there to be dropped.
                    Some(guard) => statement.reach(guard),
                    // Without IF EXISTS, it is gone too, or the migration fails.
                    None => statement.reach(statement.guards.len()),
                };
                self.dropped.add(object.key(), object, reach);
            }
        }
    }

    /// What gets another name is not there under the old one, or the migration fails. A table keeps its
    /// indexes, whose names another one cannot use.
    fn note_renamed(&mut self, sql: &ast::Stmt, statement: &Statement<'_>) {
        let has_indexes = |kind| matches!(kind, ObjectKind::Table | ObjectKind::MaterializedView);
        if let Some(renamed) = Renamed::of(sql).filter(|renamed| !has_indexes(renamed.kind)) {
            let object = renamed.from();
            let reach = statement.reach(statement.guards.len());
            self.dropped.add(object.key(), object, reach);
        }
    }

    fn note_made_anew(&mut self, statement: &Statement<'_>) {
        let reach = || statement.reach(statement.guards.len());
        if let Some((name, is_temporary)) = statement.table_of_query()
            && (is_temporary || self.dropped_table(&name, &statement.range))
        {
            self.note_anew(name, false, reach());
        }
        let Some(created) = Created::of(statement) else {
            return;
        };
        let Some(object) = &created.object else {
            return;
        };
        let is_schema = created.kind == ObjectKind::Schema;
        let lookup = object.lookup(created.kind.duplicate().names());
        if created.is_temporary || self.dropped(object, &statement.range) {
            self.note_anew(object.name.clone(), is_schema, reach());
        } else if let Some(guard) = statement.guard(false, &lookup) {
            // What stands behind it in the guard's body runs only where it was not there.
            let reach = statement.reach(guard + 1);
            self.note_anew(object.name.clone(), is_schema, reach);
        } else if self.is_made_anew(&object.name, &statement.range) {
            self.note_anew(object.name.clone(), is_schema, reach());
        }
    }

    fn note_anew(&mut self, name: ObjectName, is_schema: bool, reach: Range<usize>) {
        let key = name.name.clone();
        let made = if is_schema {
            MadeAnew::Schema
        } else {
            MadeAnew::Inside(name)
        };
        self.made_anew.add(key, made, reach);
    }

    fn note_emptied(&mut self, names: impl Iterator<Item = ObjectName>, statement: &Statement<'_>) {
        for name in names {
            let reach = statement.reach(statement.guards.len());
            self.emptied.add(name.name.clone(), name, reach);
        }
    }

    /// Whether it does no harm to create what is there already: because nothing can be there,
    /// since it was dropped before or is made in something new, or because a guard says so.
    pub(crate) fn allows(&self, created: &Created, statement: &Statement<'_>) -> bool {
        if created.is_temporary || statement.place == Place::Inside {
            return true;
        }
        let at = &statement.range;
        let Some(object) = &created.object else {
            let on = created.parent_name();
            return on.is_some_and(|on| self.is_made_anew(&on, at));
        };
        let made = object.on.as_ref().unwrap_or(&object.name);
        let lookup = object.lookup(created.kind.duplicate().names());
        statement.guard(false, &lookup).is_some()
            || self.dropped(object, at)
            || object.is_dropped_with(statement)
            || self.is_made_anew(made, at)
    }

    /// Whether the object is never there when what stands at that place of the file runs, since a
    /// statement before it dropped it if it was.
    pub(crate) fn dropped(&self, object: &Object, at: &Range<usize>) -> bool {
        self.dropped.any(&object.key(), at, |gone| {
            gone.kind.drops(object.kind) && gone.may_be(object)
        })
    }

    /// The same for a table.
    pub(crate) fn dropped_table(&self, name: &ObjectName, at: &Range<usize>) -> bool {
        self.dropped.any(&name.name, at, |gone| {
            gone.kind == ObjectKind::Table && gone.name.may_be(name)
        })
    }

    /// Whether the table, type or other thing of that name holds nothing from before when what
    /// stands at that place of the file runs: it is temporary, or made by the file whenever that
    /// place is reached.
    pub(crate) fn is_made_anew(&self, name: &ObjectName, at: &Range<usize>) -> bool {
        let is_it = |made: &MadeAnew| matches!(made, MadeAnew::Inside(made) if made.may_be(name));
        let is_schema = |made: &MadeAnew| *made == MadeAnew::Schema;
        let schema = name.schema.as_deref();
        self.made_anew.any(&name.name, at, is_it)
            || schema.is_some_and(|schema| self.made_anew.any(schema, at, is_schema))
    }

    /// Whether the table holds no row when what stands at that place of the file runs.
    pub(crate) fn is_emptied(&self, name: &ObjectName, at: &Range<usize>) -> bool {
        self.emptied.any(&name.name, at, |table| table.may_be(name))
    }
}
