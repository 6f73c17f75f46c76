use squawk_syntax::ast::{self, AstNode};

use super::{ObjectName, Statement};

/// A constraint that `ALTER TABLE` adds.
pub(crate) struct AddedConstraint {
    /// The column that is added with it; `None` for `ADD CONSTRAINT`.
    pub(crate) column: Option<ast::AddColumn>,
    /// The constraint.
    pub(crate) constraint: ast::Constraint,
}

impl AddedConstraint {
    /// Whether the statement says `NOT VALID` or `NOT ENFORCED`, so that rows that are there
    /// already are not looked at.
    pub(crate) fn spares_rows(&self) -> bool {
        self.constraint.constraint_options().any(|option| {
            matches!(
                option,
                ast::ConstraintOption::NotValid(_) | ast::ConstraintOption::NotEnforced(_)
            )
        })
    }
}

/// An `ALTER TABLE`.
pub(crate) struct AlterTable {
    /// The table.
    pub(crate) table: ObjectName,
    /// Its name as it is written, to be repeated in SQL.
    pub(crate) written: String,
    /// What is altered.
    pub(crate) actions: Vec<ast::AlterTableAction>,
}

impl AlterTable {
    /// The constraints that it adds, with new columns or without.
    pub(crate) fn added_constraints(self) -> Vec<AddedConstraint> {
        let mut added = Vec::new();
        for action in self.actions {
            match action {
                ast::AlterTableAction::AddConstraint(add) => {
                    added.extend(add.constraint().map(|constraint| AddedConstraint {
                        column: None,
                        constraint,
                    }));
                }
                ast::AlterTableAction::AddColumn(add) => {
                    added.extend(add.constraints().map(|constraint| AddedConstraint {
                        column: Some(add.clone()),
                        constraint,
                    }));
                }
                _ => {}
            }
        }
        added
    }
}

impl Statement<'_> {
    /// The statement as an `ALTER TABLE`.
    pub(crate) fn alter_table(&self) -> Option<AlterTable> {
        let Some(ast::Stmt::AlterTable(alter)) = &self.sql else {
            return None;
        };
        let name = alter.table_relation_name()?.table_name_ref()?;
        Some(AlterTable {
            table: ObjectName::below(&name)?,
            written: Self::words(&name),
            actions: alter.actions().collect(),
        })
    }

    /// Whether an `ALTER TABLE` or a `CREATE INDEX` is of the table `ONLY`, without partitions.
    pub(crate) fn is_only(&self) -> bool {
        let relation = match &self.sql {
            Some(ast::Stmt::AlterTable(alter)) => alter.table_relation_name(),
            Some(ast::Stmt::CreateIndex(create)) => create.table_relation_name(),
            _ => None,
        };
        relation.is_some_and(|relation| relation.only_token().is_some())
    }

    /// The SQL of a node on one line, without comments: to be repeated in a message.
    pub(crate) fn words(node: &impl AstNode) -> String {
        words(node.syntax())
    }
}

fn words(node: &squawk_syntax::SyntaxNode) -> String {
    use squawk_syntax::SyntaxKind::{COMMENT, WHITESPACE};
    let mut text = String::new();
    let mut gap = false;
    let tokens = node.descendants_with_tokens();
    for token in tokens.filter_map(|element| element.into_token()) {
        if matches!(token.kind(), COMMENT | WHITESPACE) {
            gap = true;
            continue;
        }
        let bracket = text.ends_with('(') || token.text() == ")";
        if gap && !text.is_empty() && !bracket {
            text.push(' ');
        }
        gap = false;
        text.push_str(token.text());
    }
    text
}

/// The last part of the first name at or below a node, as PostgreSQL understands it.
pub(crate) fn name_in(node: &impl AstNode) -> Option<String> {
    if let Some(name) = ObjectName::below(node) {
        return Some(name.name);
    }
    let name = ast::normalize_name_node(node.syntax());
    (!name.is_empty()).then_some(name)
}

/// The names in a list of columns.
pub(crate) fn column_names(columns: impl Iterator<Item = ast::ColumnNameRef>) -> Vec<String> {
    columns.filter_map(|column| name_in(&column)).collect()
}
