mod relations;

use squawk_syntax::SyntaxKind;
use squawk_syntax::ast::{self, AstNode};

pub(crate) use relations::Relations;

use crate::syntax::{ObjectName, Statement};

/// What migrations did to the schema, as far as it can be read from their text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Facts {
    /// Tables, views and indexes that were created, renamed or dropped.
    pub(crate) relations: Relations,
    /// What was dropped with `IF EXISTS`: the kind of the statement and the name.
    dropped: Vec<(SyntaxKind, ObjectName)>,
}

impl Facts {
    /// Takes note of what a statement does.
    pub(crate) fn note(&mut self, statement: &Statement<'_>) {
        let Some(sql) = &statement.sql else { return };
        self.relations.note(statement);
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
        self.relations.extend(later.relations);
    }

    /// Whether the table was created here, so that nobody else can be using it yet.
    pub(crate) fn creates_table(&self, name: &ObjectName) -> bool {
        self.relations.has_table(name)
    }

    /// Whether the object was dropped with `IF EXISTS` by a statement of that kind.
    pub(crate) fn drops(&self, kind: SyntaxKind, name: &ObjectName) -> bool {
        self.dropped
            .iter()
            .any(|(dropped, object)| *dropped == kind && object.may_be(name))
    }
}
