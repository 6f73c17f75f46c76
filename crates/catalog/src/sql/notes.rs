//! What no statement can do, found before any is written.

use super::options;
use super::plan::Work;
use crate::kind::Kind;
use crate::model::Name;

impl Work<'_> {
    /// New columns come last.
    pub(super) fn note_order(&mut self) {
        for kind in [Kind::Table, Kind::ForeignTable, Kind::Type] {
            for (name, _) in self
                .to
                .of_kind(kind)
                .filter(|(name, _)| !self.creates.contains(*name))
            {
                let wanted: Vec<&Name> = self
                    .to
                    .columns(name)
                    .into_iter()
                    .map(|(column, _)| column)
                    .collect();
                let before = self
                    .from
                    .columns(name)
                    .into_iter()
                    .map(|(column, _)| column);
                let mut gives: Vec<&Name> = before
                    .filter(|column| self.to.get(column).is_some())
                    .collect();
                let new: Vec<&Name> = wanted
                    .iter()
                    .copied()
                    .filter(|column| self.from.get(column).is_none())
                    .collect();
                gives.extend(new);
                if gives != wanted {
                    let why = "columns can be moved only by making the table again".to_owned();
                    self.open.entry(name.clone()).or_insert(why);
                }
            }
        }
    }

    pub(super) fn note_inheritance(&mut self) {
        for (name, new) in self.to.of_kind(Kind::Column) {
            let (Some(old), Some(table)) = (self.from.get(name), new.part_of()) else {
                continue;
            };
            let was = self.from.get(table).and_then(|table| table.get("inherits"));
            if new.get("inherited") == Some("yes")
                && old.get("inherited") != Some("yes")
                && self
                    .to
                    .get(table)
                    .is_some_and(|table| table.get("inherits") != was)
            {
                let why = "it had the column before it inherited it, and keeps it".to_owned();
                self.open.entry(name.clone()).or_insert(why);
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
