//! In which order tables are filled: parents first.

use std::collections::BTreeSet;

use super::schema::Table;

/// The places of the tables, parents first. Where keys go in a circle, a table comes first whose
/// keys may be NULL, else one whose keys are checked later, else any.
pub(crate) fn order(tables: &[Table]) -> Vec<usize> {
    let known: BTreeSet<i64> = tables.iter().map(|t| t.oid).collect();
    let mut done: BTreeSet<i64> = BTreeSet::new();
    let mut order = Vec::new();
    let mut open: Vec<usize> = (0..tables.len()).collect();
    while !open.is_empty() {
        let cost = |place: &usize| -> usize {
            let table = &tables[*place];
            let ahead = table.foreign_keys.iter().filter(|key| {
                key.target != table.oid
                    && known.contains(&key.target)
                    && !done.contains(&key.target)
            });
            ahead
                .map(|key| {
                    let nullable = key.columns.iter().any(|number| {
                        let column = table.columns.iter().find(|c| c.number == *number);
                        column.is_some_and(|c| !c.not_null)
                    });
                    match (nullable, key.deferrable) {
                        (true, _) => 1,
                        (false, true) => 100,
                        (false, false) => 10_000,
                    }
                })
                .sum()
        };
        let Some(next) = open
            .iter()
            .copied()
            .min_by_key(|place| (cost(place), *place))
        else {
            break;
        };
        open.retain(|place| *place != next);
        done.insert(tables[next].oid);
        order.push(next);
    }
    order
}
