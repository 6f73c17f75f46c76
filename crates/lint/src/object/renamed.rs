//! What a statement gives another name.

use squawk_syntax::ast::{self, AstNode};
use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::{Object, ObjectKind};
use crate::syntax::ObjectName;

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
        let mut nodes = sql.syntax().children();
        nodes.find_map(|node| Self::by(sql, node))
    }

    fn by(sql: &ast::Stmt, node: SyntaxNode) -> Option<Self> {
        let part = |kind, old: Option<SyntaxNode>, new: Option<SyntaxNode>| {
            Some(Self {
                kind,
                old: ObjectName::of_node(&old?)?,
                new: ObjectName::of_node(&new?)?,
                on: ObjectName::below(sql),
                node: node.clone(),
            })
        };
        match node.kind() {
            SyntaxKind::RENAME_COLUMN => {
                let rename = ast::RenameColumn::cast(node.clone())?;
                let old = rename.column_name_ref().map(|n| n.syntax().clone());
                let new = rename.column_name().map(|n| n.syntax().clone());
                part(ObjectKind::Column, old, new)
            }
            SyntaxKind::RENAME_CONSTRAINT => {
                let rename = ast::RenameConstraint::cast(node.clone())?;
                let old = rename.constraint_name_ref().map(|n| n.syntax().clone());
                let new = rename.constraint_name().map(|n| n.syntax().clone());
                part(ObjectKind::Constraint, old, new)
            }
            SyntaxKind::RENAME_ATTRIBUTE => {
                let rename = ast::RenameAttribute::cast(node.clone())?;
                let old = rename.composite_field_ref().map(|n| n.syntax().clone());
                let new = rename.composite_field().map(|n| n.syntax().clone());
                part(ObjectKind::Attribute, old, new)
            }
            _ => Self::whole(sql, node),
        }
    }

    /// `ALTER … RENAME TO`.
    fn whole(sql: &ast::Stmt, node: SyntaxNode) -> Option<Self> {
        let kind = ObjectKind::altered_by(sql.syntax().kind())?;
        if !kind.is_renamed_by(node.kind()) {
            return None;
        }
        let old = sql
            .syntax()
            .children()
            .find(|child| kind.is_named_by(child));
        // ALTER TABLE t RENAME TO …: within `TABLE_RELATION_NAME`.
        let is_clause = |kind| kind == node.kind() || ast::IfExists::can_cast(kind);
        let mut children = sql.syntax().children();
        let old = old.or_else(|| children.find(|child| !is_clause(child.kind())))?;
        let old = ObjectName::of_node(&old)?;
        let new = ObjectName::of_node(&node)?;
        Some(Self {
            kind,
            new: ObjectName::new(old.schema.as_deref(), &new.name),
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
