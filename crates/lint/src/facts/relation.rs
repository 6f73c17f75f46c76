//! A table, its columns and its constraints.

use std::collections::HashMap;

use squawk_syntax::ast::{self, AstNode};

use super::constraint::Constraint;
use crate::syntax::{ObjectName, SqlType, column_names, name_of, spares_rows, tree};

/// What is known of a table.
#[derive(Debug, Clone, Default)]
pub(crate) struct Relation {
    /// Whether it is partitioned; `None` where nobody saw it being created.
    pub(crate) partitioned: Option<bool>,
    pub(super) columns: HashMap<String, Column>,
    pub(super) constraints: Vec<Constraint>,
}

/// What is known of a column.
#[derive(Debug, Clone, Default)]
pub(crate) struct Column {
    /// Its type.
    pub(crate) ty: Option<SqlType>,
    /// Whether it surely holds no NULL.
    pub(crate) not_null: bool,
    /// Whether it is computed when it is read, and nothing is stored.
    pub(crate) is_virtual: bool,
}

impl Relation {
    /// Whether it was seen being created, and not dropped since.
    pub(crate) fn is_there(&self) -> bool {
        self.partitioned.is_some()
    }

    /// What is known of the column.
    pub(crate) fn column_named(&self, name: &str) -> Option<&Column> {
        self.columns.get(name)
    }

    /// Whether a column is of that type.
    pub(crate) fn has_column_of(&self, ty: &ObjectName) -> bool {
        let mut types = self
            .columns
            .values()
            .filter_map(|column| column.ty.as_ref());
        types.any(|of| of.name.may_be(ty))
    }

    /// Removes the columns of a type, as `DROP TYPE … CASCADE` does.
    pub(super) fn drop_columns_of(&mut self, ty: &ObjectName) {
        let is_of = |column: &Column| column.ty.as_ref().is_some_and(|of| of.name.may_be(ty));
        let named = self.columns.iter().filter(|(_, column)| is_of(column));
        let names: Vec<String> = named.map(|(name, _)| name.clone()).collect();
        for name in names {
            self.forget(Some(&name));
        }
    }

    /// The constraints that hold for all rows.
    pub(crate) fn valid(&self) -> impl Iterator<Item = &Constraint> {
        self.constraints.iter().filter(|c| c.valid)
    }

    /// Whether it has a constraint of that name that does not hold for all rows.
    pub(crate) fn is_not_valid(&self, name: &str) -> bool {
        let mut open = self.constraints.iter().filter(|c| !c.valid);
        open.any(|c| c.name.as_deref() == Some(name))
    }

    /// Whether it has a constraint of that name.
    pub(crate) fn has_constraint(&self, name: &str) -> bool {
        let mut names = self.constraints.iter().map(|c| c.name.as_deref());
        names.any(|known| known == Some(name))
    }

    /// Whether no row holds NULL in the column, and PostgreSQL can know it without looking.
    pub(crate) fn proves_not_null(&self, column: &str, without: &[String]) -> bool {
        self.columns.get(column).is_some_and(|c| c.not_null)
            || self.valid().any(|check| {
                let gone = check.name.as_ref().is_some_and(|n| without.contains(n));
                !gone && check.not_null.iter().any(|c| c == column)
            })
    }

    /// The name of a valid check that uses the column, if it has one.
    pub(crate) fn check_on(&self, column: &str) -> Option<Option<&str>> {
        self.valid()
            .find(|check| check.columns.iter().any(|c| c == column))
            .map(|check| check.name.as_deref())
    }

    pub(super) fn column(&mut self, column: &ast::Column) {
        let Some(name) = column.name().map(|name| name.text()) else {
            return;
        };
        self.declare(&name, column.ty(), tree::child(column.syntax()));
        for constraint in column.syntax().children() {
            self.constrain(ast::Constraint::cast(constraint), Some(&name));
        }
    }

    fn declare(&mut self, name: &str, ty: Option<ast::Type>, collate: Option<ast::Collate>) {
        let ty = ty.and_then(|ty| SqlType::of(&ty, collate.as_ref()));
        let column = Column {
            not_null: ty.as_ref().is_some_and(SqlType::is_serial),
            ty: ty.map(SqlType::of_values),
            is_virtual: false,
        };
        self.columns.insert(name.to_owned(), column);
    }

