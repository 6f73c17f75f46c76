//! All rows of a scratch database, and what differs between two of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use postgres::Client;

use crate::error::Error;
use crate::sql::{literal, quote};

/// The rows of all tables.
#[derive(Debug, Clone, Default)]
pub(crate) struct Data {
    pub(crate) tables: Vec<TableData>,
}

/// The rows of a table.
#[derive(Debug, Clone)]
pub(crate) struct TableData {
    pub(crate) oid: i64,
    /// With its schema, unless that is `public`.
    pub(crate) name: String,
    pub(crate) columns: Vec<ColumnData>,
    /// The places of the columns of its primary key.
    pub(crate) key: Vec<usize>,
    /// Whether a trigger may set a column when another one is updated.
    pub(crate) stamped: bool,
    pub(crate) rows: Vec<Vec<Option<String>>>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ColumnData {
    pub(crate) number: i16,
    pub(crate) name: String,
    pub(crate) written: String,
}

/// A table and a column of it, by name.
pub(crate) type Masked = BTreeSet<(String, String)>;

/// What the values are written with; ends with the transaction that it stands in.
const SETTINGS: &str = "SET LOCAL search_path = pg_catalog; SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, YMD'; \
    SET LOCAL IntervalStyle = 'postgres'; SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex'; \
    SET LOCAL row_security = off; SET LOCAL jit = off";

/// Reads all rows, outside of a transaction.
pub(crate) fn read(client: &mut Client) -> Result<Data, Error> {
    client.batch_execute("BEGIN").map_err(failed)?;
    let data = read_within(client);
    client.batch_execute("ROLLBACK").map_err(failed)?;
    data
}

/// Reads all rows as the transaction that is under way sees them.
pub(crate) fn read_within(client: &mut Client) -> Result<Data, Error> {
    client
        .batch_execute(&format!("SAVEPOINT data; RESET ROLE; {SETTINGS}"))
        .map_err(failed)?;
    let data = tables(client);
    client
        .batch_execute("ROLLBACK TO SAVEPOINT data; RELEASE SAVEPOINT data")
        .map_err(failed)?;
    data
}

fn tables(client: &mut Client) -> Result<Data, Error> {
    let mut tables = Vec::new();
    let mut parts = Vec::new();
    for row in client
        .query(include_str!("read_roots.sql"), &[])
        .map_err(failed)?
    {
        let (schema, name): (String, String) = (row.get(1), row.get(2));
        let numbers: Vec<i16> = row.get::<_, Option<Vec<i16>>>(3).unwrap_or_default();
        let names: Vec<String> = row.get::<_, Option<Vec<String>>>(4).unwrap_or_default();
        let types: Vec<String> = row.get::<_, Option<Vec<String>>>(5).unwrap_or_default();
        let key: Vec<i16> = row.get(6);
        let values: Vec<String> = names
            .iter()
            .map(|name| format!("{}::text", quote(name)))
            .collect();
        parts.push(format!(
            "SELECT {}, ARRAY[{}]::text[] FROM {}.{}",
            tables.len(),
            values.join(", "),
            quote(&schema),
            quote(&name)
        ));
        let columns: Vec<ColumnData> = numbers
            .into_iter()
            .zip(names)
            .zip(types)
            .map(|((number, name), written)| ColumnData {
                number,
                name,
                written,
            })
            .collect();
        tables.push(TableData {
            oid: row.get(0),
            name: if schema == "public" {
                name
            } else {
                format!("{schema}.{name}")
            },
            key: key
                .iter()
                .filter_map(|n| columns.iter().position(|c| c.number == *n))
                .collect(),
            columns,
            stamped: row.get(7),
            rows: Vec::new(),
        });
    }
    if !parts.is_empty() {
        for row in client
            .query(&parts.join(" UNION ALL "), &[])
            .map_err(failed)?
        {
            let place = usize::try_from(row.get::<_, i32>(0)).unwrap_or(usize::MAX);
            if let Some(table) = tables.get_mut(place) {
                table.rows.push(row.get(1));
            }
        }
    }
    Ok(Data { tables })
}

fn failed(error: postgres::Error) -> Error {
    Error::server("read the rows", &error)
}

impl Data {
    pub(crate) fn table(&self, name: &str) -> Option<&TableData> {
        self.tables.iter().find(|t| t.name == name)
    }

    /// How many rows there are in all tables.
    pub(crate) fn rows(&self) -> usize {
        self.tables.iter().map(|t| t.rows.len()).sum()
    }
}

impl TableData {
    /// The rows without some columns, each with how often it is there.
    fn counted(&self, masked: &Masked) -> BTreeMap<Vec<Option<&str>>, usize> {
        let shown: Vec<usize> = (0..self.columns.len())
            .filter(|at| !masked.contains(&(self.name.clone(), self.columns[*at].name.clone())))
            .collect();
        let mut counted = BTreeMap::new();
        for row in &self.rows {
            let row = shown.iter().map(|at| row[*at].as_deref()).collect();
            *counted.entry(row).or_insert(0) += 1;
        }
        counted
    }

