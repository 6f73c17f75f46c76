//! A client of a schema: the statements that it sends, made from the catalog and the rows.

use std::collections::BTreeMap;

use postgres::Client;

use super::basis::Basis;
use super::numbers::{self, Numbers};
use super::privileges::{Privilege, granted, statements_of_roles};
use super::statement::Use;
use super::{objects, referrers, routines, tables, views};
use crate::error::Error;
use crate::rows::{Table, Wish, make, tables as all_tables};

/// How many rows are made for each table.
const ROWS: usize = 3;

/// How many of the rows that are there are updated and deleted.
const THERE: usize = 8;

/// The statements, and who may do what.
#[derive(Debug, Clone, Default)]
pub(crate) struct OldClient {
    pub(crate) uses: Vec<Use>,
    pub(crate) privileges: Vec<Privilege>,
    pub(crate) numbers: Vec<Numbers>,
    /// Tables for which no row could be made, so that nothing is written to them.
    pub(crate) without_rows: Vec<String>,
    /// What the server said against a row that it would have to take, with the table: a trigger is wrong.
    pub(crate) refused: Vec<(String, String)>,
}

impl OldClient {
    /// Makes the client of a database.
    pub(crate) fn of(client: &mut Client, basis: Basis<'_>) -> Result<Self, Error> {
        let failed =
            |error: postgres::Error| Error::server("make the old release's statements", &error);
        let mut conflicts: BTreeMap<i64, Vec<String>> = BTreeMap::new();
        for row in client
            .query(include_str!("read_conflicts.sql"), &[])
            .map_err(failed)?
        {
            let target: Option<String> = row.get(1);
            conflicts.entry(row.get(0)).or_default().extend(target);
        }
        let wish = Wish {
            rows: ROWS,
            seed: basis.seed ^ 0x5eed,
        };
        let mut old = Self {
            // Before rows are made, which takes numbers that are never given back.
            numbers: numbers::read(client)?,
            ..Self::default()
        };
        let wanted = |table: &Table| basis.wants(&format!("{}.{}", table.schema, table.name));
        let made = make(client, wish, basis.reserved, wanted)?;
        for made in &made {
            let none = Vec::new();
            let targets = conflicts.get(&made.table.oid).unwrap_or(&none);
            if made.rows.is_empty() {
                old.without_rows.push(made.table.shown());
            }
            old.refused
                .extend(made.refused.clone().map(|said| (made.table.shown(), said)));
            tables::of_table(made, basis, targets, THERE, &mut old.uses);
        }
        referrers::statements(&all_tables(client)?, basis, &mut old.uses);
        old.uses.extend(objects::statements(client, basis)?);
        old.uses.extend(views::statements(client, &made)?);
        old.privileges = granted(client)?;
        let roles = old.privileges.iter().map(|p| p.role.clone()).collect();
        old.uses
            .extend(routines::statements(client, basis, &roles)?);
        old.uses
            .extend(statements_of_roles(&old.privileges, &made, basis));
        Ok(old)
    }
}
