//! What many rules ask of the same statement.

use std::cell::OnceCell;

use squawk_syntax::ast;

use super::{NewConstraint, NewName, TypedColumn};

/// What many rules ask of the same statement: read from its tree once, when the first one asks.
#[derive(Default)]
pub(super) struct Parts {
    columns: OnceCell<Vec<TypedColumn>>,
    constraints: OnceCell<Vec<NewConstraint>>,
    names: OnceCell<Vec<NewName>>,
}

impl Parts {
    pub(super) fn columns(&self, sql: Option<&ast::Stmt>) -> &[TypedColumn] {
        let read = || sql.map(TypedColumn::all_of);
        self.columns.get_or_init(|| read().unwrap_or_default())
    }

    pub(super) fn constraints(&self, sql: Option<&ast::Stmt>) -> &[NewConstraint] {
        let read = || sql.map(NewConstraint::all_of);
        self.constraints.get_or_init(|| read().unwrap_or_default())
    }

    pub(super) fn names(&self, sql: Option<&ast::Stmt>) -> &[NewName] {
        let read = || sql.map(NewName::all_of);
        self.names.get_or_init(|| read().unwrap_or_default())
    }
}
