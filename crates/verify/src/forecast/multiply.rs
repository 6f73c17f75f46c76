//! Many rows from few: copies that differ in their keys, made by the server, with the server as the
//! judge of which rows can be copied, and how.

use std::collections::{BTreeMap, BTreeSet};

use postgres::Client;

use super::measure::NotMultiplied;
use super::plan::{Plan, WAYS, plan};
use crate::error::{Error, said};
use crate::rows::{Table, Types, order, tables, types};
use crate::savepoint::{attempt, rehearse};
use crate::sql::literal;

/// How many rows are copied, in turn.
const SAMPLE: usize = 24;

/// Tables that are to grow, parents first, and how.
pub(super) struct Growing {
    tables: Vec<(Table, Recipe)>,
    /// Of all of them, as SQL has them.
    names: Vec<String>,
    pub(super) not_multiplied: Vec<NotMultiplied>,
}

struct Recipe {
    plan: Plan,
    /// The table that it grows along with.
    parent: Option<String>,
    /// The rows that are copied, as string constants.
    sample: Vec<String>,
}

impl Growing {
    /// Finds out how the rows of the tables of these names can be copied; and of those that they have to
    /// grow along with.
    pub(super) fn of(
        client: &mut Client,
        wanted: &BTreeSet<String>,
        rows: u64,
    ) -> Result<Self, Error> {
        let last = i64::try_from(rows).unwrap_or(i64::MAX);
        let types = types(client)?;
        let all = tables(client)?;
        let more = other_keys(client)?;
        let keys = |table: &Table, partial: bool| -> Vec<Vec<i16>> {
            let others = more.get(&table.oid).into_iter().flatten();
            let others = others.filter(|(is_partial, _)| partial || !is_partial);
            let others = others.map(|(_, key)| key.clone());
            table.unique_keys.iter().cloned().chain(others).collect()
        };
        let mut oids: BTreeSet<i64> = all
            .iter()
            .filter(|table| wanted.contains(&table.shown()))
            .map(|table| table.oid)
            .collect();
        let name = |oid| all.iter().find(|t| t.oid == oid).map(Table::sql_name);
        let mut found: BTreeMap<i64, Result<Recipe, String>> = BTreeMap::new();
        prepare(client)?;
        while let Some(oid) = oids.iter().find(|oid| !found.contains_key(oid)).copied() {
            let Some(table) = all.iter().find(|table| table.oid == oid) else {
                oids.remove(&oid);
                continue;
            };
            let mut best = Err(String::new());
            // The rows that a partial index leaves out may be copied as they are.
            for (partial, anyway) in [(false, false), (true, false), (true, true)] {
                let Err(first) = &best else { break };
                let first = first.clone();
                let keys = keys(table, partial);
                best = recipe(client, table, &keys, &types, anyway, last, &name)?;
                if let (Err(reason), false) = (&mut best, first.is_empty()) {
                    *reason = first;
                }
            }
            if let Ok(recipe) = &best {
                oids.extend(recipe.plan.parent.as_ref().map(|key| key.target));
            }
            found.insert(oid, best);
        }
        finish(client)?;
        let mut growing = Self {
            tables: Vec::new(),
            names: Vec::new(),
            not_multiplied: Vec::new(),
        };
        for place in order(&all) {
            let table = &all[place];
            let Some(recipe) = found.remove(&table.oid) else {
                continue;
            };
            growing.names.push(table.sql_name());
            match recipe {
                Ok(recipe) => growing.tables.push((table.clone(), recipe)),
                Err(reason) => growing.not_multiplied.push(NotMultiplied {
                    table: table.shown(),
                    reason,
                }),
            }
        }
        Ok(growing)
    }

    /// Makes the tables as large as is wanted, and says how many rows each has then.
    pub(super) fn grow(&mut self, client: &mut Client, rows: u64) -> Result<(), Error> {
        let failed = |error: postgres::Error| Error::server("multiply the rows", &error);
        let wanted = i64::try_from(rows).unwrap_or(i64::MAX);
        prepare(client)?;
        let mut lost = Vec::new();
        for (at, (table, recipe)) in self.tables.iter().enumerate() {
            let name = table.sql_name();
            let count = |client: &mut Client| -> Result<i64, Error> {
                let query = format!("SELECT pg_catalog.count(*) FROM {name}");
                Ok(client.query_one(&query, &[]).map_err(failed)?.get(0))
            };
            let there = count(client)?;
            if there >= wanted {
                continue;
            }
            let insert = recipe
                .plan
                .insert(table, recipe.parent.as_deref(), &recipe.sample);
            // What is passed over since it is there leaves a few less.
            let grown = attempt(client, |client| {
                client.execute(&insert, &[&(there + 1), &wanted])
            })?;
            let reason = match grown {
                Err(error) => why(&error),
                Ok(_) if count(client)? * 2 < wanted => {
                    format!("its keys allow {} rows", count(client)?)
                }
                Ok(_) => continue,
            };
            lost.push((at, reason));
        }
        for (at, reason) in lost.into_iter().rev() {
            let (table, _) = self.tables.remove(at);
            self.not_multiplied.push(NotMultiplied {
                table: table.shown(),
                reason,
            });
        }
        finish(client)?;
        for name in &self.names {
            // As autovacuum leaves a table that grows: what is measured shall not clean up first.
            client
                .batch_execute(&format!("VACUUM (ANALYZE) {name}"))
                .map_err(failed)?;
        }
        Ok(())
    }

