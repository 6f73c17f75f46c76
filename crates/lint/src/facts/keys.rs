//! Primary keys, foreign keys, and the names of constraints.

use std::collections::HashSet;
use std::ops::Range;

use squawk_syntax::SyntaxKind;
use squawk_syntax::ast;

use super::indexes::takes_over_indexes;
use crate::syntax::{ConstraintKind, NewConstraint, ObjectName, Statement, is_temporary};

/// Primary keys, foreign keys and the names of constraints.
#[derive(Debug, Clone, Default)]
pub(crate) struct Keys {
    /// The foreign keys of this file.
    pub(crate) foreign: Vec<ForeignKey>,
    /// The tables of this file that were created without a primary key, and where their names
    /// stand.
    without_primary: Vec<(ObjectName, Range<usize>)>,
    /// The tables that got one afterwards.
    primary_added: HashSet<ObjectName>,
    /// The names of constraints, as given or as PostgreSQL makes them.
    names: HashSet<String>,
}

/// A foreign key.
#[derive(Debug, Clone)]
pub(crate) struct ForeignKey {
    /// The table that refers to another one.
    pub(crate) table: ObjectName,
    /// The other one.
    pub(crate) target: Option<ObjectName>,
    /// The columns that refer to it.
    pub(crate) columns: Vec<String>,
    /// Where `REFERENCES` and what it names stand in the file.
    pub(crate) range: Range<usize>,
    /// Whether the column comes with the key, into a table that is there already.
    pub(crate) adds_column: bool,
}

impl Keys {
    /// Takes note of what a statement does.
    pub(super) fn note(&mut self, statement: &Statement<'_>) {
        let Some(sql) = &statement.sql else { return };
        let constraints = statement.new_constraints();
        let has_primary = constraints
            .iter()
            .any(|constraint| constraint.kind == ConstraintKind::PrimaryKey);
        if let ast::Stmt::CreateTable(create) = sql {
            if !has_primary {
                self.note_without_primary(statement, create);
            }
        } else if has_primary {
            self.primary_added
                .extend(constraints.first().map(|c| c.owner.key()));
        }
        for constraint in constraints {
            if constraint.kind == ConstraintKind::ForeignKey {
                let kind = constraint.node.parent().map(|parent| parent.kind());
                self.foreign.push(ForeignKey {
                    table: constraint.owner.clone(),
                    target: target(constraint),
                    columns: constraint.columns.clone(),
                    range: references(statement, constraint),
                    adds_column: kind == Some(SyntaxKind::ADD_COLUMN),
                });
            }
            let generated = || {
                constraint
                    .generated_names()?
                    .find(|name| !self.has_name(name))
            };
            self.names.extend(constraint.name().or_else(generated));
        }
    }

    /// Adds what a later file did; its keys are of no use to the files after it.
    pub(super) fn extend(&mut self, later: Self) {
        self.names.extend(later.names);
    }

    fn note_without_primary(&mut self, statement: &Statement<'_>, create: &ast::CreateTable) {
        if let Some(name) = create.table_name()
            && let Some(table) = ObjectName::below(&name)
            && !takes_over_indexes(create)
            && !is_temporary(create)
        {
            self.without_primary
                .push((table, statement.range_of(&name)));
        }
    }

    /// The tables that this file creates and leaves without a primary key.
    pub(crate) fn tables_without_primary(&self) -> Vec<(&ObjectName, Range<usize>)> {
        self.without_primary
            .iter()
            .filter(|(table, _)| !self.primary_added.contains(&table.key()))
            .map(|(table, range)| (table, range.clone()))
            .collect()
    }

    /// Whether a constraint has that name.
    pub(crate) fn has_name(&self, name: &str) -> bool {
        self.names.contains(name)
    }
}

/// The table behind `REFERENCES`.
fn target(constraint: &NewConstraint) -> Option<ObjectName> {
    let mut children = constraint.node.children();
    let table = children.find(|node| node.kind() == SyntaxKind::TABLE_NAME_REF)?;
    ObjectName::below_node(&table)
}

/// `REFERENCES teams (team_id)`.
fn references(statement: &Statement<'_>, constraint: &NewConstraint) -> Range<usize> {
    let node = &constraint.node;
    let word = node
        .children_with_tokens()
        .filter_map(|element| element.into_token())
        .find(|token| token.kind() == SyntaxKind::REFERENCES_KW);
    let Some(word) = word else {
        return statement.range_of_node(node);
    };
    let behind = node
        .children_with_tokens()
        .skip_while(|element| element.text_range().start() <= word.text_range().start())
        .take_while(|element| {
            matches!(
                element.kind(),
                SyntaxKind::TABLE_NAME_REF
                    | SyntaxKind::COLUMN_NAME_REF
                    | SyntaxKind::FOREIGN_KEY_COLUMN_LIST
                    | SyntaxKind::L_PAREN
                    | SyntaxKind::R_PAREN
                    | SyntaxKind::WHITESPACE
                    | SyntaxKind::COMMENT
            )
        });
    let last = behind
        .filter(|e| !matches!(e.kind(), SyntaxKind::WHITESPACE | SyntaxKind::COMMENT))
        .last();
    let start = statement.range_of_token(&word);
    let end = match last {
        Some(rowan::NodeOrToken::Node(node)) => statement.range_of_node(&node).end,
        Some(rowan::NodeOrToken::Token(token)) => statement.range_of_token(&token).end,
        None => start.end,
    };
    start.start..end
}
