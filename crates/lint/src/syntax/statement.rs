//! One statement that runs when the migration runs, and places in it.

use std::cell::OnceCell;
use std::ops::Range;
use std::rc::Rc;

use squawk_syntax::ast::{self, AstNode};
use squawk_syntax::{SyntaxNode, SyntaxToken};

use super::tree;
use super::words::last_token_of;
use super::{Guard, NewConstraint, NewName, ObjectName, TypedColumn, tokens_of};
use crate::fix::Fix;

/// How a place in a tree becomes a place in the file: directly, or through the string constants
/// in which the SQL stands.
pub(crate) type Places = Rc<dyn Fn(Range<usize>) -> Range<usize>>;

/// One statement that runs when the migration runs: at the top level, inside a `DO` block, or in
/// an `EXECUTE` of a string constant there.
pub(crate) struct Statement<'a> {
    /// Where it stands in the file.
    pub(crate) range: Range<usize>,
    /// What it is; `None` for an expression of PL/pgSQL, which may call functions too.
    pub(crate) sql: Option<ast::Stmt>,
    /// Its tree.
    pub(crate) node: SyntaxNode,
    /// What makes sure that it runs only when that is right; the outermost first.
    pub(crate) guards: Vec<Guard>,
    /// Where it stands.
    pub(crate) place: Place,
    pub(super) text: &'a str,
    pub(super) places: Places,
    // Many rules ask for these: they are read from the tree once, when the first one asks.
    pub(super) columns: OnceCell<Vec<TypedColumn>>,
    pub(super) constraints: OnceCell<Vec<NewConstraint>>,
    pub(super) names: OnceCell<Vec<NewName>>,
}

/// Where a statement stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// At the top level of the file.
    Top,
    /// Inside of another statement of SQL: `WITH … AS (DELETE …)`, `CREATE SCHEMA … CREATE …`.
    Inside,
    /// In the PL/pgSQL of a `DO` block, where `SELECT … INTO` sets a variable.
    Block,
}

impl Statement<'_> {
    /// See [`TypedColumn::all_of`].
    pub(crate) fn typed_columns(&self) -> &[TypedColumn] {
        self.columns.get_or_init(|| self.read(TypedColumn::all_of))
    }

    /// See [`NewConstraint::all_of`].
    pub(crate) fn new_constraints(&self) -> &[NewConstraint] {
        self.constraints
            .get_or_init(|| self.read(NewConstraint::all_of))
    }

    /// See [`NewName::all_of`].
    pub(crate) fn new_names(&self) -> &[NewName] {
        self.names.get_or_init(|| self.read(NewName::all_of))
    }

    fn read<T>(&self, all_of: fn(&ast::Stmt) -> Vec<T>) -> Vec<T> {
        self.sql.as_ref().map(all_of).unwrap_or_default()
    }

    /// Where a node stands in the file.
    pub(crate) fn range_of(&self, node: &impl AstNode) -> Range<usize> {
        self.range_of_node(node.syntax())
    }

    /// Where a node stands in the file, without white space and comments around it.
    pub(crate) fn range_of_node(&self, node: &SyntaxNode) -> Range<usize> {
        match (tokens_of(node).next(), last_token_of(node)) {
            (Some(first), Some(last)) => self.place(
                usize::from(first.text_range().start())..usize::from(last.text_range().end()),
            ),
            _ => self.place(bytes(node.text_range())),
        }
    }

    /// Where a token stands in the file.
    pub(crate) fn range_of_token(&self, token: &SyntaxToken) -> Range<usize> {
        self.place(bytes(token.text_range()))
    }

    /// What stands at a place of the file.
    pub(crate) fn source(&self, range: Range<usize>) -> Option<&str> {
        self.text.get(range)
    }

    /// The first words of the statement: from its start to the end of its first `count` tokens.
    pub(crate) fn head(&self, count: usize) -> Range<usize> {
        let mut range = self.range.clone();
        if let Some(token) = tokens_of(&self.node).take(count.max(1)).last() {
            range.end = self.range_of_token(&token).end.max(range.start);
        }
        range
    }

    /// From the start of the statement to the end of a node in it.
    pub(crate) fn up_to(&self, node: &SyntaxNode) -> Range<usize> {
        let start = self.range.start;
        start..self.range_of_node(node).end.max(start)
    }

    /// The schema that the statement is part of: `CREATE SCHEMA s CREATE TABLE …`.
    pub(crate) fn schema_made_around(&self) -> Option<String> {
        let create = self.node.ancestors().find_map(ast::CreateSchema::cast)?;
        let name = tree::first::<ast::Schema>(create.syntax())?;
        Some(ast::normalize_name_node(name.syntax()))
    }

    /// The table that the statement makes of a query, and whether that is gone with the session.
    pub(crate) fn table_of_query(&self) -> Option<(ObjectName, bool)> {
        let (name, persistence) = match &self.sql {
            Some(ast::Stmt::CreateTableAs(create)) => (create.table_name(), create.persistence()),
            // In PL/pgSQL it sets a variable.
            Some(ast::Stmt::SelectInto(select)) if self.place != Place::Block => {
                let into = select.into_clause()?;
                (into.table_name(), into.persistence())
            }
            _ => return None,
        };
        let is_temporary = matches!(persistence, Some(ast::Persistence::Temp(_)));
        Some((ObjectName::of(name)?, is_temporary))
    }

    /// The first words of the statement in upper case: `CREATE FOREIGN TABLE`.
    pub(crate) fn first_words(&self, count: usize) -> String {
        let words: Vec<String> = tokens_of(&self.node)
            .take(count)
            .map(|token| token.text().to_ascii_uppercase())
            .collect();
        words.join(" ")
    }

    /// An insertion behind a token: the correction of a statement that lacks some words. `None`
    /// where the SQL stands in the file in another form, as inside of `E'…'`.
    pub(crate) fn insert_after(&self, token: &SyntaxToken, words: &str) -> Option<Fix> {
        let range = self.range_of_token(token);
        (self.text.get(range.clone())? == token.text())
            .then(|| Fix::replace(range.end..range.end, words))
    }

    /// An insertion before a node; `None` as in [`Self::insert_after`].
    pub(crate) fn insert_before(&self, node: &SyntaxNode, words: &str) -> Option<Fix> {
        let range = self.range_of_node(node);
        let same = self.text.get(range.clone())? == node.text().to_string().trim();
        same.then(|| Fix::replace(range.start..range.start, words))
    }

    /// The replacement of a node by other words; `None` as in [`Self::insert_after`].
    pub(crate) fn replace(&self, node: &SyntaxNode, words: impl Into<String>) -> Option<Fix> {
        let range = self.range_of_node(node);
        let same = self.text.get(range.clone())? == node.text().to_string().trim();
        same.then(|| Fix::replace(range, words))
    }

    fn place(&self, range: Range<usize>) -> Range<usize> {
        let place = (self.places)(range);
        let end = place.end.min(self.text.len());
        place.start.min(end)..end
    }
}

pub(super) fn bytes(range: rowan::TextRange) -> Range<usize> {
    usize::from(range.start())..usize::from(range.end())
}

pub(super) fn text_range(range: Range<usize>) -> rowan::TextRange {
    let offset = |at: usize| rowan::TextSize::new(u32::try_from(at).unwrap_or(u32::MAX));
    rowan::TextRange::new(offset(range.start), offset(range.end.max(range.start)))
}
