//! Parts of tables: which are written with the table, and which come and go with a parent's.

use std::collections::{BTreeMap, BTreeSet};

use super::order::Units;
use super::plan::Work;
use super::table;
use crate::kind::Kind;
use crate::model::{Catalog, Name, Object};

impl Work<'_> {
    /// Whether its table stays a child of the same parents: then it goes with theirs.
    pub(super) fn goes_with_parents(&self, name: &Name, object: &Object) -> bool {
        let is_part =
            object.get("partition of").is_some() || object.get("inherited") == Some("yes");
        let parents = |catalog: &Catalog| {
            let table = object.part_of().and_then(|whole| catalog.get(whole))?;
            let parents = table.get("partition of").or_else(|| table.get("inherits"));
            parents.map(str::to_owned)
        };
        is_part
            && (name.kind == Kind::Trigger
                || parents(self.from).is_some() && parents(self.from) == parents(self.to))
    }

    /// Whether it comes with the parents'. A table that becomes a child must have their columns and other
    /// constraints before.
    pub(super) fn comes_with_parents(&self, name: &Name, object: &Object) -> bool {
        let is_foreign_key = object.get("references").is_some();
        let is_of_new = object
            .part_of()
            .is_some_and(|whole| self.creates.contains(whole));
        is_parents(name, object)
            && (is_foreign_key || is_of_new || self.goes_with_parents(name, object))
    }

    /// Defaults and constraints of new tables that need something which needs the table.
    pub(super) fn late(&self) -> BTreeSet<Name> {
        let all = self.inline(&BTreeSet::new());
        let units = Units::new(self.to, all.clone());
        let mut late = BTreeSet::new();
        for (part, whole) in &all {
            let Some(object) = self.to.get(part) else {
                continue;
            };
            let is_movable = part.kind == Kind::Constraint || object.get("default").is_some();
            let returns = object
                .needs()
                .filter(|need| units.unit(need) != *whole)
                .filter(|need| {
                    matches!(need.kind, Kind::Function | Kind::Operator | Kind::Aggregate)
                })
                .any(|need| units.leads_to(need, whole));
            if is_movable && returns {
                late.insert(part.clone());
            }
        }
        late
    }

    /// The parts that are written with the table that is made, and the table of each.
    pub(super) fn inline(&self, late: &BTreeSet<Name>) -> BTreeMap<Name, Name> {
        let mut inline = BTreeMap::new();
        for name in &self.creates {
            let Some(object) = self.to.get(name) else {
                continue;
            };
            let Some(whole) = object
                .part_of()
                .filter(|whole| self.creates.contains(*whole))
            else {
                continue;
            };
            let is_inline = match name.kind {
                Kind::Column => true,
                Kind::Constraint => {
                    !late.contains(name)
                        && self
                            .to
                            .get(whole)
                            .is_some_and(|table| table::is_inline(object, table))
                }
                _ => false,
            };
            if is_inline {
                inline.insert(name.clone(), whole.clone());
            }
        }
        inline
    }
}

/// What would take part in the making of the rest.
pub(super) fn is_last(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::DefaultPrivileges
            | Kind::EventTrigger
            | Kind::Publication
            | Kind::Subscription
            | Kind::Setting
    )
}

/// What comes and goes with the same of the parent table: it is never made by itself.
pub(super) fn is_parents(name: &Name, object: &Object) -> bool {
    match name.kind {
        Kind::Column => object.get("inherited") == Some("yes"),
        Kind::Trigger => object.get("inherited").is_some(),
        Kind::Constraint => {
            object.get("inherited") == Some("yes")
                && !object.get("definition").is_some_and(|sql| {
                    sql.starts_with("PRIMARY KEY")
                        || sql.starts_with("UNIQUE")
                        || sql.starts_with("EXCLUDE")
                })
        }
        _ => false,
    }
}

/// Whether it is a part of a view: a column that holds no values.
pub(super) fn is_of_view(object: &Object) -> bool {
    object
        .part_of()
        .is_some_and(|whole| matches!(whole.kind, Kind::View | Kind::MaterializedView))
}
