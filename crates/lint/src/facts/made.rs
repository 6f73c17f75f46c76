//! What a file creates.

use std::collections::HashSet;

use squawk_syntax::ast::{self, AstNode};

use crate::syntax::{ObjectName, Statement};

/// What a file creates, tables and otherwise, so that it may change it freely: nobody else
/// can have anything in it yet.
#[derive(Debug, Clone, Default)]
pub(crate) struct Made {
    objects: HashSet<(Space, ObjectName)>,
}

/// What shares one space of names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Space {
    /// A table, view, materialized view or sequence.
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
    /// Takes note of what a statement does.
    pub(super) fn note(&mut self, statement: &Statement<'_>) {
        let Some(sql) = &statement.sql else { return };
        let (space, name) = match sql {
            ast::Stmt::CreateTable(s) => (Space::Relation, ObjectName::below(s)),
            ast::Stmt::CreateView(s) => (Space::Relation, ObjectName::below(s)),
            ast::Stmt::CreateMaterializedView(s) => (Space::Relation, ObjectName::below(s)),
            ast::Stmt::CreateSequence(s) => (Space::Relation, ObjectName::below(s)),
            ast::Stmt::CreateType(s) => (Space::Type, ObjectName::below(s)),
            ast::Stmt::CreateDomain(s) => (Space::Type, ObjectName::below(s)),
            ast::Stmt::CreateFunction(s) => (Space::Routine, ObjectName::below(s)),
            ast::Stmt::CreateProcedure(s) => (Space::Routine, ObjectName::below(s)),
            ast::Stmt::CreateAggregate(s) => (Space::Routine, ObjectName::below(s)),
            ast::Stmt::CreateSchema(s) => (
                Space::Schema,
                s.schema_name()
                    .map(|node| ObjectName::new(None, &ast::normalize_name_node(&node))),
            ),
            ast::Stmt::CreateExtension(s) => (
                Space::Extension,
                s.extension()
                    .map(|name| ObjectName::new(None, &ast::normalize_name_node(name.syntax()))),
            ),
            ast::Stmt::AlterTable(s) => {
                self.note_columns(s);
                return;
            }
            _ => {
                let name = statement.table_of_query().map(|(name, _)| name);
                (Space::Relation, name)
            }
        };
        self.objects.extend(name.map(|name| (space, name.key())));
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
                self.objects.insert((Space::Column, name));
            }
        }
    }

    /// Whether the file created it before.
    pub(crate) fn has(&self, space: Space, name: &ObjectName) -> bool {
        self.objects.contains(&(space, name.key()))
    }

    /// Whether the file added that column to a table before, or made the table.
    pub(crate) fn has_column(&self, table: &ObjectName, column: &str) -> bool {
        self.has(Space::Relation, table)
            || self
                .objects
                .contains(&(Space::Column, column_of(table, column)))
    }
}

fn column_of(table: &ObjectName, column: &str) -> ObjectName {
    ObjectName::new(Some(&table.key().to_string()), column)
}
