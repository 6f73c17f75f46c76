use std::cell::OnceCell;

use super::{NewConstraint, NewName, Statement, TypedColumn};
use crate::object::Created;

/// What many rules ask of the same statement: read from its tree once, when the first one asks.
#[derive(Default)]
pub(super) struct Parts {
    columns: OnceCell<Vec<TypedColumn>>,
    constraints: OnceCell<Vec<NewConstraint>>,
    names: OnceCell<Vec<NewName>>,
    created: OnceCell<Option<Created>>,
}

impl Statement<'_> {
    /// See [`TypedColumn::all_of`].
    pub(crate) fn typed_columns(&self) -> &[TypedColumn] {
        let read = || self.sql.as_ref().map(TypedColumn::all_of);
        let columns = &self.parts.columns;
        columns.get_or_init(|| read().unwrap_or_default())
    }

    /// See [`NewConstraint::all_of`].
    pub(crate) fn new_constraints(&self) -> &[NewConstraint] {
        let read = || self.sql.as_ref().map(NewConstraint::all_of);
        let constraints = &self.parts.constraints;
        constraints.get_or_init(|| read().unwrap_or_default())
    }

    /// See [`NewName::all_of`].
    pub(crate) fn new_names(&self) -> &[NewName] {
        let read = || self.sql.as_ref().map(NewName::all_of);
        let names = &self.parts.names;
        names.get_or_init(|| read().unwrap_or_default())
    }

    /// See [`Created::of`].
    pub(crate) fn created(&self) -> Option<&Created> {
        let created = &self.parts.created;
        created.get_or_init(|| Created::of(self)).as_ref()
    }
}
