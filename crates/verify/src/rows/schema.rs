//! What is known of the tables that are to be filled: read from the catalog, in two queries.

use std::collections::BTreeMap;

use postgres::Client;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::error::Error;
use crate::sql::quote;

/// A table that can be filled.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Table {
    pub(crate) oid: i64,
    pub(crate) schema: String,
    pub(crate) name: String,
    pub(crate) partitioned: bool,
    pub(crate) columns: Vec<Column>,
    pub(crate) checks: Vec<Check>,
    pub(crate) foreign_keys: Vec<ForeignKey>,
    /// In which columns rows may have to differ.
    pub(crate) keys: Vec<Key>,
    /// What each partition demands of its rows; `None` for one that demands nothing.
    pub(crate) bounds: Vec<Option<String>>,
    /// The bodies of the functions that its triggers call on INSERT.
    pub(crate) triggers: Vec<String>,
}

/// A column.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Column {
    pub(crate) number: i16,
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) type_oid: i64,
    pub(crate) typmod: i32,
    /// The type as SQL has it.
    pub(crate) written: String,
    pub(crate) not_null: bool,
    /// From what it is computed.
    pub(crate) generated: Option<String>,
    pub(crate) default: Option<String>,
    /// The sequence that numbers it.
    pub(crate) sequence: Option<String>,
}

/// A CHECK, or what stands for one.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Check {
    pub(crate) name: String,
    pub(crate) columns: Option<Vec<i16>>,
    pub(crate) expression: String,
}

/// A unique index, or an exclusion constraint.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Key {
    /// Its columns, also those in its expressions and in its condition.
    pub(crate) columns: Vec<i16>,
    pub(crate) unique: bool,
    /// Whether it has a condition, and so holds a few rows apart only.
    pub(crate) partial: bool,
    /// Whether it has expressions.
    pub(crate) computed: bool,
}

/// A foreign key.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct ForeignKey {
    pub(crate) name: String,
    pub(crate) columns: Vec<i16>,
    pub(crate) target: i64,
    pub(crate) target_columns: Vec<String>,
    /// `MATCH FULL`: all columns are NULL or none.
    pub(crate) full: bool,
    pub(crate) deferrable: bool,
}

/// A type.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Type {
    pub(crate) oid: i64,
    pub(crate) name: String,
    /// `array`, or the letter of `pg_type.typtype`.
    pub(crate) kind: String,
    pub(crate) element: i64,
    pub(crate) base: i64,
    pub(crate) typmod: i32,
    pub(crate) subtype: i64,
    pub(crate) labels: Vec<String>,
    pub(crate) fields: Vec<(i64, i32, String)>,
    pub(crate) checks: Vec<String>,
}

/// All types, by OID.
pub(crate) type Types = BTreeMap<i64, Type>;

impl Table {
    /// As SQL names it.
    pub(crate) fn sql_name(&self) -> String {
        format!("{}.{}", quote(&self.schema), quote(&self.name))
    }

    /// As people name it: without the schema that is everybody's.
    pub(crate) fn shown(&self) -> String {
        if self.schema == "public" {
            self.name.clone()
        } else {
            format!("{}.{}", self.schema, self.name)
        }
    }

    /// The columns of the keys in which any two rows differ.
    pub(crate) fn unique_keys(&self) -> impl Iterator<Item = &Vec<i16>> {
        let plain = self
            .keys
            .iter()
            .filter(|key| key.unique && !key.partial && !key.computed);
        plain.map(|key| &key.columns)
    }

    /// Whether rows may have to differ in a column.
    pub(crate) fn holds_apart(&self, number: i16) -> bool {
        self.keys.iter().any(|key| key.columns.contains(&number))
    }

    /// The place of a column in `columns`.
    pub(crate) fn index_of(&self, number: i16) -> Option<usize> {
        self.columns.iter().position(|c| c.number == number)
    }
}

/// The tables that can be filled, by name.
pub(crate) fn tables(client: &mut Client) -> Result<Vec<Table>, Error> {
    read(client, include_str!("read_tables.sql"))
}

/// All types.
pub(crate) fn types(client: &mut Client) -> Result<Types, Error> {
    let types: Vec<Type> = read(client, include_str!("read_types.sql"))?;
    Ok(types.into_iter().map(|t| (t.oid, t)).collect())
}

fn read<T: DeserializeOwned>(client: &mut Client, query: &str) -> Result<Vec<T>, Error> {
    let rows = client.query(query, &[]);
    let rows = rows.map_err(|error| Error::server("read the tables", &error))?;
    rows.iter()
        .map(|row| {
            let text: String = row.get(0);
            serde_json::from_str(&text).map_err(|error| Error::Catalog {
                reason: error.to_string(),
            })
        })
        .collect()
}
