//! The names of tables, views, indexes and schemas.

use std::collections::{HashMap, HashSet};

use squawk_syntax::ast::{self, AstNode};

use super::indexes::index_columns;
use crate::object::{Dropped, ObjectKind, Renamed};
use crate::syntax::{ObjectName, Place, Statement, generated_name, tree};

/// The tables, views, indexes and schemas that migrations made, renamed and dropped.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    /// Tables, foreign tables and materialized views made here, under the name that they have now.
    tables: HashSet<ObjectName>,
    /// Views made here.
    views: HashSet<ObjectName>,
    /// Indexes made here, with the table that each belongs to.
    indexes: HashMap<ObjectName, ObjectName>,
    /// Schemas made here under a name that is written.
    schemas: HashSet<String>,
    /// What was there before under that name and no longer is.
    gone: HashSet<ObjectName>,
    /// New names of what was there before.
    arrived: HashSet<ObjectName>,
}

impl Names {
    /// Takes note of what a statement does; `before` is what earlier files did.
    pub(super) fn note(&mut self, statement: &Statement<'_>, before: &Self) {
        let Some(sql) = &statement.sql else { return };
        use ObjectKind as K;
        use ast::Stmt as S;
        if statement.place == Place::Inside
            && let Some(schema) = statement.schema_made_around()
        {
            return self.note_in(&schema, sql);
        }
        self.tables
            .extend(statement.table_of_query().map(|(name, _)| name.key()));
        match sql {
            S::CreateTable(s) => self.tables.extend(made(s)),
            S::CreateForeignTable(s) => self.tables.extend(made(s)),
            S::CreateMaterializedView(s) => self.tables.extend(made(s)),
            S::CreateView(s) => self.views.extend(made(s)),
            S::CreateIndex(s) => self.index(s),
            S::CreateSchema(s) => {
                let name = tree::first::<ast::Schema>(s.syntax());
                self.schemas
                    .extend(name.map(|name| ast::normalize_name_node(name.syntax())));
            }
            _ => {}
        }
        for dropped in Dropped::of(sql) {
            let names = dropped.objects.iter().map(|object| object.name.key());
            match dropped.kind {
                K::Index | K::Table | K::ForeignTable | K::View | K::MaterializedView => {
                    self.drop(dropped.kind, names);
                }
                _ => {}
            }
        }
        if let Some(renamed) = Renamed::of(sql).or_else(|| Renamed::moved(sql)) {
            let (old, new) = (renamed.old.key(), renamed.new.key());
            match renamed.kind {
                K::Index => {
                    let known = self.indexes.remove(&old);
                    let table = known.or_else(|| before.indexes.get(&old).cloned());
                    self.indexes.extend(table.map(|table| (new, table)));
                }
                K::Table | K::ForeignTable | K::View | K::MaterializedView => {
                    self.rename(old, new);
                }
                _ => {}
            }
        }
    }

    /// Adds what a later file did.
    pub(super) fn extend(&mut self, later: Self) {
        for name in &later.gone {
            self.tables.remove(name);
            self.views.remove(name);
            self.indexes.remove(name);
        }
        self.tables.extend(later.tables);
        self.tables.extend(later.arrived);
        self.views.extend(later.views);
        self.indexes.extend(later.indexes);
        self.schemas.extend(later.schemas);
    }

    /// What `CREATE SCHEMA s CREATE TABLE …` makes lies in that schema.
    fn note_in(&mut self, schema: &str, sql: &ast::Stmt) {
        let name = ObjectName::below(sql).map(|name| ObjectName::new(Some(schema), &name.name));
        match sql {
            ast::Stmt::CreateTable(_) => self.tables.extend(name),
            ast::Stmt::CreateView(_) => self.views.extend(name),
            _ => {}
        }
    }

    fn index(&mut self, create: &ast::CreateIndex) {
        let table = ObjectName::of(create.table_relation_name());
        let index = ObjectName::of(create.index()).or_else(|| {
            let columns: Option<Vec<String>> = index_columns(create).collect();
            let name = generated_name(table.as_ref()?, &columns?, "idx");
            Some(ObjectName::new(None, &name))
        });
        if let (Some(index), Some(table)) = (index, table) {
            // An index lies in the schema of its table.
            let index = ObjectName::new(table.schema.as_deref(), &index.name);
            self.indexes.insert(index.key(), table);
        }
    }

    fn drop(&mut self, kind: ObjectKind, names: impl Iterator<Item = ObjectName>) {
        for name in names {
            if kind == ObjectKind::Index {
                self.indexes.remove(&name);
            } else {
                self.tables.remove(&name);
                self.views.remove(&name);
            }
            self.gone.insert(name);
        }
    }

    fn rename(&mut self, old: ObjectName, new: ObjectName) {
        let of_file = self.tables.remove(&old);
        let view_of_file = self.views.remove(&old);
        if of_file {
            self.tables.insert(new);
        } else if view_of_file {
            self.views.insert(new);
        } else {
            self.arrived.insert(new);
            self.gone.insert(old);
        }
    }

    /// Whether the table was made here.
    pub(crate) fn has_table(&self, name: &ObjectName) -> bool {
        self.tables.contains(&name.key())
    }

    /// Whether the view was made here.
    pub(crate) fn has_view(&self, name: &ObjectName) -> bool {
        self.views.contains(&name.key())
    }

    /// Whether the schema was made here.
    pub(crate) fn has_schema(&self, name: &str) -> bool {
        self.schemas.contains(name)
    }

    /// The table of an index that was made here.
    pub(crate) fn table_of_index(&self, index: &ObjectName) -> Option<&ObjectName> {
        self.indexes.get(&index.key())
    }

    /// Whether something has that name now, and has got it here.
    pub(crate) fn takes(&self, name: &ObjectName) -> bool {
        let name = name.key();
        self.tables.contains(&name) || self.views.contains(&name) || self.arrived.contains(&name)
    }

    /// Whether what had that name before was dropped or renamed here.
    pub(crate) fn frees(&self, name: &ObjectName) -> bool {
        self.gone.contains(&name.key())
    }
}

/// The first name below a node, with its schema.
fn made(node: &impl AstNode) -> Option<ObjectName> {
    ObjectName::below(node).map(|name| name.key())
}
