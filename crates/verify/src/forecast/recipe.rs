//! How the rows of a table can be copied: ways are tried on single rows, with the server as the judge.

use std::collections::{BTreeMap, BTreeSet};

use postgres::Client;

use super::plan::{Plan, WAYS, parents, plan};
use crate::error::{Error, said};
use crate::rows::{ForeignKey, Table, Types, types};
use crate::savepoint::rehearse;
use crate::sql::literal;

/// How many rows are copied, in turn.
const SAMPLE: usize = 24;

/// How the rows of a table can be copied.
pub(super) struct Recipe {
    pub(super) plan: Plan,
    /// The table that it grows along with.
    pub(super) parent: Option<String>,
    /// The rows that are copied, as string constants.
    pub(super) sample: Vec<String>,
}

/// What is known of tables so far.
pub(super) struct Recipes<'t> {
    tables: &'t [Table],
    types: Types,
    /// Tables with a key that is checked later.
    deferrable: BTreeSet<i64>,
    /// The highest number that a copy gets.
    last: i64,
    /// By table: how its rows can be copied, or what is in the way.
    pub(super) found: BTreeMap<i64, Result<Recipe, String>>,
}

impl<'t> Recipes<'t> {
    pub(super) fn read(client: &mut Client, tables: &'t [Table], rows: u64) -> Result<Self, Error> {
        Ok(Self {
            tables,
            types: types(client)?,
            deferrable: deferrable(client)?,
            last: i64::try_from(rows).unwrap_or(i64::MAX),
            found: BTreeMap::new(),
        })
    }

    /// Finds out how the rows of a table can be copied, and gives the table that has to grow with it.
    pub(super) fn find(&mut self, client: &mut Client, oid: i64) -> Result<Option<i64>, Error> {
        if let Some(table) = self.table(oid).filter(|_| !self.found.contains_key(&oid)) {
            // Tables that would grow along with each other in a circle do not.
            let circle = "it refers to itself by way of others".to_owned();
            self.found.insert(oid, Err(circle));
            let mut best = self.attempt(client, table, false, None)?;
            // The rows that a partial index leaves out may be copied as they are.
            if best.is_err() {
                best = self.attempt(client, table, true, None)?.or(best);
            }
            for key in parents(table, &Self::keys(table, true)) {
                if best.is_ok() {
                    break;
                }
                self.find(client, key.target)?;
                if matches!(self.found.get(&key.target), Some(Ok(_))) {
                    best = self.attempt(client, table, false, Some(&key))?.or(best);
                }
            }
            self.found.insert(oid, best);
        }
        let recipe = self.found.get(&oid).and_then(|found| found.as_ref().ok());
        Ok(recipe.and_then(|recipe| Some(recipe.plan.parent.as_ref()?.target)))
    }

    fn table(&self, oid: i64) -> Option<&'t Table> {
        self.tables.iter().find(|table| table.oid == oid)
    }

    fn keys(table: &Table, partial: bool) -> Vec<Vec<i16>> {
        let keys = table.keys.iter();
        let keys = keys.filter(|key| key.unique && (partial || !key.partial));
        keys.map(|key| key.columns.clone()).collect()
    }

    /// Tries one way after the other on one row after the other.
    fn attempt(
        &self,
        client: &mut Client,
        table: &Table,
        partial: bool,
        along: Option<&ForeignKey>,
    ) -> Result<Result<Recipe, String>, Error> {
        let keys = Self::keys(table, partial);
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
            let mut plan = match plan(table, &keys, &self.types, along, way) {
                Ok(plan) => plan,
                Err(reason) => return Ok(Err(reason)),
            };
            plan.refuses = self.deferrable.contains(&table.oid);
            let parent = plan.parent.as_ref().and_then(|key| self.table(key.target));
            let parent = parent.map(Table::sql_name);
            let mut sample = Vec::new();
            for row in &rows {
                let insert = plan.insert(table, parent.as_deref(), std::slice::from_ref(row));
                let tried = rehearse(client, |client| {
                    client.execute(&insert, &[&(self.last - 1), &self.last])
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
        Ok(
            best.ok_or_else(|| {
                reason.unwrap_or_else(|| "its keys allow no further row".to_owned())
            }),
        )
    }
}

fn deferrable(client: &mut Client) -> Result<BTreeSet<i64>, Error> {
    let query = "SELECT DISTINCT conrelid::bigint FROM pg_catalog.pg_constraint \
                 WHERE condeferrable AND contype IN ('p', 'u', 'x')";
    let rows = client.query(query, &[]);
    let rows = rows.map_err(|error| Error::server("read the keys", &error))?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// What stands against further rows, without the row.
pub(super) fn why(error: &postgres::Error) -> String {
    match error.as_db_error().and_then(|e| e.constraint()) {
        Some(constraint) => format!("further rows break `{constraint}`"),
        None => said(error),
    }
}
