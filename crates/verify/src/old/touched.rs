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
                // A new view or sequence breaks nobody, and of those that are there every one is asked.
                Kind::View | Kind::MaterializedView | Kind::Sequence => continue,
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
    Some(tables)
}

/// A name without its quotes.
pub(crate) fn plain(identity: &str) -> String {
    identity.replace('"', "")
}
