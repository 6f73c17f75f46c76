//! What the foreign keys of a table can refer to.

use postgres::{Client, Row};
use rand::rngs::StdRng;
use serde_json::Value;

use super::mine::Hints;
use super::schema::Table;
use super::value::{Values, Wanted};
use super::work::Work;
use crate::error::Error;
use crate::savepoint::attempt;
use crate::sql::quote;

/// How many keys of a parent are looked at.
const PARENTS: usize = 300;

/// Keys, each with a value for each of its columns.
pub(super) type Keys = Vec<Vec<Value>>;

impl Work {
    /// By foreign key, what it can refer to.
    pub(super) fn parents(
        &mut self,
        client: &mut Client,
        table: &Table,
        rng: &mut StdRng,
    ) -> Result<Result<Vec<Keys>, String>, Error> {
        let mut all = Vec::new();
        for key in &table.foreign_keys {
            let Some(target) = self.tables.iter().find(|t| t.oid == key.target).cloned() else {
                all.push(self.foreign_parents(client, key.target, &key.target_columns)?);
                continue;
            };
            let columns: Vec<String> = key
                .target_columns
                .iter()
                .map(|c| format!("{}::text", quote(c)))
                .collect();
            let query = format!(
                "SELECT DISTINCT ARRAY[{}] FROM {} ORDER BY 1 LIMIT {PARENTS}",
                columns.join(", "),
                target.sql_name()
            );
            let rows = client
                .query(&query, &[])
                .map_err(|error| Error::server("read keys", &error))?;
            let mut keys = whole_keys(&rows);
            let not_null = key.columns.iter().all(|number| {
                table
                    .columns
                    .iter()
                    .any(|c| c.number == *number && c.not_null)
            });
            let ahead = !self.filled.contains(&target.oid) && target.oid != table.oid;
            if keys.is_empty() && not_null && key.deferrable && ahead {
                keys = self.promise(&target, &key.target_columns, rng);
            }
            if keys.is_empty() && not_null && target.oid != table.oid {
                return Ok(Err(format!(
                    "`{}` wants a row of `{}`, which has none",
                    key.name,
                    target.shown()
                )));
            }
            all.push(keys);
        }
        Ok(Ok(all))
    }

    /// Keys of a table that is not one of those that are filled.
    fn foreign_parents(
        &self,
        client: &mut Client,
        oid: i64,
        columns: &[String],
    ) -> Result<Vec<Vec<Value>>, Error> {
        let columns: Vec<String> = columns
            .iter()
            .map(|c| format!("{}::text", quote(c)))
            .collect();
        let row = client
            .query_one("SELECT $1::bigint::oid::regclass::text", &[&oid])
            .map_err(|error| Error::server("read keys", &error))?;
        let name: String = row.get(0);
        let query = format!(
            "SELECT DISTINCT ARRAY[{}] FROM {name} ORDER BY 1 LIMIT {PARENTS}",
            columns.join(", ")
        );
        let rows = attempt(client, |client| client.query(&query, &[]))?.unwrap_or_default();
        Ok(whole_keys(&rows))
    }

    /// Invents keys that rows refer to before they are there.
    fn promise(&mut self, target: &Table, columns: &[String], rng: &mut StdRng) -> Vec<Vec<Value>> {
        let values = Values {
            types: &self.types,
            domains: &self.domains,
        };
        let none = Hints::default();
        let keys: Vec<Vec<Value>> = (0..self.wish.rows)
            .map(|_| {
                let of_column = |name: &String| {
                    let column = target.columns.iter().find(|c| c.name == *name)?;
                    Some(values.draw(
                        Wanted {
                            type_oid: column.type_oid,
                            typmod: column.typmod,
                            name,
                            hints: &none,
                            longest: false,
                            key: true,
                        },
                        rng,
                    ))
                };
                columns.iter().filter_map(of_column).collect()
            })
            .collect();
        let promised = self.promised.entry(target.oid).or_default();
        for key in &keys {
            promised.push(columns.iter().cloned().zip(key.iter().cloned()).collect());
        }
        keys
    }
}

/// The keys in the first column of rows, each an array; without those that hold a NULL.
fn whole_keys(rows: &[Row]) -> Vec<Vec<Value>> {
    rows.iter()
        .filter_map(|row| {
            row.get::<_, Vec<Option<String>>>(0)
                .into_iter()
                .collect::<Option<Vec<_>>>()
        })
        .map(|key| key.into_iter().map(Value::String).collect())
        .collect()
}
