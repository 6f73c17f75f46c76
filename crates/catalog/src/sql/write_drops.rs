//! The statements that take away.

use std::collections::{BTreeMap, BTreeSet};

use super::alter::leave;
use super::drop;
use super::names::last;
use super::order::Units;
use super::parts::is_of_view;
use super::plan::Work;
use super::script::{Script, Step};
use crate::kind::Kind;
use crate::model::{Name, Object};

impl Work<'_> {
    pub(super) fn write_before(&self, script: &mut Script) {
        for (name, old) in self.from.objects() {
            let new = self.to.get(name);
            if matches!(name.kind, Kind::Table | Kind::ForeignTable) && new.is_some() {
                self.push(script, name, leave(name, old, new));
            }
            if name.kind == Kind::Sequence
                && new.is_some()
                && old.get("owned by") != new.and_then(|new| new.get("owned by"))
            {
                let sql = format!("ALTER SEQUENCE {} OWNED BY NONE", name.identity);
                self.push(script, name, vec![sql]);
            }
        }
        for column in &self.without_default {
            if let Some(object) = self.from.get(column)
                && let Some(table) = object.part_of()
            {
                let sql = format!(
                    "ALTER TABLE {} ALTER COLUMN {} DROP DEFAULT",
                    table.identity,
                    last(column, object)
                );
                self.push(script, column, vec![sql]);
            }
        }
    }

    pub(super) fn write_drops(&self, script: &mut Script) {
        let goes_with_whole = |name: &Name| {
            let object = self.from.get(name);
            let whole = object.and_then(Object::part_of);
            // DROP SERVER does not drop the mappings.
            whole
                .filter(|whole| self.drops.contains(*whole) && name.kind != Kind::UserMapping)
                .cloned()
        };
        let units: BTreeMap<Name, Name> = self
            .drops
            .iter()
            .filter_map(|name| Some((name.clone(), goes_with_whole(name)?)))
            .collect();
        let tops: BTreeSet<Name> = self
            .drops
            .iter()
            .filter(|name| !units.contains_key(*name))
            .cloned()
            .collect();
        // A sequence that a column owns goes with the column.
        let goes_with_column = |object: &Object| {
            object
                .get("owned by")
                .is_some_and(|column| self.drops.contains(&Name::new(Kind::Column, column)))
        };
        let units = Units::new(self.from, units);
        for (name, object) in self.from.objects() {
            // What a table and something else need of each other: foreign keys in a circle, a function of the
            // table's rows in its CHECK.
            let whole = units.unit(name);
            if whole == *name || object.get("inherited").is_some() || !self.drops.contains(name) {
                continue;
            }
            let returns = object.needs().any(|need| {
                let need = units.unit(need);
                let is_other = need != whole && self.drops.contains(&need);
                is_other && units.leads_to(&need, &whole)
            });
            match name.kind {
                Kind::Constraint if returns => self.push(script, name, drop::drop(name, object)),
                Kind::Column if returns && object.get("default").is_some() => {
                    let sql = format!(
                        "ALTER TABLE {} ALTER COLUMN {} DROP DEFAULT",
                        whole.identity,
                        last(name, object)
                    );
                    self.push(script, name, vec![sql]);
                }
                _ => {}
            }
        }
        for name in units.sorted(&tops).iter().rev() {
            let Some(object) = self.from.get(name) else {
                continue;
            };
            if goes_with_column(object) || self.goes_with_parents(name, object) {
                continue;
            }
            let loses_rows = match name.kind {
                Kind::Table | Kind::Column => !is_of_view(object),
                _ => false,
            };
            script
                .steps
                .extend(drop::drop(name, object).into_iter().map(|sql| Step {
                    name: name.clone(),
                    sql,
                    loses_rows,
                }));
        }
    }
}
