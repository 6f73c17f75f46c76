//! What no statement can do, found before any is written.

use super::domain::{UNCHECKED, is_unchecked};
use super::names::{last, without_schema};
use super::plan::Work;
use super::{options, rename};
use crate::kind::Kind;
use crate::model::{Catalog, Name, Object};

impl Work<'_> {
    /// New columns come last.
    pub(super) fn note_order(&mut self) {
        for kind in [Kind::Table, Kind::ForeignTable, Kind::Type] {
            let (from, to) = (self.from, self.to);
            for (name, _) in to.of_kind(kind) {
                if self.creates.contains(name) {
                    continue;
                }
                let columns = to.columns(name).into_iter();
                let wanted: Vec<&Name> = columns.map(|(column, _)| column).collect();
                let before = from.columns(name).into_iter().map(|(column, _)| column);
                let mut gives: Vec<&Name> =
                    before.filter(|column| to.get(column).is_some()).collect();
                let is_new = |column: &&Name| from.get(column).is_none();
                gives.extend(wanted.iter().copied().filter(is_new));
                if gives != wanted {
                    let why = "columns can be moved only by making the table again";
                    self.make_again(name, why);
                }
            }
        }
    }

    /// A new constraint of a domain is checked in columns of it only.
    pub(super) fn note_checks(&mut self) {
        let to = self.to;
        for (name, new) in to.of_kind(Kind::DomainConstraint) {
            let domain = new
                .part_of()
                .filter(|domain| self.from.get(domain).is_some() && !self.drops.contains(*domain));
            if let Some(domain) = domain
                && self.creates.contains(name)
                && is_unchecked(self.from, name, new)
            {
                if self.is_full {
                    self.again_whole(domain);
                } else {
                    self.creates.remove(name);
                    self.open.insert(name.clone(), UNCHECKED.to_owned());
                }
            }
        }
    }

    /// Makes a table or a type again, or says why it would have to be.
    fn make_again(&mut self, name: &Name, why: &str) {
        if self.is_full && (name.kind != Kind::Type || self.is_reordered(name)) {
            self.rebuild(name, false);
        } else {
            self.open.entry(name.clone()).or_insert(why.to_owned());
        }
    }

    /// Whether values of a composite type can be brought into another order: not those in arrays and domains.
    pub(super) fn is_reordered(&self, name: &Name) -> bool {
        let array = format!("{}[]", name.identity);
        self.from.objects().all(|(user, object)| match user.kind {
            Kind::Column => object.get("type") != Some(&array),
            Kind::Domain => object.get("type") != Some(&name.identity),
            _ => true,
        })
    }

    /// A table that becomes a child keeps its columns and constraints as its own, and its new parents come last.
    pub(super) fn note_inheritance(&mut self) {
        let (from, to) = (self.from, self.to);
        for (name, new) in to.of_kind(Kind::Table) {
            let Some(old) = from.get(name).filter(|_| !self.drops.contains(name)) else {
                continue;
            };
            let was = options::split(old.get("inherits").unwrap_or_default());
            let is = options::split(new.get("inherits").unwrap_or_default());
            if is.is_empty() {
                continue;
            }
            let kept = was.iter().filter(|parent| is.contains(parent));
            let mut gives: Vec<&str> = kept.copied().collect();
            let is_child_still = !gives.is_empty();
            gives.extend(is.iter().filter(|parent| !was.contains(parent)));
            if gives != is {
                self.make_again(name, "its parents would have another order");
            }
            for (part, wanted) in to.objects() {
                let Some(before) = from.get(part).filter(|_| wanted.part_of() == Some(name)) else {
                    continue;
                };
                let is_wrong = match (before.get("inherited"), wanted.get("inherited")) {
                    (Some("yes"), Some("yes")) => !is_child_still,
                    (_, Some("yes")) => true,
                    (Some("yes"), Some(_)) => is_child_still,
                    _ => false,
                };
                if is_wrong {
                    let why = "it is inherited in another way than before, which stays";
                    match self.is_full {
                        true => self.make_again(name, why),
                        false => self.make_again(part, why),
                    }
                }
            }
        }
    }

    /// An index or constraint that is as another was, but for its name, gets the name.
    pub(super) fn note_renames(&mut self) {
        let (from, to) = (self.from, self.to);
        let like = |catalog: &Catalog, name: &Name, object: &Object| {
            (
                name.kind,
                object.part_of().cloned(),
                rename::properties(catalog, name, object),
            )
        };
        let gone: Vec<Name> = self.drops.iter().cloned().collect();
        for old in gone {
            let Some(was) = from.get(&old) else {
                continue;
            };
            if !matches!(old.kind, Kind::Index | Kind::Constraint) || to.get(&old).is_some() {
                continue;
            }
            let is_same = |new: &&Name| {
                let is = to.get(new).filter(|_| from.get(new).is_none());
                is.is_some_and(|is| like(to, new, is) == like(from, &old, was))
            };
            if let Some(new) = self.creates.iter().find(is_same).cloned() {
                self.drops.remove(&old);
                self.creates.remove(&new);
                self.alters.insert(new.clone(), renaming(&old, was, &new));
                self.renames.push((old, new));
            }
        }
        self.keep_parts_of_renamed();
    }

    /// The partitions' indexes only have a parent of another name.
    fn keep_parts_of_renamed(&mut self) {
        let (from, to) = (self.from, self.to);
        for (name, old) in from.of_kind(Kind::Index) {
            let Some(new) = to.get(name).filter(|_| self.drops.contains(name)) else {
                continue;
            };
            let parent = |object: &Object| {
                let identity = object.get("partition of")?;
                Some(Name::new(Kind::Index, identity))
            };
            let is_renamed = parent(old)
                .zip(parent(new))
                .is_some_and(|pair| self.renames.contains(&pair));
            let is_same = ["definition", "validity", "tablespace", "statistics"];
            if is_renamed
                && is_same
                    .iter()
                    .all(|attribute| old.get(attribute) == new.get(attribute))
            {
                self.drops.remove(name);
                self.creates.remove(name);
                self.queue.retain(|(queued, _)| queued != name);
                self.alters.insert(name.clone(), Vec::new());
            }
        }
    }

    /// What is renamed, but needs something that is made again, is made again after all.
    pub(super) fn settle_renames(&mut self) {
        let from = self.from;
        for (old, new) in std::mem::take(&mut self.renames) {
            let needs = from.get(&old).into_iter();
            let is_lost = needs
                .flat_map(|object| object.needs().chain(object.part_of()))
                .any(|need| self.drops.contains(need) || self.retyped.contains(need));
            if is_lost {
                self.alters.remove(&new);
                self.creates.insert(new);
                self.drops.insert(old.clone());
                self.queue.push((old, false));
            } else {
                self.renames.push((old, new));
            }
        }
    }

    /// CREATE TABLE … INHERITS puts what is inherited first.
    pub(super) fn note_inherited_order(&mut self) {
        let to = self.to;
        let made: Vec<Name> = self
            .creates
            .iter()
            .filter(|name| name.kind == Kind::Table)
            .cloned()
            .collect();
        for table in made {
            let columns = |table: &Name| -> Vec<String> {
                let all = to.columns(table).into_iter();
                all.map(|(name, object)| last(name, object).to_owned())
                    .collect()
            };
            let parents = to.get(&table).and_then(|table| table.get("inherits"));
            let Some(parents) = parents else {
                continue;
            };
            let mut gives: Vec<String> = Vec::new();
            for parent in options::split(parents) {
                gives.extend(columns(&Name::new(Kind::Table, parent)));
            }
            let wanted = columns(&table);
            gives.extend(wanted.iter().cloned());
            let mut seen = std::collections::BTreeSet::new();
            gives.retain(|column| wanted.contains(column) && seen.insert(column.clone()));
            if gives != wanted {
                let why = "what it inherits was added later than its own columns, and comes first in a new table";
                self.open.insert(table, why.to_owned());
            }
        }
    }

    /// A label that was just added cannot be named before the transaction ends.
    pub(super) fn note_new_labels(&mut self) {
        let (from, to) = (self.from, self.to);
        for (name, new) in to.of_kind(Kind::Enum) {
            let Some(old) = from.get(name).filter(|_| !self.drops.contains(name)) else {
                continue;
            };
            let had = options::split(old.get("labels").unwrap_or_default());
            let added: Vec<String> = options::split(new.get("labels").unwrap_or_default())
                .into_iter()
                .filter(|label| !had.contains(label))
                .map(|label| format!("{label}::{}", name.identity))
                .collect();
            let names = |object: &Object| {
                let mut values = object.attributes();
                values.any(|(_, value)| added.iter().any(|label| value.contains(label.as_str())))
            };
            let is_user = |(user, object): (&Name, &Object)| {
                !matches!(user.kind, Kind::Function | Kind::Procedure) && names(object)
            };
            if !added.is_empty() && self.is_full && to.objects().any(is_user) {
                self.again_whole(name);
            }
        }
    }

    /// What names a label that its type does not get.
    pub(super) fn note_labels(&mut self) {
        let mut missing: Vec<(Name, String)> = Vec::new();
        for (name, new) in self.to.of_kind(Kind::Enum) {
            if self.open.contains_key(name) {
                let had = self.from.get(name).and_then(|old| old.get("labels"));
                let had = options::split(had.unwrap_or_default());
                for label in options::split(new.get("labels").unwrap_or_default()) {
                    if !had.contains(&label) {
                        missing.push((name.clone(), format!("{label}::{}", name.identity)));
                    }
                }
            }
        }
        for (name, new) in self.to.objects() {
            let names = |(_, constant): &&(Name, String)| {
                new.attributes()
                    .any(|(_, value)| value.contains(constant.as_str()))
            };
            let Some((of, _)) = missing.iter().find(names) else {
                continue;
            };
            let whole = new.part_of().filter(|whole| self.creates.contains(*whole));
            let about = whole.unwrap_or(name);
            let is_altered = self.alters.remove(about).is_some_and(|all| !all.is_empty());
            if is_altered || self.creates.contains(about) {
                self.refused.insert(about.clone());
                self.open.insert(
                    about.clone(),
                    format!("it names a label that {of} does not have"),
                );
            }
        }
    }
}

fn renaming(old: &Name, was: &Object, new: &Name) -> Vec<String> {
    let Some(table) = was.part_of() else {
        return Vec::new();
    };
    let short = new.identity.get(table.identity.len() + 1..);
    match (old.kind, short) {
        (Kind::Index, _) => {
            let short = without_schema(&new.identity);
            vec![format!("ALTER INDEX {} RENAME TO {short}", old.identity)]
        }
        // It is renamed with the parent's.
        _ if was.get("inherited").is_some()
            && was
                .get("definition")
                .is_some_and(|sql| sql.starts_with("CHECK")) =>
        {
            Vec::new()
        }
        (_, Some(short)) => vec![format!(
            "ALTER TABLE {} RENAME CONSTRAINT {} TO {short}",
            table.identity,
            last(old, was)
        )],
        _ => Vec::new(),
    }
}
