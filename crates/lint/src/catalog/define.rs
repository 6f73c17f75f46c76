//! What statements define: keys, foreign keys and indexes.

use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::{self, AstNode};

use super::{ForeignKey, Key, Relation};
use crate::syntax::{
    ConstraintKind, NewConstraint, ObjectName, column_names, name_of, one_line, tree,
};

/// Adds the keys among new constraints.
pub(super) fn constrain(relation: &mut Relation, constraints: &[NewConstraint]) {
    for constraint in constraints {
        match constraint.kind {
            ConstraintKind::PrimaryKey | ConstraintKind::Unique | ConstraintKind::Exclude => {
                let is_primary = constraint.kind == ConstraintKind::PrimaryKey;
                for column in constraint.columns.iter().filter(|_| is_primary) {
                    if let Some(column) = relation.column_mut(column) {
                        column.not_null = true;
                    }
                }
                let columns = match constraint.columns.is_empty() {
                    // USING INDEX: the index is a key already.
                    true => of_index(relation, constraint),
                    false => constraint.columns.clone(),
                };
                relation.keys.push(Key {
                    name: constraint.name_or_generated(),
                    columns,
                    is_computed: false,
                    is_partial: false,
                    is_primary,
                    nulls_are_equal: is_not_distinct(&constraint.node),
                    excludes: constraint.kind == ConstraintKind::Exclude,
                });
            }
            ConstraintKind::ForeignKey => {
                let table = tree::child::<ast::TableNameRef>(&constraint.node);
                let Some(target) = table.and_then(|table| ObjectName::below(&table)) else {
                    continue;
                };
                relation.foreign.push(ForeignKey {
                    name: constraint.name_or_generated(),
                    columns: constraint.columns.clone(),
                    target: target.key(),
                    target_columns: target_columns(&constraint.node),
                });
            }
            ConstraintKind::Check => {}
        }
    }
}

fn of_index(relation: &Relation, constraint: &NewConstraint) -> Vec<String> {
    let index = tree::child::<ast::UsingIndexName>(&constraint.node);
    let index = name_of(index);
    let mut keys = relation.keys.iter();
    let key = keys.find(|key| key.name.is_some() && key.name == index);
    key.map(|key| key.columns.clone()).unwrap_or_default()
}

/// The columns behind `REFERENCES table`.
fn target_columns(node: &SyntaxNode) -> Vec<String> {
    if let Some(references) = ast::ReferencesConstraint::cast(node.clone()) {
        return column_names(references.column().into_iter());
    }
    let list = ast::ForeignKeyConstraint::cast(node.clone()).and_then(|key| key.to_columns());
    column_names(list.into_iter().flat_map(|list| list.column_name_refs()))
}

pub(super) fn is_not_distinct(node: &SyntaxNode) -> bool {
    one_line(&tree::lower(node)).contains("nulls not distinct")
}

/// What an index is, in one spelling: `UNIQUE (a, lower(b)) WHERE …`.
pub(super) fn definition(create: &ast::CreateIndex) -> String {
    let mut text = String::new();
    if create.unique_token().is_some() {
        text.push_str("UNIQUE ");
    }
    if let Some(method) = create.using_method() {
        let method = one_line(&tree::lower(method.syntax()));
        if method != "using btree" {
            text.push_str(&method);
            text.push(' ');
        }
    }
    let parts = [
        create.partition_item_list().map(|p| p.syntax().clone()),
        create.index_include_clause().map(|p| p.syntax().clone()),
        create.where_clause().map(|p| p.syntax().clone()),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .flatten()
        .map(|part| {
            let tokens = crate::syntax::tokens_of(&part);
            let words: Vec<String> = tokens
                .map(|token| match token.text().starts_with(['\'', '"']) {
                    true => token.text().trim_matches('"').to_owned(),
                    false => token.text().to_lowercase(),
                })
                .collect();
            let text = words
                .join(" ")
                .replace("( ", "(")
                .replace(" )", ")")
                .replace(" ,", ",");
            text.replace(" (", "(").replace(" asc", "")
        })
        .collect();
    text + &parts.join(" ")
}
