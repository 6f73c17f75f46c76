//! Renames of what the running application may use.

use std::ops::Range;

use squawk_syntax::ast::{self, AstNode};

use super::Context;
use crate::facts::Space;
use crate::syntax::{ObjectName, Statement};

/// Something that the running application may use gets another name, or another schema.
#[derive(Debug, Clone)]
pub(crate) struct Rename {
    /// What it is: `table`, `column`, …
    pub(crate) kind: &'static str,
    /// `is renamed to`, or `moves to`.
    pub(crate) how: &'static str,
    /// Its name so far, as people write it.
    pub(crate) old: String,
    /// Its name from then on.
    pub(crate) new: String,
    /// What it belongs to: the table of a column, the type of a value.
    pub(crate) of: Option<String>,
    /// Of tables and views: both names with their schema.
    pub(crate) relation: Option<(ObjectName, ObjectName)>,
    /// The words that say so.
    pub(crate) words: Range<usize>,
}

const RENAMED: &str = "is renamed to";
const MOVED: &str = "moves to";

impl Context<'_> {
    /// The renames in a statement of what was there before the file.
    pub(crate) fn renames(&self, statement: &Statement<'_>) -> Vec<Rename> {
        use ast::Stmt as S;
        match statement.sql.as_ref() {
            Some(S::AlterTable(s)) => self.of_table(statement, s, s.actions()),
            Some(S::AlterForeignTable(s)) => self.of_table(statement, s, s.actions()),
            Some(S::AlterView(s)) => {
                let action = s.action().map(|action| action.syntax().clone());
                self.of_relation(statement, s, "view", action)
            }
            Some(S::AlterMaterializedView(s)) => {
                let actions = s.action().map(|action| action.syntax().clone());
                self.of_relation(statement, s, "materialized view", actions)
            }
            Some(S::AlterSchema(s)) => self.of_schema(statement, s).into_iter().collect(),
            Some(S::AlterType(s)) => self.of_type(statement, s).into_iter().collect(),
            _ => Vec::new(),
        }
    }

    fn of_table(
        &self,
        statement: &Statement<'_>,
        alter: &impl AstNode,
        actions: impl Iterator<Item = ast::AlterTableAction>,
    ) -> Vec<Rename> {
        let nodes = actions.map(|action| action.syntax().clone());
        self.of_relation(statement, alter, "table", nodes)
    }

    fn of_relation(
        &self,
        statement: &Statement<'_>,
        alter: &impl AstNode,
        kind: &'static str,
        actions: impl IntoIterator<Item = squawk_syntax::SyntaxNode>,
    ) -> Vec<Rename> {
        let Some(relation) = ObjectName::below(alter) else {
            return Vec::new();
        };
        let is_new_view =
            self.file.names.has_view(&relation) && !self.schema.names.has_view(&relation);
        if !self.existed(&relation) || is_new_view {
            return Vec::new();
        }
        let rename = |node: squawk_syntax::SyntaxNode| {
            let words = statement.range_of_node(&node);
            if let Some(rename) = ast::RenameColumn::cast(node.clone()) {
                return Some(Rename {
                    kind: "column",
                    how: RENAMED,
                    old: text(rename.column_name_ref()?.syntax()),
                    new: text(rename.column_name()?.syntax()),
                    of: Some(relation.sql()),
                    relation: None,
                    words,
                });
            }
            let (how, new) = if let Some(set) = ast::SetSchema::cast(node.clone()) {
                (MOVED, relation.moved(&set)?)
            } else {
                let new = match ast::TableRenameTo::cast(node.clone()) {
                    Some(to) => ObjectName::below(&to)?,
                    None => ObjectName::below(&ast::ViewRenameTo::cast(node)?)?,
                };
                (
                    RENAMED,
                    ObjectName::new(relation.schema.as_deref(), &new.name),
                )
            };
            Some(Rename {
                kind,
                how,
                old: relation.sql(),
                new: new.sql(),
                of: None,
                relation: Some((relation.clone(), new)),
                words,
            })
        };
        actions.into_iter().filter_map(rename).collect()
    }

    fn of_schema(&self, statement: &Statement<'_>, alter: &ast::AlterSchema) -> Option<Rename> {
        let Some(ast::AlterSchemaAction::SchemaRenameTo(to)) = alter.action() else {
            return None;
        };
        let old = ast::normalize_name_node(alter.schema_ref()?.syntax());
        (!self.file.names.has_schema(&old)).then_some(())?;
        Some(Rename {
            kind: "schema",
            how: RENAMED,
            old,
            new: text(to.schema()?.syntax()),
            of: None,
            relation: None,
            words: statement.range_of(&to),
        })
    }

    fn of_type(&self, statement: &Statement<'_>, alter: &ast::AlterType) -> Option<Rename> {
        use ast::AlterTypeAction as A;
        let name = ObjectName::below(&alter.type_name_ref()?)?;
        (!self.file.made.has(Space::Type, &name)).then_some(())?;
        let (kind, how, old, new, of, words) = match alter.action()? {
            A::RenameValue(rename) => (
                "value",
                RENAMED,
                text(rename.from()?.syntax()),
                text(rename.to()?.syntax()),
                Some(name.sql()),
                statement.range_of(&rename),
            ),
            A::RenameAttribute(rename) => (
                "attribute",
                RENAMED,
                text(rename.composite_field_ref()?.syntax()),
                text(rename.composite_field()?.syntax()),
                Some(name.sql()),
                statement.range_of(&rename),
            ),
            A::TypeRenameTo(to) => (
                "type",
                RENAMED,
                name.sql(),
                ObjectName::below(&to)?.sql(),
                None,
                statement.range_of(&to),
            ),
            A::SetSchema(set) => (
                "type",
                MOVED,
                name.sql(),
                name.moved(&set)?.sql(),
                None,
                statement.range_of(&set),
            ),
            _ => return None,
        };
        Some(Rename {
            kind,
            how,
            old,
            new,
            of,
            relation: None,
            words,
        })
    }
}

fn text(node: &squawk_syntax::SyntaxNode) -> String {
    node.text().to_string().trim().to_owned()
}
