//! The tables whose statements a migration may break.

use std::collections::BTreeSet;

use jubilee_catalog::{Catalog, Change, Kind, Name, What};

/// The tables that changes are about, by schema and name; `None` where a change may be about any: a schema, an
/// event trigger.
pub(crate) fn touched(
    changes: &[Change],
    before: &Catalog,
    after: &Catalog,
) -> Option<BTreeSet<String>> {
    let mut tables = BTreeSet::new();
    // What tables are made with: functions, types.
    let mut used: BTreeSet<Name> = BTreeSet::new();
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
                | Kind::Rule
                | Kind::Sequence
                | Kind::Statistics
                | Kind::Trigger => {
                    for schema in [before, after] {
                        tables.extend(related(name, schema));
                        // A column may be one of a type, and a trigger one of a view.
                        let whole = schema.get(name).and_then(|object| object.part_of());
                        match whole.map(|whole| whole.kind) {
                            Some(Kind::Type) => used.extend(whole.cloned()),
                            Some(Kind::View) => {
                                tables.extend(whole.iter().flat_map(|view| of_view(view, schema)))
                            }
                            _ => {}
                        }
                    }
                }
                // Every view is asked; rows go through one into its tables.
                Kind::View if !matches!(change.what, What::Added(_)) => {
                    tables.extend(of_view(name, before));
                }
                Kind::DomainConstraint => {
                    used.insert(name.clone());
                }
                Kind::View | Kind::MaterializedView => {}
                Kind::Function => {
                    let is_new = matches!(change.what, What::Added(_));
                    if !is_new || has_another(name, before) {
                        used.insert(name.clone());
                    }
                }
                // It may take UPDATE and DELETE away from a table without a key.
                Kind::Publication => return None,
                // What is new is used by nothing that was there.
                _ if matches!(change.what, What::Added(_)) => {}
                Kind::Enum | Kind::Domain | Kind::Type | Kind::Range => {
                    used.insert(name.clone());
                }
                Kind::Procedure | Kind::Aggregate => {}
                _ => return None,
            }
        }
    }
    for schema in [before, after] {
        let users = users(&used, schema);
        for (name, object) in schema.objects() {
            if object.needs().any(|needed| users.contains(needed)) {
                tables.extend(table_of(name, schema));
            }
        }
    }
    let parents = parents(&tables, before);
    let triggered = triggered(&tables, before);
    tables.extend(parents);
    tables.extend(triggered);
    Some(tables)
}

/// The tables that something is part of, or needs.
fn related(name: &Name, schema: &Catalog) -> Vec<String> {
    let Some(object) = schema.get(name) else {
        return Vec::new();
    };
    let all = object
        .part_of()
        .into_iter()
        .chain(object.needs())
        .chain([name]);
    all.filter(|n| n.kind == Kind::Table)
        .map(|n| plain(&n.identity))
        .collect()
}

/// The tables that the text of a view names.
fn of_view(view: &Name, schema: &Catalog) -> Vec<String> {
    let definition = schema.get(view).and_then(|view| view.get("definition"));
    let named = schema.of_kind(Kind::Table).filter(|(table, _)| {
        let name = plain(&table.identity);
        let bare = name.rsplit('.').next().unwrap_or_default().to_owned();
        names_one(definition, &BTreeSet::from([bare]))
    });
    named.map(|(table, _)| plain(&table.identity)).collect()
}

/// The table that something belongs to, or is.
fn table_of(name: &Name, schema: &Catalog) -> Option<String> {
    let table = match name.kind {
        Kind::Table => Some(name),
        _ => schema.get(name).and_then(|object| object.part_of()),
    };
    let table = table.filter(|table| table.kind == Kind::Table);
    table.map(|table| plain(&table.identity))
}

/// The name of a function without its schema and arguments.
fn bare(function: &Name) -> String {
    let name = function.identity.split('(').next().unwrap_or_default();
    plain(name.rsplit('.').next().unwrap_or_default())
}

/// Whether there is a function of the same name, so that a call may mean another one now.
fn has_another(function: &Name, schema: &Catalog) -> bool {
    let mut functions = schema.of_kind(Kind::Function);
    functions.any(|(other, _)| bare(other) == bare(function))
}

/// These, and the functions and types that are made with them: the catalog knows of some, and the body of a
/// function names others.
fn users(used: &BTreeSet<Name>, schema: &Catalog) -> BTreeSet<Name> {
    let mut all = used.clone();
    // A constraint of a domain changes the domain.
    let parts = used.iter().filter_map(|name| schema.get(name)?.part_of());
    all.extend(parts.cloned());
    loop {
        let words: BTreeSet<String> = all
            .iter()
            .filter(|name| name.kind == Kind::Function)
            .map(bare)
            .collect();
        let more: Vec<Name> = schema
            .objects()
            .filter(|(name, object)| {
                let is_used = matches!(
                    name.kind,
                    Kind::Function | Kind::Domain | Kind::Type | Kind::Range
                );
                is_used
                    && !all.contains(*name)
                    && (object.needs().any(|needed| all.contains(needed))
                        || names_one(object.get("definition"), &words))
            })
            .map(|(name, _)| name.clone())
            .collect();
        if more.is_empty() {
            return all;
        }
        all.extend(more);
    }
}

/// Whether a definition holds one of these words.
fn names_one(definition: Option<&str>, words: &BTreeSet<String>) -> bool {
    let mut all = definition
        .unwrap_or_default()
        .split(|c: char| !c.is_alphanumeric() && c != '_');
    all.any(|word| words.contains(word))
}

/// The tables that these refer to: a DELETE there may change rows here.
fn parents(tables: &BTreeSet<String>, schema: &Catalog) -> Vec<String> {
    let of_tables = schema.of_kind(Kind::Constraint).filter(|(_, object)| {
        let table = object.part_of();
        table.is_some_and(|table| tables.contains(&plain(&table.identity)))
    });
    let needed = of_tables.flat_map(|(_, object)| object.needs());
    // A foreign key needs the key that it refers to.
    needed.filter_map(|name| table_of(name, schema)).collect()
}

/// The tables with a trigger whose function names one of these.
fn triggered(tables: &BTreeSet<String>, schema: &Catalog) -> Vec<String> {
    let words: BTreeSet<String> = tables
        .iter()
        .filter_map(|table| table.rsplit('.').next())
        .map(ToOwned::to_owned)
        .collect();
    let names_one = |function: &Name| {
        let definition = schema.get(function).and_then(|f| f.get("definition"));
        names_one(definition, &words)
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
