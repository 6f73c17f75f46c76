//! What a statement gives another name.

use squawk_syntax::ast::{self, AstNode};
use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::{Object, ObjectKind};
use crate::syntax::{ObjectName, tree};

/// An object under its old name and its new one.
#[derive(Debug)]
pub(crate) struct Renamed {
    pub(crate) kind: ObjectKind,
    pub(crate) old: ObjectName,
    /// In the schema of the old one.
    pub(crate) new: ObjectName,
    /// Where it belongs.
    pub(crate) on: Option<ObjectName>,
    /// The words that say so.
    pub(crate) node: SyntaxNode,
}

impl Renamed {
    /// What the statement renames, of its own or by an action.
    pub(crate) fn of(sql: &ast::Stmt) -> Option<Self> {
        let kind = ObjectKind::altered_by(sql.syntax().kind())?;
        let mut nodes = sql.syntax().children();
        nodes.find_map(|node| match node.kind() {
            SyntaxKind::RENAME_COLUMN => Self::part(ObjectKind::Column, sql, node),
            SyntaxKind::RENAME_CONSTRAINT => Self::part(ObjectKind::Constraint, sql, node),
            SyntaxKind::RENAME_ATTRIBUTE => Self::part(ObjectKind::Attribute, sql, node),
            clause if kind.is_renamed_by(clause) => {
                let new = ObjectName::of_node(&node)?.name;
                Self::whole(kind, sql, node, |old| {
                    Some(ObjectName::new(old.schema.as_deref(), &new))
                })
            }
            _ => None,
        })
    }

    /// The same for what gets another schema, if that is not the one that it is in.
    pub(crate) fn moved(sql: &ast::Stmt) -> Option<Self> {
        let kind = ObjectKind::altered_by(sql.syntax().kind())?;
        let set = tree::child::<ast::SetSchema>(sql.syntax())?;
        Self::whole(kind, sql, set.syntax().clone(), |old| old.moved(&set))
    }

    /// `RENAME COLUMN old TO new`.
    fn part(kind: ObjectKind, sql: &ast::Stmt, node: SyntaxNode) -> Option<Self> {
        let mut names = node.children();
        Some(Self {
            kind,
            old: ObjectName::of_node(&names.next()?)?,
            new: ObjectName::of_node(&names.next()?)?,
            on: ObjectName::below(sql),
            node,
        })
    }

    /// `ALTER … RENAME TO`, `ALTER … SET SCHEMA`.
    fn whole(
        kind: ObjectKind,
        sql: &ast::Stmt,
        node: SyntaxNode,
        new: impl Fn(&ObjectName) -> Option<ObjectName>,
    ) -> Option<Self> {
        let mut children = sql.syntax().children();
        let old = children.clone().find(|child| kind.is_named_by(child));
        // ALTER TABLE t RENAME TO …: within `TABLE_RELATION_NAME`.
        let is_clause = |kind| kind == node.kind() || ast::IfExists::can_cast(kind);
        let old = old.or_else(|| children.find(|child| !is_clause(child.kind())))?;
        let old = ObjectName::of_node(&old)?;
        Some(Self {
            kind,
            new: new(&old)?,
            old,
            on: kind.is_part().then(|| ObjectName::below(sql)).flatten(),
            node,
        })
    }

    /// What is no longer there.
    pub(crate) fn from(&self) -> Object {
        Object::named(self.kind, self.old.clone(), self.on.as_ref())
    }

    /// What is there from then on.
    pub(crate) fn to(&self) -> Object {
        Object::named(self.kind, self.new.clone(), self.on.as_ref())
    }
}
