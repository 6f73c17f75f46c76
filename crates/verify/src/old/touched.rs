//! The tables whose statements a migration may break.

use std::collections::BTreeSet;

use jubilee_catalog::{Catalog, Change, Kind, Name, What};

/// The tables that changes are about, by schema and name; `None` where a change may be about any: a
/// function, a type.
pub(crate) fn touched(
    changes: &[Change],
    before: &Catalog,
    after: &Catalog,
) -> Option<BTreeSet<String>> {
    let mut tables = BTreeSet::new();
    for change in changes {
        let parts: &[Name] = match &change.what {
            What::Added(parts) | What::Removed(parts) => parts,
            What::Changed(_) => &[],
        };
        for name in parts.iter().chain([&change.name]) {
            match name.kind {
                Kind::Table
                | Kind::Column
                | Kind::Constraint
                | Kind::Index
                | Kind::Policy
                | Kind::Statistics => {}
                // A new view breaks nobody, and of those that are there every one is asked.
                Kind::View | Kind::MaterializedView => continue,
                Kind::Sequence => {}
                _ => return None,
            }
            for catalog in [before, after] {
                let Some(object) = catalog.get(name) else {
                    continue;
                };
                let related = object
                    .part_of()
                    .into_iter()
                    .chain(object.needs())
                    .chain([name]);
                tables.extend(
                    related
                        .filter(|n| n.kind == Kind::Table)
                        .map(|n| plain(&n.identity)),
                );
            }
        }
    }
    let parents = parents(&tables, before);
    let triggered = triggered(&tables, before);
    tables.extend(parents);
    tables.extend(triggered);
    Some(tables)
}

/// The tables that these refer to: a DELETE there may change rows here.
fn parents(tables: &BTreeSet<String>, schema: &Catalog) -> Vec<String> {
    let of_tables = schema.of_kind(Kind::Constraint).filter(|(_, object)| {
        let table = object.part_of();
        table.is_some_and(|table| tables.contains(&plain(&table.identity)))
    });
    let needed = of_tables.flat_map(|(_, object)| object.needs());
    needed
        .filter_map(|name| match name.kind {
            Kind::Table => Some(name),
            // A foreign key needs the key that it refers to.
            _ => schema.get(name)?.part_of(),
        })
        .filter(|name| name.kind == Kind::Table)
        .map(|name| plain(&name.identity))
        .collect()
}

/// The tables with a trigger whose function names one of these.
fn triggered(tables: &BTreeSet<String>, schema: &Catalog) -> Vec<String> {
    let bare: Vec<&str> = tables
        .iter()
        .filter_map(|table| table.rsplit('.').next())
        .collect();
    let names_one = |function: &Name| {
        let definition = schema.get(function).and_then(|f| f.get("definition"));
        let mut words = definition
            .unwrap_or_default()
            .split(|c: char| !c.is_alphanumeric() && c != '_');
        words.any(|word| bare.contains(&word))
    };
    let triggers = schema.of_kind(Kind::Trigger).filter(|(_, trigger)| {
        let mut needs = trigger.needs();
        needs.any(|name| name.kind == Kind::Function && names_one(name))
    });
    let on = triggers.filter_map(|(_, trigger)| trigger.part_of());
    on.map(|table| plain(&table.identity)).collect()
}

/// A name without its quotes.
pub(crate) fn plain(identity: &str) -> String {
    identity.replace('"', "")
}
