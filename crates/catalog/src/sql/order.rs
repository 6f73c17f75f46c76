//! An order in which everything stands behind what it needs.

use std::collections::{BTreeMap, BTreeSet};

use crate::kind::Kind;
use crate::model::{Catalog, Name};

/// The objects that are written as one, by the name of each.
pub(super) struct Units<'c> {
    catalog: &'c Catalog,
    /// Where a part is written with its whole.
    whole: BTreeMap<Name, Name>,
    parts: BTreeMap<Name, Vec<Name>>,
    before: BTreeMap<Name, BTreeSet<Name>>,
}

impl<'c> Units<'c> {
    pub(super) fn new(catalog: &'c Catalog, whole: BTreeMap<Name, Name>) -> Self {
        let mut parts: BTreeMap<Name, Vec<Name>> = BTreeMap::new();
        for (part, of) in &whole {
            parts.entry(of.clone()).or_default().push(part.clone());
        }
        Self {
            catalog,
            whole,
            parts,
            before: BTreeMap::new(),
        }
    }

    /// Puts a unit behind another that it does not need.
    pub(super) fn behind(&mut self, unit: &Name, before: &Name) {
        self.before
            .entry(unit.clone())
            .or_default()
            .insert(before.clone());
    }

    pub(super) fn unit(&self, name: &Name) -> Name {
        self.whole.get(name).unwrap_or(name).clone()
    }

    /// What a unit needs, as units.
    pub(super) fn needs(&self, unit: &Name) -> BTreeSet<Name> {
        let parts = self.parts.get(unit).into_iter().flatten();
        let mut needs: BTreeSet<Name> = self.before.get(unit).cloned().unwrap_or_default();
        for name in [unit].into_iter().chain(parts) {
            let Some(object) = self.catalog.get(name) else {
                continue;
            };
            for need in object.needs().chain(object.part_of()) {
                // A sequence belongs to a column, but the column's default needs the sequence.
                if name.kind == Kind::Sequence && matches!(need.kind, Kind::Column | Kind::Table) {
                    continue;
                }
                // A partition's key comes first, and the parent's takes it.
                if name.kind == Kind::Constraint
                    && object.get("inherited").is_some()
                    && need.kind == Kind::Constraint
                {
                    continue;
                }
                let need = self.unit(need);
                if need != *unit {
                    needs.insert(need);
                }
            }
        }
        needs
    }

    /// These units, each behind what it needs. Where they need each other in a circle, the order of kinds
    /// decides.
    pub(super) fn sorted(&self, units: &BTreeSet<Name>) -> Vec<Name> {
        let mut done = BTreeSet::new();
        let mut sorted = Vec::new();
        for unit in self.together(units) {
            self.visit(unit, units, &mut done, &mut sorted);
        }
        sorted
    }

    /// What belongs to a table behind the table; but foreign keys last, which need other tables.
    fn together<'u>(&self, units: &'u BTreeSet<Name>) -> Vec<&'u Name> {
        let mut parts: BTreeMap<&Name, Vec<&Name>> = BTreeMap::new();
        let mut tops = Vec::new();
        let mut last = Vec::new();
        for unit in units {
            let object = self.catalog.get(unit);
            let whole = object.and_then(|object| units.get(object.part_of()?));
            let is_foreign_key = object.is_some_and(|object| object.get("references").is_some());
            match whole {
                Some(_) if is_foreign_key => last.push(unit),
                Some(whole) => parts.entry(whole).or_default().push(unit),
                None => tops.push(unit),
            }
        }
        let mut grouped = Vec::new();
        for top in tops {
            grouped.push(top);
            let mut open: Vec<&Name> = parts.remove(top).unwrap_or_default();
            open.reverse();
            while let Some(part) = open.pop() {
                grouped.push(part);
                open.extend(parts.remove(part).unwrap_or_default().into_iter().rev());
            }
        }
        grouped.extend(parts.into_values().flatten());
        grouped.extend(last);
        grouped
    }

    fn visit(
        &self,
        unit: &Name,
        units: &BTreeSet<Name>,
        done: &mut BTreeSet<Name>,
        sorted: &mut Vec<Name>,
    ) {
        // A stack of its own: a chain of views may be long.
        let mut stack = vec![(unit.clone(), false)];
        while let Some((unit, is_ready)) = stack.pop() {
            if is_ready {
                sorted.push(unit);
                continue;
            }
            if !units.contains(&unit) || !done.insert(unit.clone()) {
                continue;
            }
            let needs = self.needs(&unit);
            stack.push((unit, true));
            stack.extend(needs.into_iter().rev().map(|need| (need, false)));
        }
    }

    /// Whether something needs `target`, itself or through others.
    pub(super) fn leads_to(&self, start: &Name, target: &Name) -> bool {
        let mut seen = BTreeSet::new();
        let mut open = vec![self.unit(start)];
        while let Some(unit) = open.pop() {
            if unit == *target {
                return true;
            }
            if seen.insert(unit.clone()) {
                open.extend(self.needs(&unit));
            }
        }
        false
    }
}
