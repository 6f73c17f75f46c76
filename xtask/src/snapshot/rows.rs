//! The rows that migrations insert.

use std::collections::BTreeMap;

use jubilee_catalog::{Catalog, Kind, Name, literal};
use tokio_postgres::{Client, SimpleQueryRow};

use crate::exit::Exit;
use crate::problem::Problem;
use crate::query;

const OF_COLUMN: &str = include_str!("../sql/rows_of_column.sql");
const OF_TABLE: &str = include_str!("../sql/rows_of_table.sql");

/// By table, the number of its rows and by column a hash of its values.
pub(crate) type Values = BTreeMap<String, (u64, BTreeMap<String, String>)>;

/// The rows of a table that migrations fill.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Reference {
    pub(crate) table: String,
    pub(crate) rows: u64,
    /// Of the columns whose values do not depend on when and where the migrations ran.
    pub(crate) hash: String,
    pub(crate) columns: Vec<String>,
}

/// What the tables hold.
pub(crate) async fn values(client: &Client, catalog: &Catalog) -> Result<Values, Problem> {
    let mut values = Values::new();
    for (table, object) in catalog.of_kind(Kind::Table) {
        // Rows of partitions are the parent's too.
        if object.get("partition of").is_some() {
            continue;
        }
        let of_column = |column: &String| {
            OF_COLUMN
                .replace("{name}", &literal(column))
                .replace("{column}", column)
                .replace("{table}", &table.identity)
        };
        let queries: Vec<String> = columns(catalog, table).iter().map(of_column).collect();
        if queries.is_empty() {
            continue;
        }
        let mut count = 0;
        let mut hashes = BTreeMap::new();
        for row in ask(client, &queries.join(";\n")).await? {
            let text = |at: usize| query::text(&row, at).unwrap_or_default().to_owned();
            count = text(1).parse().unwrap_or(0);
            hashes.insert(text(0), text(2));
        }
        if count > 0 {
            values.insert(table.identity.clone(), (count, hashes));
        }
    }
    Ok(values)
}

/// The rows that are the same wherever the migrations run: `again` is what a second run has made.
pub(crate) async fn references(
    client: &Client,
    catalog: &Catalog,
    first: &Values,
    again: &Values,
) -> Result<Vec<Reference>, Problem> {
    let mut references = Vec::new();
    for (table, (rows, hashes)) in first {
        let name = Name::new(Kind::Table, table.clone());
        let second = again.get(table).map(|(_, hashes)| hashes);
        let is_same =
            |column: &String| hashes.get(column) == second.and_then(|second| second.get(column));
        let is_timeless = |column: &String| {
            let column = Name::new(Kind::Column, format!("{table}.{column}"));
            let default = catalog
                .get(&column)
                .and_then(|column| column.get("default"));
            !default.is_some_and(|default| {
                let default = default.to_lowercase();
                ["now()", "current_", "clock_timestamp", "random", "nextval"]
                    .iter()
                    .any(|word| default.contains(word))
            })
        };
        let columns: Vec<String> = columns(catalog, &name)
            .into_iter()
            .filter(|column| is_same(column) && is_timeless(column))
            .collect();
        if columns.is_empty() {
            continue;
        }
        let sql = OF_TABLE
            .replace("{columns}", &columns.join(", "))
            .replace("{table}", table);
        let answer = ask(client, &sql).await?;
        let hash = answer.first().and_then(|row| query::text(row, 0));
        references.push(Reference {
            table: table.clone(),
            rows: *rows,
            hash: hash.unwrap_or_default().to_owned(),
            columns,
        });
    }
    Ok(references)
}

fn columns(catalog: &Catalog, table: &Name) -> Vec<String> {
    let columns = catalog.columns(table).into_iter();
    columns
        .map(|(column, _)| column.identity[table.identity.len() + 1..].to_owned())
        .collect()
}

async fn ask(client: &Client, sql: &str) -> Result<Vec<SimpleQueryRow>, Problem> {
    query::rows(client, sql).await.map_err(|error| {
        Problem::new(Exit::Failed, "cannot read the rows that migrations insert")
            .why(query::said(&error))
    })
}
