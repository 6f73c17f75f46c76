//! The names of objects.

use std::fmt;

use squawk_syntax::ast::{self, AstNode};
use squawk_syntax::quote::is_reserved_word;
use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::tree;

/// The longest name that PostgreSQL keeps, in bytes: `NAMEDATALEN` less one.
pub(crate) const LONGEST_NAME: usize = 63;

/// The name of a table, type, function, …, as PostgreSQL understands it: unquoted parts in lower
/// case, quoted parts as they stand, what is too long cut.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ObjectName {
    /// What stands before the last dot; `None` when the search path decides.
    pub(crate) schema: Option<String>,
    /// The last part.
    pub(crate) name: String,
}

impl ObjectName {
    pub(crate) fn new(schema: Option<&str>, name: &str) -> Self {
        Self {
            schema: schema.map(ToOwned::to_owned),
            name: name.to_owned(),
        }
    }

    /// A name in a string that PostgreSQL reads as it reads one in SQL: `'public."Odd"'::regclass`,
    /// unquoted parts in lower case.
    pub(crate) fn read(text: &str) -> Self {
        let mut parts = vec![String::new()];
        let mut quoted = false;
        for c in text.trim().chars() {
            match (c, parts.last_mut()) {
                ('"', _) => quoted = !quoted,
                ('.', _) if !quoted => parts.push(String::new()),
                // The arguments of a function: to_regprocedure('f(integer)').
                ('(', _) if !quoted => break,
                (c, Some(part)) if quoted => part.push(c),
                (c, Some(part)) => part.extend(c.to_lowercase()),
                (_, None) => {}
            }
        }
        let name = parts.pop().unwrap_or_default();
        let schema = parts.pop();
        Self { schema, name }
    }

    /// The name in the first path below a node: that of the thing that the node defines or
    /// refers to.
    pub(crate) fn below(node: &impl AstNode) -> Option<Self> {
        Self::below_node(node.syntax())
    }

    /// The same for a part that a statement may lack.
    pub(crate) fn of(part: Option<impl AstNode>) -> Option<Self> {
        Self::below(&part?)
    }

    /// The same for an untyped node.
    pub(crate) fn below_node(node: &SyntaxNode) -> Option<Self> {
        node.descendants().find_map(|node| match node.kind() {
            SyntaxKind::PATH => Self::of_path(&ast::Path::cast(node)?),
            SyntaxKind::PATH_REF => Self::of_path_ref(&ast::PathRef::cast(node)?),
            _ => None,
        })
    }

    /// The names in all paths below a node, those of the types of a function's arguments left out.
    pub(crate) fn all_below(node: &SyntaxNode) -> Vec<Self> {
        tree::all::<ast::PathRef>(node)
            .filter(|path| {
                !path.syntax().ancestors().skip(1).any(|above| {
                    ast::PathRef::can_cast(above.kind()) || ast::Param::can_cast(above.kind())
                })
            })
            .filter_map(|path| Self::of_path_ref(&path))
            .collect()
    }

    /// The relations that a query reads.
    pub(crate) fn read_in(node: &SyntaxNode) -> impl Iterator<Item = Self> + use<> {
        tree::all::<ast::RelationNameRef>(node).filter_map(|name| Self::below(&name))
    }

    /// The name that a node holds: the first path in it, or else its first word or operator.
    pub(crate) fn of_node(node: &SyntaxNode) -> Option<Self> {
        if ast::Op::can_cast(node.kind()) {
            return Some(Self::new(None, node.text().to_string().trim()));
        }
        Self::below_node(node).or_else(|| {
            let leaf = node.descendants().find(|n| n.children().next().is_none())?;
            let name = ast::normalize_name_node(&leaf);
            (!name.is_empty()).then(|| Self::new(None, &name))
        })
    }

    pub(crate) fn of_path(path: &ast::Path) -> Option<Self> {
        let name = cut_name(&path.segment()?.text()).to_owned();
        let schema = path.qualifier().and_then(|q| q.segment()).map(|s| s.text());
        (!name.is_empty()).then_some(Self { schema, name })
    }