    pub(super) fn constrain(&mut self, constraint: Option<ast::Constraint>, column: Option<&str>) {
        let Some(constraint) = constraint else { return };
        let mut kept = Constraint {
            name: name_of(constraint.constraint_name()),
            valid: !spares_rows(&constraint),
            columns: Vec::new(),
            not_null: Vec::new(),
            constants: Vec::new(),
        };
        match &constraint {
            ast::Constraint::CheckConstraint(check) => {
                if let Some(expr) = check.expr() {
                    kept.read(&expr);
                }
            }
            ast::Constraint::NotNullConstraint(not_null) => {
                let named = name_of(not_null.column_name_ref());
                kept.not_null
                    .extend(named.or_else(|| column.map(ToOwned::to_owned)));
                if kept.valid && kept.name.is_none() {
                    return self.settle(&kept.not_null);
                }
            }
            ast::Constraint::PrimaryKeyConstraint(key) => {
                let list = key.index_parameters().and_then(|p| p.column_list());
                let mut columns =
                    column_names(list.into_iter().flat_map(|list| list.column_name_refs()));
                columns.extend(column.map(ToOwned::to_owned));
                return self.settle(&columns);
            }
            ast::Constraint::GeneratedConstraint(generated) => {
                let known = column.and_then(|column| self.columns.get_mut(column));
                match known.zip(generated.generated_as()) {
                    Some((known, ast::GeneratedAs::GeneratedIdentity(_))) => known.not_null = true,
                    Some((known, ast::GeneratedAs::GeneratedStored(how))) => {
                        let stored =
                            matches!(how.generated_kind(), Some(ast::GeneratedKind::Stored(_)));
                        known.is_virtual = !stored;
                    }
                    None => {}
                }
                return;
            }
            ast::Constraint::ForeignKeyConstraint(_) if !kept.valid => {}
            _ => return,
        }
        self.constraints.push(kept);
    }

    /// These columns hold no NULL.
    fn settle(&mut self, columns: &[String]) {
        for column in columns {
            self.columns.entry(column.clone()).or_default().not_null = true;
        }
    }

    pub(super) fn alter(&mut self, action: ast::AlterTableAction) {
        use ast::AlterTableAction as A;
        match action {
            A::AddColumn(add) => {
                let Some(name) = add.column_name().map(|name| name.text()) else {
                    return;
                };
                if add.if_not_exists().is_some() && self.columns.contains_key(&name) {
                    return;
                }
                self.declare(&name, add.ty(), add.collate());
                for constraint in add.constraints() {
                    self.constrain(Some(constraint), Some(&name));
                }
            }
            A::AddConstraint(add) => self.constrain(add.constraint(), None),
            A::ValidateConstraint(validate) => self.validate(validate.constraint_name_ref()),
            A::DropConstraint(drop) => self.drop_constraint(drop.constraint_name_ref()),
            A::DropColumn(drop) => {
                let name = name_of(drop.column_name_ref());
                self.forget(name.as_deref());
            }
            A::RenameColumn(rename) => {
                let old = name_of(rename.column_name_ref());
                let new = rename.column_name().map(|name| name.text());
                if let (Some(old), Some(new)) = (old, new) {
                    self.rename(&old, &new);
                }
            }
            A::AlterColumn(alter) => {
                let Some(name) = name_of(alter.column_name_ref()) else {
                    return;
                };
                let column = self.columns.entry(name.clone()).or_default();
                match alter.option() {
                    Some(ast::AlterColumnOption::SetNotNull(_)) => column.not_null = true,
                    Some(ast::AlterColumnOption::DropNotNull(_)) => {
                        column.not_null = false;
                        self.constraints
                            .retain(|c| !c.columns.is_empty() || !c.not_null.contains(&name));
                    }
                    Some(ast::AlterColumnOption::SetType(set)) => {
                        let collate = set.collate();
                        column.ty = set.ty().and_then(|ty| SqlType::of(&ty, collate.as_ref()));
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }

    fn validate(&mut self, name: Option<ast::ConstraintNameRef>) {
        let name = name_of(name);
        for constraint in &mut self.constraints {
            if constraint.name.is_some() && constraint.name == name {
                constraint.valid = true;
            }
        }
    }

    fn drop_constraint(&mut self, name: Option<ast::ConstraintNameRef>) {
        let name = name_of(name);
        self.constraints
            .retain(|constraint| constraint.name.is_none() || constraint.name != name);
    }

    /// Gives a column another name, also in the checks that use it.
    fn rename(&mut self, old: &str, new: &str) {
        self.forget(Some(new));
        if let Some(column) = self.columns.remove(old) {
            self.columns.insert(new.to_owned(), column);
        }
        for check in &mut self.constraints {
            for name in check.columns.iter_mut().chain(&mut check.not_null) {
                if name == old {
                    new.clone_into(name);
                }
            }
        }
    }

    /// Whether the constraint of that name is a `CHECK`, or a `NOT NULL` with a name.
    pub(crate) fn is_check(&self, constraint: &str) -> bool {
        let mut named = self.constraints.iter();
        let known = named.find(|known| known.name.as_deref() == Some(constraint));
        known.is_some_and(|known| !known.columns.is_empty() || !known.not_null.is_empty())
    }

    /// Removes a column, and the checks that use it.
    fn forget(&mut self, column: Option<&str>) {
        let Some(column) = column else { return };
        self.columns.remove(column);
        let named = |names: &[String]| names.iter().any(|name| name == column);
        self.constraints
            .retain(|check| !named(&check.columns) && !named(&check.not_null));
    }
}
