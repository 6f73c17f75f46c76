mod indexes;
mod keys;

use squawk_syntax::SyntaxKind;
use squawk_syntax::ast::{self, AstNode};

use crate::syntax::{ObjectName, Statement};
pub(crate) use indexes::{Indexes, index_columns};
pub(crate) use keys::Keys;

/// What migrations did to the schema, as far as it can be read from their text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Facts {
    /// Tables and materialized views that were created.
    tables: Vec<ObjectName>,
    /// What was dropped with `IF EXISTS`: the kind of the statement and the name.
    dropped: Vec<(SyntaxKind, ObjectName)>,
    /// Which columns have indexes.
    pub(crate) indexes: Indexes,
    /// Primary keys, foreign keys, the names of constraints.
    pub(crate) keys: Keys,
}

impl Facts {
    /// Takes note of what a statement does.
    pub(crate) fn note(&mut self, statement: &Statement<'_>) {
        let Some(sql) = &statement.sql else { return };
        self.indexes.note(sql);
        self.keys.note(statement, sql);
        match sql {
            ast::Stmt::CreateTable(create) => self.tables.extend(ObjectName::below(create)),
            ast::Stmt::CreateTableAs(create) => self.tables.extend(ObjectName::below(create)),
            ast::Stmt::CreateMaterializedView(create) => {
                self.tables.extend(ObjectName::below(create));
            }
            _ => {}
        }
        let node = sql.syntax();
        if node
            .children()
            .any(|child| ast::IfExists::can_cast(child.kind()))
        {
            let names = node.descendants().filter_map(ast::PathRef::cast);
            let names = names.filter_map(|path| ObjectName::of_path_ref(&path));
            self.dropped.extend(names.map(|name| (node.kind(), name)));
        }
    }

    /// Adds what a later file did.
    pub(crate) fn extend(&mut self, later: Facts) {
        self.tables.extend(later.tables);
        self.indexes.extend(later.indexes);
        self.keys.extend(later.keys);
    }

    /// Whether the table was created here, so that nobody else can be using it yet.
    pub(crate) fn creates_table(&self, name: &ObjectName) -> bool {
        self.tables.iter().any(|table| table.may_be(name))
    }

    /// Whether the object was dropped with `IF EXISTS` by a statement of that kind.
    pub(crate) fn drops(&self, kind: SyntaxKind, name: &ObjectName) -> bool {
        self.dropped
            .iter()
            .any(|(dropped, object)| *dropped == kind && object.may_be(name))
    }
}
