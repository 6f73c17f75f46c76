//! What stays as it is, since it needs something that is left open.

use std::collections::{BTreeMap, BTreeSet};

use jubilee_catalog::{Catalog, Name, Object};

/// What differs between two schemas and cannot become as it is in `to`, with the reason: it needs what is `open`, or it
/// is needed by what stays.
pub(super) fn stay<'c>(
    from: &'c Catalog,
    to: &'c Catalog,
    open: impl Iterator<Item = &'c Name>,
) -> BTreeMap<Name, String> {
    let all: BTreeSet<&Name> = [from, to]
        .iter()
        .flat_map(|catalog| catalog.objects().map(|(name, _)| name))
        .collect();
    let changed: Vec<&Name> = all
        .into_iter()
        .filter(|name| from.get(name) != to.get(name))
        .collect();
    let mut reached: BTreeSet<Name> = open.cloned().collect();
    let mut stays = BTreeMap::new();
    loop {
        let needs = |object: Option<&'c Object>| {
            let object = object.into_iter();
            object.flat_map(|object| object.needs().chain(object.part_of()))
        };
        let mut more = BTreeMap::new();
        for &name in &changed {
            if reached.contains(name) {
                continue;
            }
            if let Some(need) = needs(to.get(name)).find(|need| reached.contains(*need)) {
                more.insert(name.clone(), format!("it needs {need}, which is left open"));
            }
        }
        for name in stays.keys() {
            // It would go, but what stays needs it.
            for need in needs(from.get(name)) {
                if to.get(need).is_none() && !reached.contains(need) {
                    more.insert(need.clone(), format!("{name} needs it, which is left open"));
                }
            }
        }
        if more.is_empty() {
            return stays;
        }
        reached.extend(more.keys().cloned());
        stays.extend(more);
    }
}
