//! `ALTER TABLE`, and the constraints that it adds.

use squawk_syntax::ast;

use super::{ObjectName, Statement, words_of};

/// A constraint that `ALTER TABLE` adds.
pub(crate) struct AddedConstraint {
    /// The column that is added with it; `None` for `ADD CONSTRAINT`.
    pub(crate) column: Option<ast::AddColumn>,
    /// The constraint.
    pub(crate) constraint: ast::Constraint,
}

/// Whether a constraint is `NOT VALID` or `NOT ENFORCED`, so that rows that are there already are
/// not looked at.
pub(crate) fn spares_rows(constraint: &ast::Constraint) -> bool {
    constraint.constraint_options().any(|option| {
        matches!(
            option,
            ast::ConstraintOption::NotValid(_) | ast::ConstraintOption::NotEnforced(_)
        )
    })
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
    pub(crate) fn added_constraints(&self) -> Vec<AddedConstraint> {
        let mut added = Vec::new();
        for action in &self.actions {
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
            written: words_of(&name),
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
}
