//! What the catalog holds that refuses something, and what of it is gone.

use postgres::Client;

use crate::error::Error;

/// Something that refuses something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Guard {
    /// What it is: `row security`, `CHECK`, `trigger`.
    pub(crate) kind: String,
    /// What it is on.
    oid: i64,
    /// The same, as SQL names it.
    on: String,
    /// The same, as people name it.
    pub(crate) shown: String,
    /// Its own name, or the column's.
    pub(crate) name: String,
    /// What it says.
    pub(crate) definition: String,
    /// Its own number, if it says the same as long as it has that; else 0.
    number: i64,
}

/// A guard that is not there any more, while what it is on is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Gone {
    pub(crate) guard: Guard,
    /// What is said by one that has its name.
    pub(crate) now: Option<String>,
}

impl Guard {
    /// Whether it is one, and not only what one may be on.
    pub(crate) fn refuses(&self) -> bool {
        !["there", "NULL"].contains(&self.kind.as_str())
    }
}

/// The guards of a database, and the objects that may have some.
pub(crate) fn read(client: &mut Client) -> Result<Vec<Guard>, Error> {
    let rows = client.query(include_str!("read_guards.sql"), &[]);
    let rows = rows.map_err(|error| Error::server("read what refuses something", &error))?;
    Ok(rows
        .iter()
        .map(|row| Guard {
            kind: row.get(0),
            oid: row.get(1),
            on: row.get(2),
            shown: row.get(3),
            name: row.get(4),
            definition: row.get(5),
            number: row.get(6),
        })
        .collect())
}

/// Those that are gone. An object is the same by its number, or has the place of one by its name.
pub(crate) fn gone(before: &[Guard], after: &[Guard]) -> Vec<Gone> {
    let mut all = Vec::new();
    for guard in before.iter().filter(|guard| guard.refuses()) {
        let of_it = after
            .iter()
            .filter(|other| other.oid == guard.oid || other.on == guard.on);
        let of_it: Vec<&Guard> = of_it.collect();
        let has = |kind: &str, is: &dyn Fn(&Guard) -> bool| {
            of_it.iter().any(|other| other.kind == kind && is(other))
        };
        let is_there = match guard.kind.as_str() {
            // Where the column is gone, there is nothing to refuse.
            "NOT NULL" => has("NULL", &|other| other.name == guard.name),
            _ => has("there", &|_| true),
        };
        let is_kept = match guard.definition.as_str() {
            "" => has(&guard.kind, &|other| other.name == guard.name),
            definition => has(&guard.kind, &|other| {
                other.definition == definition || guard.number != 0 && other.number == guard.number
            }),
        };
        if is_there && !is_kept {
            let named = of_it
                .iter()
                .find(|other| other.kind == guard.kind && other.name == guard.name);
            all.push(Gone {
                guard: guard.clone(),
                now: named.map(|other| other.definition.clone()),
            });
        }
    }
    all
}
