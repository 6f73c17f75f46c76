use std::collections::HashSet;

use squawk_syntax::ast::{self, AstNode};

use crate::syntax::{ObjectName, Place, Statement};

/// What a file creates, tables and otherwise, so that it may do with it as it likes: nobody else
/// can have anything in it yet.
#[derive(Debug, Clone, Default)]
pub(crate) struct Made {
    objects: HashSet<(Kind, ObjectName)>,
}

/// The kinds of objects that [`Made`] knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    /// A table, view, materialized view or sequence: they share one space of names.
    Relation,
    /// A column, named with its table in the place of the schema.
    Column,
    /// A type or domain.
    Type,
    /// A function, procedure or aggregate, without its arguments.
    Routine,
    /// A schema.
    Schema,
    /// An extension.
    Extension,
}

impl Made {
    pub(crate) fn note(&mut self, statement: &Statement<'_>) {
        let Some(sql) = &statement.sql else { return };
        let (kind, name) = match sql {
            ast::Stmt::CreateTable(s) => (Kind::Relation, ObjectName::below(s)),
            ast::Stmt::CreateTableAs(s) => (Kind::Relation, ObjectName::below(s)),
            ast::Stmt::CreateView(s) => (Kind::Relation, ObjectName::below(s)),
            ast::Stmt::CreateMaterializedView(s) => (Kind::Relation, ObjectName::below(s)),
            ast::Stmt::CreateSequence(s) => (Kind::Relation, ObjectName::below(s)),
            ast::Stmt::SelectInto(s) if statement.place != Place::Block => {
                let name = s.into_clause().and_then(|into| ObjectName::below(&into));
                (Kind::Relation, name)
            }
            ast::Stmt::CreateType(s) => (Kind::Type, ObjectName::below(s)),
            ast::Stmt::CreateDomain(s) => (Kind::Type, ObjectName::below(s)),
            ast::Stmt::CreateFunction(s) => (Kind::Routine, ObjectName::below(s)),
            ast::Stmt::CreateProcedure(s) => (Kind::Routine, ObjectName::below(s)),
            ast::Stmt::CreateAggregate(s) => (Kind::Routine, ObjectName::below(s)),
            ast::Stmt::CreateSchema(s) => (
                Kind::Schema,
                s.schema_name()
                    .map(|node| ObjectName::new(None, &ast::normalize_name_node(&node))),
            ),
            ast::Stmt::CreateExtension(s) => (
                Kind::Extension,
                s.extension().map(|name| plain(name.syntax())),
            ),
            ast::Stmt::AlterTable(s) => {
                self.note_columns(s);
                return;
            }
            _ => return,
        };
        self.objects
            .extend(name.map(|name| (kind, with_schema(&name))));
    }

    fn note_columns(&mut self, alter: &ast::AlterTable) {
        let Some(table) = ObjectName::below(alter) else {
            return;
        };
        for action in alter.actions() {
            if let ast::AlterTableAction::AddColumn(add) = action
                && let Some(column) = add.column_name()
            {
                let name = column_of(&table, &column.text());
                self.objects.insert((Kind::Column, name));
            }
        }
    }

    /// Whether the file created it before.
    pub(crate) fn has(&self, kind: Kind, name: &ObjectName) -> bool {
        self.objects.contains(&(kind, with_schema(name)))
    }

    /// Whether the file added that column to a table before, or made the table.
    pub(crate) fn has_column(&self, table: &ObjectName, column: &str) -> bool {
        self.has(Kind::Relation, table)
            || self
                .objects
                .contains(&(Kind::Column, column_of(table, column)))
    }
}

/// A name that has no schema: of a schema, an extension, a role.
pub(crate) fn plain(node: &squawk_syntax::SyntaxNode) -> ObjectName {
    ObjectName::new(None, &ast::normalize_name_node(node))
}

fn with_schema(name: &ObjectName) -> ObjectName {
    let schema = name.schema.as_deref().unwrap_or("public");
    ObjectName::new(Some(schema), &name.name)
}

fn column_of(table: &ObjectName, column: &str) -> ObjectName {
    ObjectName::new(Some(&with_schema(table).to_string()), column)
}
