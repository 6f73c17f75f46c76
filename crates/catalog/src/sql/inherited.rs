//! Columns of partitions and children, which ALTER TABLE changes with their parent's.

use super::options;
use super::plan::Work;
use crate::kind::Kind;
use crate::model::{Catalog, Name, Object};

/// What ALTER COLUMN changes in the children too, whatever these had of their own.
const RECURSES: [&str; 3] = ["default", "statistics", "storage"];

impl Work<'_> {
    /// What a column is when its parents' are as they are to be, and before it is changed itself.
    pub(super) fn after_parents(&self, column: &Name) -> Option<Object> {
        let old = self.from.get(column);
        let mut now = match old {
            Some(old) => old.clone(),
            None => {
                let mut made = self.to.get(column)?.clone();
                for attribute in ["options", "compression"] {
                    made.attributes.remove(attribute);
                }
                made
            }
        };
        for parent in self.parents(column) {
            let (Some(is), was) = (self.to.get(&parent), self.from.get(&parent)) else {
                continue;
            };
            let between = self.after_parents(&parent)?;
            let is_changed = |attribute: &str| {
                let value = is.get(attribute);
                old.is_none()
                    || between.get(attribute) != value
                    || was.is_some_and(|was| was.get(attribute) != value)
            };
            for attribute in RECURSES.into_iter().filter(|one| is_changed(one)) {
                set(&mut now, attribute, is.get(attribute));
            }
            // SET NOT NULL adds to what a child has, and DROP NOT NULL takes it away.
            if is_changed("not null") && (old.is_none() || is.get("not null").is_none()) {
                set(&mut now, "not null", is.get("not null"));
            }
        }
        Some(now)
    }

    /// The columns from which one is inherited: before and afterwards, where its table was there before.
    pub(super) fn parents(&self, column: &Name) -> Vec<Name> {
        let Some(object) = self.to.get(column) else {
            return Vec::new();
        };
        let Some(table) = object
            .part_of()
            .filter(|_| object.get("inherited").is_some())
        else {
            return Vec::new();
        };
        let of = |catalog: &Catalog| -> Vec<String> {
            let table = catalog.get(table);
            let parents = table.and_then(|it| it.get("partition of").or(it.get("inherits")));
            let parents = options::split(parents.unwrap_or_default()).into_iter();
            parents.map(str::to_owned).collect()
        };
        let short = super::names::last(column, object);
        let (before, is_new) = (of(self.from), self.from.get(table).is_none());
        let all = of(self.to).into_iter();
        let parents = all.filter(|it| is_new || before.contains(it));
        let columns = parents.map(|it| Name::new(Kind::Column, format!("{it}.{short}")));
        columns.filter(|it| self.to.get(it).is_some()).collect()
    }
}

fn set(object: &mut Object, attribute: &str, value: Option<&str>) {
    match value {
        Some(value) => object
            .attributes
            .insert(attribute.to_owned(), value.to_owned()),
        None => object.attributes.remove(attribute),
    };
}
