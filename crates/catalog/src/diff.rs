//! Compares two catalogs.

use std::collections::BTreeSet;

use crate::change::{Change, Difference, What};
use crate::kind::Kind;
use crate::model::{Catalog, Name, Object};

/// What other attributes say too: it is there for whoever writes SQL.
const DERIVED: [&str; 4] = ["names of arguments", "position", "references", "returns"];

/// What parts of a table have because of its parents.
const INHERITED: [&str; 2] = ["inherited", "partition of"];

/// What must happen to `from` so that it becomes `to`: one change an object, in the order of
/// names. What belongs to an object that is added or removed is counted with it.
#[must_use]
pub fn diff(from: &Catalog, to: &Catalog) -> Vec<Change> {
    let names: BTreeSet<&Name> = from.objects.keys().chain(to.objects.keys()).collect();
    let mut changes = Vec::new();
    for name in names {
        let what = match (from.objects.get(name), to.objects.get(name)) {
            (Some(old), Some(new)) => {
                let differences = differences(name, old, new, from, to);
                if differences.is_empty() {
                    continue;
                }
                What::Changed(differences)
            }
            (None, Some(new)) if !goes_with_its_whole(new, from) => {
                What::Added(parts(name, to, from))
            }
            (Some(old), None) if !goes_with_its_whole(old, to) => {
                What::Removed(parts(name, from, to))
            }
            _ => continue,
        };
        changes.push(Change {
            name: name.clone(),
            what,
        });
    }
    changes
}

/// Whether what an object belongs to is missing in the other catalog too.
fn goes_with_its_whole(object: &Object, other: &Catalog) -> bool {
    object
        .part_of
        .as_ref()
        .is_some_and(|whole| !other.objects.contains_key(whole))
}

fn parts(name: &Name, here: &Catalog, other: &Catalog) -> Vec<Name> {
    let belongs = |(part, object): (&Name, &Object)| {
        let mine = object.part_of.as_ref() == Some(name) && !other.objects.contains_key(part);
        mine.then(|| part.clone())
    };
    here.objects.iter().filter_map(belongs).collect()
}

fn differences(
    name: &Name,
    old: &Object,
    new: &Object,
    from: &Catalog,
    to: &Catalog,
) -> Vec<Difference> {
    // What the parts of a table have of its parents is said with the table.
    let moved = old.part_of.as_ref().is_some_and(|table| {
        let parents = |catalog: &Catalog| {
            let table = catalog.objects.get(table)?;
            Some(
                ["partition of", "inherits"]
                    .map(|attribute| table.get(attribute).map(str::to_owned)),
            )
        };
        parents(from) != parents(to)
    });
    let attributes: BTreeSet<&String> =
        old.attributes.keys().chain(new.attributes.keys()).collect();
    let mut differences: Vec<Difference> = attributes
        .into_iter()
        .filter(|attribute| old.get(attribute) != new.get(attribute))
        .filter(|attribute| !DERIVED.contains(&attribute.as_str()))
        .filter(|attribute| !(moved && INHERITED.contains(&attribute.as_str())))
        .map(|attribute| Difference {
            attribute: attribute.clone(),
            from: old.get(attribute).map(str::to_owned),
            to: new.get(attribute).map(str::to_owned),
        })
        .collect();
    if old.part_of != new.part_of {
        let of = |object: &Object| object.part_of.as_ref().map(Name::to_string);
        differences.push(Difference {
            attribute: "belongs to".to_owned(),
            from: of(old),
            to: of(new),
        });
    }
    differences.extend(order_of_columns(name, from, to));
    differences
}

/// The order of the columns that both have. A view's columns are its definition's.
fn order_of_columns(name: &Name, from: &Catalog, to: &Catalog) -> Option<Difference> {
    if !matches!(name.kind, Kind::Table | Kind::ForeignTable | Kind::Type) {
        return None;
    }
    let order = |here: &Catalog, there: &Catalog| -> Vec<String> {
        here.columns(name)
            .into_iter()
            .filter(|(column, _)| there.objects.contains_key(column))
            .map(|(column, _)| column.identity[name.identity.len() + 1..].to_owned())
            .collect()
    };
    let (old, new) = (order(from, to), order(to, from));
    (old != new).then(|| Difference {
        attribute: "order of columns".to_owned(),
        from: Some(old.join(", ")),
        to: Some(new.join(", ")),
    })
}
