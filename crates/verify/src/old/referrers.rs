//! What becomes of the rows that refer to one that is deleted.

use std::collections::BTreeSet;

use super::basis::Basis;
use super::statement::{Asked, Use};
use super::tables::key_of;
use crate::data::TableData;
use crate::rows::{ForeignKey, Table};
use crate::sql::{literal, quote};

/// For each foreign key of a table that is wanted, a DELETE of a row to which one row refers, with how many rows there
/// are and how many of them refer to it, before and after. Whatever else refers to it, also by way of others, is taken
/// away first: it might refuse the DELETE, and hide what this key does.
pub(super) fn statements(tables: &[Table], basis: Basis<'_>, uses: &mut Vec<Use>) {
    let wanted = |table: &&Table| basis.wants(&format!("{}.{}", table.schema, table.name));
    for table in tables.iter().filter(wanted) {
        for key in &table.foreign_keys {
            if let Some(target) = tables.iter().find(|other| other.oid == key.target) {
                uses.extend(delete(tables, table, key, target, basis));
            }
        }
    }
}

/// What a row has in some columns, unless one of them is NULL.
fn values_of(there: &TableData, columns: &[&str], row: &[Option<String>]) -> Option<Vec<String>> {
    let at = |name: &str| there.columns.iter().position(|c| c.name == name);
    let values = columns.iter().map(|name| row.get(at(name)?)?.clone());
    values.collect()
}

fn names_of<'t>(table: &'t Table, key: &ForeignKey) -> Vec<&'t str> {
    let columns = key.columns.iter();
    let columns = columns.filter_map(|number| table.columns.get(table.index_of(*number)?));
    columns.map(|column| column.name.as_str()).collect()
}

fn delete(
    tables: &[Table],
    table: &Table,
    key: &ForeignKey,
    target: &Table,
    basis: Basis<'_>,
) -> Option<Use> {
    let there = basis.data.table(&table.shown())?;
    let targets = basis.data.table(&target.shown())?;
    let names = names_of(table, key);
    let of_target: Vec<&str> = key.target_columns.iter().map(String::as_str).collect();
    let to_itself = table.oid == target.oid;
    // It refers to the other row in no other way, and is not that row.
    let suits = |row: &Vec<Option<String>>, values: &Vec<String>| {
        let mut others = table.foreign_keys.iter();
        let others_refer = others.any(|other| {
            let is_other = other.target == key.target && other.name != key.name;
            is_other && values_of(there, &names_of(table, other), row).as_ref() == Some(values)
        });
        let is_it = to_itself && values_of(there, &of_target, row).as_ref() == Some(values);
        !others_refer && !is_it
    };
    let with_any = targets
        .rows
        .iter()
        .filter_map(|row| values_of(targets, &of_target, row));
    let mut may_refer = with_any.flat_map(|values| {
        let rows = there.rows.iter();
        rows.map(move |row| (row, values.clone()))
    });
    let rows = there.rows.iter();
    let mut refer = rows.filter_map(|row| Some((row, values_of(there, &names, row)?)));
    let (row, values) = refer
        .find(|(row, values)| suits(row, values))
        .or_else(|| may_refer.find(|(row, values)| suits(row, values)))?;

    let pairs = |columns: &[&str], between: &str| {
        let pairs = columns.iter().zip(&values);
        let pairs = pairs.map(|(name, value)| format!("{} = {}", quote(name), literal(value)));
        pairs.collect::<Vec<_>>().join(between)
    };
    let (name, of) = (table.sql_name(), target.sql_name());
    let this = key_of(there, row)?;
    let is_it = pairs(&of_target, " AND ");
    let not_it = match to_itself {
        true => format!("NOT ({is_it})"),
        false => "true".to_owned(),
    };
    let clear: String = referrers(tables, target)
        .iter()
        .filter(|other| other.oid != table.oid)
        .map(|other| format!("DELETE FROM {}; ", other.sql_name()))
        .collect();
    let count = format!(
        "SELECT pg_catalog.count(*), pg_catalog.count(*) FILTER (WHERE {}) FROM {name} WHERE {not_it}",
        pairs(&names, " AND ")
    );
    Some(Use::new(
        format!(
            "DELETE from `{}` of a row that `{}` refers to",
            target.shown(),
            table.shown()
        ),
        format!(
            "SET LOCAL session_replication_role = replica; {clear}DELETE FROM {name} WHERE {not_it} AND NOT ({this}); \
             UPDATE {name} SET {} WHERE {this}; SET LOCAL session_replication_role = origin; {count}; \
             DELETE FROM {of} WHERE {is_it}; SET CONSTRAINTS ALL IMMEDIATE; {count}",
            pairs(&names, ", ")
        ),
        Asked::Referrers,
    ))
}

/// What takes away all rows that refer to those of a table, if there can be any.
pub(super) fn without_referrers(tables: &[Table], target: &Table) -> Option<String> {
    let clear = referrers(tables, target);
    let clear: String = clear
        .iter()
        .map(|other| format!("DELETE FROM {}; ", other.sql_name()))
        .collect();
    (!clear.is_empty()).then(|| {
        format!(
            "SET LOCAL session_replication_role = replica; {clear}SET LOCAL session_replication_role = origin; "
        )
    })
}

/// The tables that refer to one, also by way of others, without it.
fn referrers<'t>(tables: &'t [Table], target: &Table) -> Vec<&'t Table> {
    let mut known = BTreeSet::from([target.oid]);
    let mut found = Vec::new();
    loop {
        let refers = |table: &&Table| {
            let mut keys = table.foreign_keys.iter();
            !known.contains(&table.oid) && keys.any(|key| known.contains(&key.target))
        };
        let more: Vec<&Table> = tables.iter().filter(refers).collect();
        if more.is_empty() {
            return found;
        }
        known.extend(more.iter().map(|table| table.oid));
        found.extend(more);
    }
}
