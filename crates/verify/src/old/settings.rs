//! What roles do while the settings are set that policies compare with, as an application sets its tenant: without them,
//! all rows are hidden, whatever else a policy says.

use std::collections::{BTreeMap, BTreeSet};

use postgres::Client;

use super::refused::Attempt;
use crate::data::Data;
use crate::error::Error;
use crate::sql::{literal, quote};

/// How many values a setting gets, one after the other.
const VALUES: usize = 10;

/// In how many ways columns are tried as what settings hold.
const WAYS: usize = 64;

/// What the policies of a table compare with each other.
#[derive(Default)]
struct Compared {
    settings: BTreeSet<String>,
    /// With their tables.
    columns: BTreeSet<(String, String)>,
}

/// The attempts of roles once more, with the settings of policies set to values of the columns that these read, where a
/// role sees some rows then before the migration, and not all. Both are within a transaction.
pub(crate) fn with_settings(
    attempts: &[Attempt],
    before: &mut Client,
    after: &mut Client,
    data: &Data,
) -> Result<Vec<Attempt>, Error> {
    let mut all = Vec::new();
    for (on, compared) in read(before, after)? {
        let settings: Vec<&str> = compared.settings.iter().map(String::as_str).collect();
        if settings.is_empty() {
            continue;
        }
        let of_table = || {
            let all = attempts.iter();
            all.filter(|attempt| attempt.on == on && attempt.role.is_some())
        };
        for select in of_table().filter(|attempt| attempt.verb == "SELECT") {
            for way in ways(settings.len(), &compared) {
                let sets = sets(&settings, &way, data);
                let mut is_right = false;
                for set in &sets {
                    is_right = is_right || select.with(set, &settings).sees_some(before)?;
                }
                if is_right {
                    for attempt in of_table().filter(|attempt| attempt.role == select.role) {
                        all.extend(sets.iter().map(|set| attempt.with(set, &settings)));
                    }
                }
            }
        }
    }
    Ok(all)
}

/// What is compared by the policies of each table, before and after.
fn read(before: &mut Client, after: &mut Client) -> Result<BTreeMap<String, Compared>, Error> {
    let mut all: BTreeMap<String, Compared> = BTreeMap::new();
    for client in [before, after] {
        let rows = client.query(include_str!("read_settings.sql"), &[]);
        for row in rows.map_err(|error| Error::server("read the policies", &error))? {
            let of = all.entry(row.get(0)).or_default();
            of.settings.extend(row.get::<_, Option<String>>(1));
            of.columns
                .extend(row.get::<_, Option<String>>(2).zip(row.get(3)));
        }
    }
    Ok(all)
}

/// Which column each of so many settings may hold a value of.
fn ways(count: usize, compared: &Compared) -> Vec<Vec<&(String, String)>> {
    let mut all: Vec<Vec<&(String, String)>> = vec![Vec::new()];
    for _ in 0..count {
        let longer = all.iter().flat_map(|way| {
            let more = move |column| way.iter().copied().chain([column]).collect();
            compared.columns.iter().map(more)
        });
        all = longer.take(WAYS).collect();
    }
    all
}

/// What sets them to the values of one row after the other.
fn sets(settings: &[&str], way: &[&(String, String)], data: &Data) -> Vec<String> {
    let value = |(table, column): &(String, String), row: usize| {
        let table = data.table(table)?;
        let at = table.columns.iter().position(|of| of.name == *column)?;
        table.rows.get(row)?.get(at)?.clone()
    };
    let rows = way.iter().filter_map(|(table, _)| data.table(table));
    let rows = rows.map(|table| table.rows.len()).max().unwrap_or(0);
    let mut all: Vec<String> = Vec::new();
    for row in 0..rows {
        let each = settings.iter().zip(way).map(|(setting, column)| {
            let name: Vec<String> = setting.split('.').map(quote).collect();
            let value = literal(&value(column, row)?);
            Some(format!("SET LOCAL {} = {value}; ", name.join(".")))
        });
        let set = each.collect::<Option<String>>();
        all.extend(set.filter(|set| !all.contains(set)));
        if all.len() == VALUES {
            break;
        }
    }
    all
}
