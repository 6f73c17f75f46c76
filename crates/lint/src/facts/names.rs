//! The names of tables, views, indexes and schemas.

use std::collections::{HashMap, HashSet};

use squawk_syntax::ast::{self, AstNode};

use super::Fact;
use super::indexes::index_columns;
use crate::object::Renamed;
use crate::syntax::{ObjectName, Place, Statement, generated_name};

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

impl Fact for Names {
    fn note(&mut self, statement: &Statement<'_>, before: &Self) {
        let Some(sql) = &statement.sql else { return };
        use ast::Stmt as S;
        if statement.place == Place::Inside
            && let Some(schema) = statement.schema_made_around()
        {
            return self.note_in(&schema, sql);
        }
        match sql {
            S::CreateTable(s) => self.table(made(s)),
            S::CreateTableAs(s) => self.table(made(s)),
            S::CreateForeignTable(s) => self.table(made(s)),
            S::CreateMaterializedView(s) => self.table(made(s)),
            // In PL/pgSQL it sets a variable.
            S::SelectInto(s) if statement.place != Place::Block => {
                self.table(s.into_clause().as_ref().and_then(made));
            }
            S::CreateView(s) => self.views.extend(made(s)),
            S::CreateIndex(s) => self.index(s),
            S::DropIndex(s) => {
                for index in names(s) {
                    self.indexes.remove(&index);
                    self.gone.insert(index);
                }
            }
            S::AlterIndex(_) => {
                if let Some(renamed) = Renamed::of(sql) {
                    let (old, new) = (renamed.old.key(), renamed.new.key());
                    let known = self.indexes.remove(&old);
                    let table = known.or_else(|| before.indexes.get(&old).cloned());
                    self.indexes.extend(table.map(|table| (new, table)));
                }
            }
            S::CreateSchema(s) => {
                let name = s.syntax().descendants().find_map(ast::Schema::cast);
                self.schemas
                    .extend(name.map(|name| ast::normalize_name_node(name.syntax())));
            }
            S::DropTable(s) => self.drop(s),
            S::DropForeignTable(s) => self.drop(s),
            S::DropMaterializedView(s) => self.drop(s),
            S::DropView(s) => self.drop(s),
            S::AlterTable(s) => self.rename(s, s.actions()),
            S::AlterForeignTable(s) => self.rename(s, s.actions()),
            S::AlterView(s) => {
                use ast::AlterViewAction as A;
                match s.action() {
                    Some(A::ViewRenameTo(to)) => self.renamed(made(s), beside(made(s), &to)),
                    Some(A::SetSchema(set)) => self.renamed(made(s), moved(made(s), &set)),
                    _ => {}
                }
            }
            S::AlterMaterializedView(s) => {
                use ast::AlterMaterializedViewAction as A;
                for action in s.action() {
                    match action {
                        A::ViewRenameTo(to) => self.renamed(made(s), beside(made(s), &to)),
                        A::SetSchema(set) => self.renamed(made(s), moved(made(s), &set)),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }

    fn extend(&mut self, later: Self) {
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
}

impl Names {
    /// What `CREATE SCHEMA s CREATE TABLE …` makes lies in that schema.
    fn note_in(&mut self, schema: &str, sql: &ast::Stmt) {
        let name = ObjectName::below(sql).map(|name| ObjectName::new(Some(schema), &name.name));
        match sql {
            ast::Stmt::CreateTable(_) => self.table(name),
            ast::Stmt::CreateView(_) => self.views.extend(name),
            _ => {}
        }
    }

    fn table(&mut self, name: Option<ObjectName>) {
        if let Some(name) = name {
            self.tables.insert(name);
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

    fn drop(&mut self, statement: &impl AstNode) {
        for name in names(statement) {
            self.tables.remove(&name);
            self.views.remove(&name);
            self.gone.insert(name);
        }
    }

    fn rename(
        &mut self,
        statement: &impl AstNode,
        actions: impl Iterator<Item = ast::AlterTableAction>,
    ) {
        for action in actions {
            if let Some(old) = made(statement) {
                let new = old.after(&action).map(|new| new.key());
                self.renamed(Some(old), new);
            }
        }
    }

    fn renamed(&mut self, old: Option<ObjectName>, new: Option<ObjectName>) {
        let (Some(old), Some(new)) = (old, new) else {
            return;
        };
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

/// The name that `RENAME TO` gives, in the schema of the old one.
fn beside(old: Option<ObjectName>, to: &ast::ViewRenameTo) -> Option<ObjectName> {
    Some(ObjectName::new(old?.schema.as_deref(), &made(to)?.name))
}

fn moved(old: Option<ObjectName>, set: &ast::SetSchema) -> Option<ObjectName> {
    old?.moved(set).map(|new| new.key())
}

/// All names that a `DROP` lists.
fn names(node: &impl AstNode) -> Vec<ObjectName> {
    let names = node.syntax().children().filter_map(|child| {
        let path = child.children().find_map(ast::PathRef::cast)?;
        ObjectName::of_path_ref(&path)
    });
    names.map(|name| name.key()).collect()
}
