//! What columns may be of.

use crate::kind::Kind;

/// Kinds that columns are of.
pub(super) fn is_type(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Enum | Kind::Domain | Kind::Type | Kind::Range | Kind::BaseType | Kind::Collation
    )
}

/// Kinds whose rows have a type of that name.
pub(super) fn is_row_type(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Table | Kind::ForeignTable | Kind::View | Kind::MaterializedView
    )
}