    /// The names of the tables that have grown.
    pub(super) fn names(&self) -> BTreeSet<String> {
        self.tables.iter().map(|(table, _)| table.shown()).collect()
    }
}

/// Foreign keys are kept by the plan, and what triggers do for a row they have done for the one that is
/// copied.
fn prepare(client: &mut Client) -> Result<(), Error> {
    client
        .batch_execute(
            "BEGIN; SET LOCAL session_replication_role = replica; SET LOCAL search_path = pg_catalog; \
             SET LOCAL TimeZone = 'UTC'; SET LOCAL synchronous_commit = off",
        )
        .map_err(|error| Error::server("begin to multiply the rows", &error))
}

fn finish(client: &mut Client) -> Result<(), Error> {
    client
        .batch_execute("COMMIT")
        .map_err(|error| Error::server("multiply the rows", &error))
}

/// The unique indexes that are partial or have expressions: whether it is partial, and its columns.
type OtherKeys = BTreeMap<i64, Vec<(bool, Vec<i16>)>>;

fn other_keys(client: &mut Client) -> Result<OtherKeys, Error> {
    let rows = client.query(include_str!("other_keys.sql"), &[]);
    let rows = rows.map_err(|error| Error::server("read the keys", &error))?;
    let mut keys = OtherKeys::new();
    for row in rows {
        let of = keys.entry(row.get(0)).or_default();
        of.push((row.get(1), row.get(2)));
    }
    Ok(keys)
}

/// Tries one way after the other on one row after the other.
fn recipe(
    client: &mut Client,
    table: &Table,
    keys: &[Vec<i16>],
    types: &Types,
    anyway: bool,
    last: i64,
    parent: &impl Fn(i64) -> Option<String>,
) -> Result<Result<Recipe, String>, Error> {
    let failed = |error: postgres::Error| Error::server("choose rows", &error);
    // Long values leave no place for a number.
    let query = format!(
        "SELECT t.tableoid::bigint || ' ' || t.ctid FROM {} t ORDER BY pg_catalog.length(t::text), 1 LIMIT {SAMPLE}",
        table.sql_name()
    );
    let rows = client.query(&query, &[]).map_err(failed)?;
    let rows: Vec<String> = rows.iter().map(|row| literal(row.get(0))).collect();
    if rows.is_empty() {
        return Ok(Err("it has no row that could be copied".to_owned()));
    }
    let mut reason = None;
    let mut best: Option<Recipe> = None;
    for way in 0..WAYS {
        let plan = match plan(table, keys, types, anyway, way) {
            Ok(plan) => plan,
            Err(reason) => return Ok(Err(reason)),
        };
        let parent = plan.parent.as_ref().and_then(|key| parent(key.target));
        if anyway && plan.parent.is_none() {
            break;
        }
        let mut sample = Vec::new();
        for row in &rows {
            let insert = plan.insert(table, parent.as_deref(), std::slice::from_ref(row));
            let tried = rehearse(client, |client| {
                client.execute(&insert, &[&(last - 1), &last])
            })?;
            match tried {
                // The rows of a parent that it grows along with are yet to come.
                Ok(made) if made == 2 || parent.is_some() => sample.push(row.clone()),
                Ok(_) => {}
                Err(error) => {
                    reason.get_or_insert_with(|| why(&error));
                }
            }
        }
        let better = best.as_ref().map_or(0, |best| best.sample.len());
        if sample.len() > better {
            best = Some(Recipe {
                plan,
                parent,
                sample,
            });
        }
        // Half of them are enough.
        if best
            .as_ref()
            .is_some_and(|best| best.sample.len() * 2 >= rows.len())
        {
            break;
        }
    }
    Ok(best.ok_or_else(|| reason.unwrap_or_else(|| "its keys allow no further row".to_owned())))
}

/// What stands against further rows, without the row.
fn why(error: &postgres::Error) -> String {
    match error.as_db_error().and_then(|e| e.constraint()) {
        Some(constraint) => format!("further rows break `{constraint}`"),
        None => said(error),
    }
}