    /// A row by its primary key, in words.
    pub(crate) fn name_row(&self, row: &[Option<String>]) -> String {
        let key = if self.key.is_empty() {
            vec![0]
        } else {
            self.key.clone()
        };
        let parts: Vec<String> = key
            .iter()
            .filter_map(|at| Some((self.columns.get(*at)?, row.get(*at)?)))
            .map(|(column, value)| {
                format!(
                    "{} = {}",
                    column.name,
                    value.as_deref().map_or("NULL".to_owned(), short)
                )
            })
            .collect();
        parts.join(", ")
    }
}

/// A value that fits a line, quoted.
pub(crate) fn short(value: &str) -> String {
    let cut: String = value.chars().take(40).collect();
    if cut.len() < value.len() {
        literal(&(cut + "…"))
    } else {
        literal(&cut)
    }
}

/// The columns whose values differ between two runs of the same: those of clocks and chance.
pub(crate) fn noise(one: &Data, other: &Data) -> Masked {
    let mut masked = Masked::new();
    for table in &one.tables {
        let Some(twin) = other
            .table(&table.name)
            .filter(|t| t.columns.len() == table.columns.len())
        else {
            continue;
        };
        for (at, column) in table.columns.iter().enumerate() {
            let values = |table: &TableData| {
                let mut values: Vec<Option<String>> =
                    table.rows.iter().map(|row| row[at].clone()).collect();
                values.sort();
                values
            };
            if values(table) != values(twin) {
                masked.insert((table.name.clone(), column.name.clone()));
            }
        }
    }
    masked
}

/// The columns that a sequence numbers: it goes on where a run was rolled back.
pub(crate) fn counted(client: &mut Client) -> Result<Masked, Error> {
    let rows = client.query(include_str!("read_counted.sql"), &[]);
    let rows = rows.map_err(failed)?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}

/// What differs between the rows of a table in two databases that shall be the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Difference {
    pub(crate) table: String,
    /// Whether there are rows more.
    pub(crate) grows: bool,
    what: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.table, self.what)
    }
}

/// What differs between the rows of two databases that shall be the same.
pub(crate) fn differences(expected: &Data, found: &Data, masked: &Masked) -> Vec<Difference> {
    let difference = |table: &TableData, grows, what| Difference {
        table: table.name.clone(),
        grows,
        what,
    };
    let mut all = Vec::new();
    for table in &found.tables {
        if expected.table(&table.name).is_none() && !table.rows.is_empty() {
            let what = format!("a new table, with {}", rows(table.rows.len()));
            all.push(difference(table, true, what));
        }
    }
    for table in &expected.tables {
        let Some(twin) = found.table(&table.name) else {
            all.push(difference(table, false, "the table is gone".to_owned()));
            continue;
        };
        let (before, after) = (table.counted(masked), twin.counted(masked));
        if before == after {
            continue;
        }
        let (was, is) = (table.rows.len(), twin.rows.len());
        let what = if is > was {
            rows_of(is - was, "more ")
        } else if is < was {
            rows_of(was - is, "fewer ")
        } else if table.columns != twin.columns {
            "its columns are others".to_owned()
        } else {
            let columns = match changed_columns(table, twin, masked).as_slice() {
                [] => "values".to_owned(),
                columns => columns.join(", "),
            };
            let count = surplus(&before, &after).max(surplus(&after, &before));
            format!("{columns} of {} changed", rows(count))
        };
        all.push(difference(table, is > was, what));
    }
    all
}

/// `1 row`, `3 rows`.
pub(crate) fn rows(count: usize) -> String {
    rows_of(count, "")
}

/// `1 more row`.
fn rows_of(count: usize, sort: &str) -> String {
    format!("{count} {sort}{}", if count == 1 { "row" } else { "rows" })
}

fn surplus<K: Ord>(of: &BTreeMap<K, usize>, over: &BTreeMap<K, usize>) -> usize {
    let each = of
        .iter()
        .map(|(key, count)| count.saturating_sub(over.get(key).copied().unwrap_or(0)));
    each.sum()
}

fn changed_columns(before: &TableData, after: &TableData, masked: &Masked) -> Vec<String> {
    noise(
        &Data {
            tables: vec![before.clone()],
        },
        &Data {
            tables: vec![after.clone()],
        },
    )
    .difference(masked)
    .map(|(_, column)| format!("`{column}`"))
    .collect()
}
