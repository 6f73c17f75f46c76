//! Many rows from few: copies that differ in their keys, made by the server.

use std::collections::BTreeSet;

use postgres::Client;

use super::measure::NotMultiplied;
use super::recipe::{Recipe, Recipes, why};
use crate::error::Error;
use crate::rows::{Table, order, tables};
use crate::savepoint::attempt;

/// Tables that are to grow, parents first, and how.
pub(super) struct Growing {
    tables: Vec<(Table, Recipe)>,
    /// Of all of them, as SQL has them.
    names: Vec<String>,
    pub(super) not_multiplied: Vec<NotMultiplied>,
}

impl Growing {
    /// Finds out how the rows of the tables of these names can be copied; and of those that they have to
    /// grow along with.
    pub(super) fn of(
        client: &mut Client,
        wanted: &BTreeSet<String>,
        rows: u64,
    ) -> Result<Self, Error> {
        let all = tables(client)?;
        prepare(client)?;
        let mut recipes = Recipes::read(client, &all, rows)?;
        let mut oids: Vec<i64> = all
            .iter()
            .filter(|table| wanted.contains(&table.shown()))
            .map(|table| table.oid)
            .collect();
        let mut at = 0;
        while let Some(oid) = oids.get(at).copied() {
            at += 1;
            if let Some(parent) = recipes.find(client, oid)?
                && !oids.contains(&parent)
            {
                oids.push(parent);
            }
        }
        finish(client)?;
        let mut growing = Self {
            tables: Vec::new(),
            names: Vec::new(),
            not_multiplied: Vec::new(),
        };
        for place in order(&all) {
            let table = &all[place];
            let wanted = oids.contains(&table.oid);
            let Some(recipe) = recipes.found.remove(&table.oid).filter(|_| wanted) else {
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
                Ok(_) if count(client)? * 2 < wanted => match &recipe.parent {
                    Some(parent) => format!("there are too few rows of {parent} for it"),
                    None => format!("its keys allow {} rows", count(client)?),
                },
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
            "BEGIN; SET LOCAL session_replication_role = replica; SET LOCAL TimeZone = 'UTC'; \
             SET LOCAL synchronous_commit = off",
        )
        .map_err(|error| Error::server("begin to multiply the rows", &error))
}

fn finish(client: &mut Client) -> Result<(), Error> {
    client
        .batch_execute("COMMIT")
        .map_err(|error| Error::server("multiply the rows", &error))
}
