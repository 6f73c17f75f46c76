//! The statements that take away.

use std::collections::{BTreeMap, BTreeSet};

use super::alter::leave;
use super::names::last;
use super::order::Units;
use super::parts::is_of_view;
use super::plan::Work;
use super::script::{Loss, Script, Step};
use super::{drop, names, options};
use crate::kind::Kind;
use crate::model::{Name, Object};

impl Work<'_> {
    pub(super) fn write_before(&self, script: &mut Script) {
        for (name, old) in self.from.objects() {
            let new = self.to.get(name);
            if matches!(name.kind, Kind::Table | Kind::ForeignTable) && new.is_some() {
                let new = new.filter(|_| !self.comes_back(name, old));
                self.push(script, name, leave(name, old, new));
            }
            if name.kind == Kind::Sequence
                && new.is_some()
                && (old.get("owned by") != new.and_then(|new| new.get("owned by"))
                    || self.comes_back(name, old))
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

    /// Whether a partition, child or sequence must leave what it belongs to, since that is made again.
    pub(super) fn comes_back(&self, name: &Name, old: &Object) -> bool {
        let table = |identity: &str| Name::new(Kind::Table, identity);
        let owner = old
            .get("owned by")
            .map(|column| Name::new(Kind::Column, column));
        let parents = options::split(old.get("inherits").unwrap_or_default());
        let parents = parents
            .into_iter()
            .chain(old.get("partition of"))
            .map(table);
        let is_again = |whole: Name| self.drops.contains(&whole) && self.creates.contains(&whole);
        !self.drops.contains(name)
            && matches!(name.kind, Kind::Table | Kind::ForeignTable | Kind::Sequence)
            && owner.into_iter().chain(parents).any(is_again)
    }

    /// What goes only at the end is given back.
    pub(super) fn write_drops(&self, script: &mut Script) -> Vec<Step> {
        let mut at_end = Vec::new();
        let goes_with_whole = |name: &Name| {
            let object = self.from.get(name);
            let whole = object.and_then(Object::part_of);
            // DROP SERVER does not drop the mappings.
            whole
                .filter(|whole| self.drops.contains(*whole) && name.kind != Kind::UserMapping)
                .cloned()
        };
        let mut wholes: BTreeMap<Name, Name> = self
            .drops
            .iter()
            .filter_map(|name| Some((name.clone(), goes_with_whole(name)?)))
            .collect();
        let tops: BTreeSet<Name> = self
            .drops
            .iter()
            .filter(|name| !wholes.contains_key(*name))
            .cloned()
            .collect();
        // A sequence that a column owns goes with the column.
        let goes_with_column = |object: &Object| {
            object
                .get("owned by")
                .is_some_and(|column| self.drops.contains(&Name::new(Kind::Column, column)))
        };
        let units = Units::new(self.from, wholes.clone());
        for (name, object) in self.from.objects() {
            // What a table and something else need of each other: foreign keys in a circle, a function of the
            // table's rows in its CHECK.
            let whole = units.unit(name);
            if whole == *name || !self.drops.contains(name) {
                continue;
            }
            let returns = object.needs().any(|need| {
                let need = units.unit(need);
                let is_other = need != whole && self.drops.contains(&need);
                is_other && units.leads_to(&need, &whole)
            });
            let is_parents = object.get("inherited").is_some();
            match name.kind {
                // Gone with its parent's, which needs all that it needs.
                Kind::Constraint if returns && is_parents => drop(wholes.remove(name)),
                Kind::Constraint if returns => {
                    self.push(script, name, drop::drop(name, object));
                    wholes.remove(name);
                }
                Kind::Column if returns && !is_parents && object.get("default").is_some() => {
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
        let units = Units::new(self.from, wholes);
        for name in units.sorted(&tops).iter().rev() {
            let Some(object) = self.from.get(name) else {
                continue;
            };
            if goes_with_column(object) || self.goes_with_parents(name, object) {
                continue;
            }
            let mut loses = match name.kind {
                _ if self.rebuilt.contains_key(name) => self.left_behind(name),
                Kind::Table | Kind::Column if !is_of_view(object) => {
                    vec![Loss::Removed(name.clone())]
                }
                _ => Vec::new(),
            };
            if self.late_drops.contains(name) {
                at_end.extend(self.set_aside(script, name, object));
                continue;
            }
            script
                .steps
                .extend(drop::drop(name, object).into_iter().map(|sql| Step {
                    name: name.clone(),
                    sql,
                    loses: std::mem::take(&mut loses),
                }));
        }
        at_end
    }

    /// A type that columns are of goes when they are of the new one, and meanwhile has another name.
    fn set_aside(&self, script: &mut Script, name: &Name, object: &Object) -> Vec<Step> {
        let step = |name: &Name, sql: String| Step {
            name: name.clone(),
            sql,
            loses: Vec::new(),
        };
        for (part, constraint) in self.from.parts(name, Kind::DomainConstraint) {
            self.push(script, part, drop::drop(part, constraint));
        }
        if name.kind == Kind::Domain && object.get("default").is_some() {
            let sql = format!("ALTER DOMAIN {} DROP DEFAULT", name.identity);
            script.steps.push(step(name, sql));
        }
        if !self.creates.contains(name) {
            let all = drop::drop(name, object).into_iter();
            return all.map(|sql| step(name, sql)).collect();
        }
        let keyword = name.kind.keyword();
        let aside = names::beside(&name.identity, "_before");
        let short = names::without_schema(&aside);
        let sql = format!("ALTER {keyword} {} RENAME TO {short}", name.identity);
        script.steps.push(step(name, sql));
        vec![step(name, format!("DROP {keyword} {aside}"))]
    }
}
