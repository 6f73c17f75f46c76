//! Renames of what the running application may use.

use std::ops::Range;

use squawk_syntax::ast::{self, AstNode};

use super::Context;
use crate::facts::{Facts, Space};
use crate::object::{ObjectKind, Renamed};
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
    /// The rename in a statement of something that was there before the file.
    pub(crate) fn rename(&self, statement: &Statement<'_>) -> Option<Rename> {
        use ObjectKind as K;
        let sql = statement.sql.as_ref()?;
        if let ast::Stmt::AlterType(alter) = sql
            && let Some(ast::AlterTypeAction::RenameValue(value)) = alter.action()
        {
            let ty = ObjectName::below(sql).filter(|ty| self.is_old_type(ty))?;
            let (from, to) = (value.from()?, value.to()?);
            let labels = (text(from.syntax()), text(to.syntax()));
            return Some(Rename::of_part(
                "value",
                labels,
                &ty,
                statement.range_of(&value),
            ));
        }
        let renamed = Renamed::of(sql);
        let how = if renamed.is_some() { RENAMED } else { MOVED };
        let renamed = renamed.or_else(|| Renamed::moved(sql))?;
        let (old, new) = (&renamed.old, &renamed.new);
        let words = statement.range_of_node(&renamed.node);
        let written = || {
            let mut names = renamed.node.children().map(|name| text(&name));
            Some((names.next()?, names.next()?))
        };
        let (kind, old_words, new_words) = match renamed.kind {
            K::Column => {
                let table = renamed.on.as_ref().filter(|on| self.is_old_relation(on))?;
                return Some(Rename::of_part("column", written()?, table, words));
            }
            K::Attribute => {
                let ty = renamed.on.as_ref().filter(|on| self.is_old_type(on))?;
                return Some(Rename::of_part("attribute", written()?, ty, words));
            }
            K::Schema if !self.file.names.has_schema(&old.name) => (
                "schema",
                old.name.clone(),
                text(&renamed.node.first_child()?),
            ),
            K::Type if self.is_old_type(old) && how == MOVED => ("type", old.sql(), new.sql()),
            K::Type if self.is_old_type(old) => {
                let new = ObjectName::new(None, &new.name);
                ("type", old.sql(), new.sql())
            }
            K::Table | K::ForeignTable if self.is_old_relation(old) => {
                ("table", old.sql(), new.sql())
            }
            K::View if self.is_old_relation(old) => ("view", old.sql(), new.sql()),
            K::MaterializedView if self.is_old_relation(old) => {
                ("materialized view", old.sql(), new.sql())
            }
            _ => return None,
        };
        let is_relation = !matches!(renamed.kind, K::Schema | K::Type);
        Some(Rename {
            kind,
            how,
            old: old_words,
            new: new_words,
            of: None,
            relation: is_relation.then(|| (old.clone(), new.clone())),
            words,
        })
    }

    fn is_old_relation(&self, relation: &ObjectName) -> bool {
        let names = |facts: &Facts| facts.names.has_view(relation);
        self.existed(relation) && (!names(&self.file) || names(self.schema))
    }

    fn is_old_type(&self, ty: &ObjectName) -> bool {
        !self.file.made.has(Space::Type, ty)
    }
}

impl Rename {
    fn of_part(
        kind: &'static str,
        (old, new): (String, String),
        of: &ObjectName,
        words: Range<usize>,
    ) -> Self {
        Self {
            kind,
            how: RENAMED,
            old,
            new,
            of: Some(of.sql()),
            relation: None,
            words,
        }
    }
}

fn text(node: &squawk_syntax::SyntaxNode) -> String {
    node.text().to_string().trim().to_owned()
}