    pub(crate) fn of_path_ref(path: &ast::PathRef) -> Option<Self> {
        let name = cut_name(&path.segment()?.text()).to_owned();
        let schema = path.qualifier().and_then(|q| q.segment()).map(|s| s.text());
        (!name.is_empty()).then_some(Self { schema, name })
    }

    /// The name that a table has after `RENAME TO` or `SET SCHEMA`; `None` for any other action.
    pub(crate) fn after(&self, action: &ast::AlterTableAction) -> Option<Self> {
        match action {
            ast::AlterTableAction::TableRenameTo(to) => {
                let new = Self::below(&to.table_name()?)?;
                Some(Self::new(self.schema.as_deref(), &new.name))
            }
            ast::AlterTableAction::SetSchema(set) => self.moved(set),
            _ => None,
        }
    }

    /// The name in another schema; `None` where that is the one that it is in.
    pub(crate) fn moved(&self, set: &ast::SetSchema) -> Option<Self> {
        let schema = ast::normalize_name_node(set.schema_ref()?.syntax());
        let new = Self::new(Some(&schema), &self.name);
        (!new.may_be(self)).then_some(new)
    }

    /// The name as SQL: quoted where it has to be.
    pub(crate) fn sql(&self) -> String {
        let quoted = |name: &str| {
            let mut chars = name.chars();
            let plain = chars
                .next()
                .is_some_and(|c| c.is_ascii_lowercase() || c == '_')
                && chars.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
                && !is_reserved_word(name);
            if plain {
                name.to_owned()
            } else {
                format!("\"{}\"", name.replace('"', "\"\""))
            }
        };
        match &self.schema {
            Some(schema) => format!("{}.{}", quoted(schema), quoted(&self.name)),
            None => quoted(&self.name),
        }
    }

    /// The same with other words behind it: `teams_name_idx_ccnew`.
    pub(crate) fn with_suffix(&self, suffix: &str) -> Self {
        Self::new(self.schema.as_deref(), &format!("{}{suffix}", self.name))
    }

    /// Whether both can mean the same object: the same name, and no two different schemas. A
    /// name without schema is taken to be in `public`.
    pub(crate) fn may_be(&self, other: &Self) -> bool {
        fn schema(name: &ObjectName) -> &str {
            name.schema.as_deref().unwrap_or("public")
        }
        self.name == other.name && schema(self) == schema(other)
    }

    /// The name as a key: that of an object in `public` without its schema.
    pub(crate) fn key(&self) -> Self {
        let schema = self.schema.as_deref().filter(|schema| *schema != "public");
        Self::new(schema, &self.name)
    }
}

impl fmt::Display for ObjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(schema) = &self.schema {
            write!(f, "{schema}.")?;
        }
        f.write_str(&self.name)
    }
}

/// The last part of the first name at or below a node, as PostgreSQL understands it.
pub(crate) fn name_in(node: &impl AstNode) -> Option<String> {
    if let Some(name) = ObjectName::below(node) {
        return Some(name.name);
    }
    let name = ast::normalize_name_node(node.syntax());
    (!name.is_empty()).then_some(name)
}

/// The same for a part that a statement may lack.
pub(crate) fn name_of(part: Option<impl AstNode>) -> Option<String> {
    name_in(&part?)
}

/// The names in a list of columns.
pub(crate) fn column_names(columns: impl Iterator<Item = ast::ColumnNameRef>) -> Vec<String> {
    columns.filter_map(|column| name_in(&column)).collect()
}

/// Whether a setting is the search path.
pub(crate) fn is_search_path(setting: &str) -> bool {
    setting
        .trim_matches('"')
        .eq_ignore_ascii_case("search_path")
}

/// What is left of a name that is too long: its first 63 bytes, without a broken character.
pub(crate) fn cut_name(name: &str) -> &str {
    &name[..name.floor_char_boundary(LONGEST_NAME)]
}
