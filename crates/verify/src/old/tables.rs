//! What a client does with a table.

use serde_json::Value;

use super::basis::Basis;
use super::statement::{Asked, Use};
use crate::data::TableData;
use crate::rows::{Column, Made, Table};
use crate::sql::{literal, quote};

/// How many of the rows that are there are inserted again with other keys.
const AGAIN: usize = 32;

/// Selects, inserts, updates and deletes; these of so many of the rows that are there.
pub(super) fn of_table(
    made: &Made,
    basis: Basis<'_>,
    conflicts: &[String],
    rows: usize,
    uses: &mut Vec<Use>,
) {
    let Basis { data, brought, .. } = basis;
    let table = &made.table;
    let shown = table.shown();
    selects(table, uses);
    for row in &made.rows {
        inserts(table, row, conflicts, uses);
    }
    let Some(there) = data.table(&shown) else {
        return;
    };
    // Where most rows are those that migrations bring, clients bring none.
    let mostly_brought = brought
        .and_then(|brought| brought.table(&shown))
        .is_some_and(|brought| {
            !brought.rows.is_empty() && there.rows.len() <= 2 * brought.rows.len()
        });
    for (number, present) in there.rows.iter().take(AGAIN).enumerate() {
        if let Some(row) = made.rows.get(number % made.rows.len().max(1))
            && !mostly_brought
        {
            uses.extend(like_one_that_is_there(table, there, present, row, number));
        }
    }
    for (number, present) in there.rows.iter().take(rows).enumerate() {
        if let Some(which) = key_of(there, present) {
            let row = made.rows.get(number % made.rows.len().max(1));
            changes(table, there, present, row, &which, uses);
        }
    }
}

fn selects(table: &Table, uses: &mut Vec<Use>) {
    let (name, shown) = (table.sql_name(), table.shown());
    let whole = format!("SELECT from `{shown}`");
    let mut select = Use::new(
        &whole,
        format!("SELECT {} FROM {name}", names(&columns(table)).join(", ")),
        Asked::Prepared,
    );
    select.parts = table
        .columns
        .iter()
        .map(|c| {
            Use::new(
                format!("SELECT of `{shown}.{}`", c.name),
                format!("SELECT {} FROM {name}", quote(&c.name)),
                Asked::Prepared,
            )
        })
        .collect();
    uses.push(select);
    uses.push(
        Use::new(
            format!("SELECT * from `{shown}`"),
            format!("SELECT * FROM {name}"),
            Asked::Prepared,
        )
        .unless(&whole),
    );
    for column in table.columns.iter().filter(|c| is_text(c)) {
        let what = format!("SELECT … ORDER BY `{shown}.{}`", column.name);
        uses.push(
            Use::new(
                what,
                compared(&name, &quote(&column.name)),
                Asked::Same("its values are compared or sorted in another way"),
            )
            .unless(&whole),
        );
    }
}

fn is_text(column: &Column) -> bool {
    column.written == "text" || column.written.starts_with("character varying")
}

/// How a column's collation sorts a few values, and which of them it takes for the same.
fn compared(table: &str, column: &str) -> String {
    format!(
        "SELECT pg_catalog.string_agg(v, ' ' ORDER BY v), pg_catalog.count(DISTINCT v), \
           pg_catalog.count(*) FILTER (WHERE v LIKE 'a%') \
         FROM (SELECT {column} FROM {table} WHERE false UNION ALL \
           VALUES ('a'), ('A'), ('b'), ('B'), ('\u{e4}'), ('z'), ('_a'), ('a-b'), ('ab'), ('10'), ('9')) AS x (v)"
    )
}

fn columns(table: &Table) -> Vec<&Column> {
    table.columns.iter().collect()
}

fn names(columns: &[&Column]) -> Vec<String> {
    columns.iter().map(|c| quote(&c.name)).collect()
}

/// The columns that a client writes: it does not number rows itself.
pub(super) fn written(table: &Table) -> Vec<&Column> {
    let columns = table.columns.iter();
    columns
        .filter(|c| c.generated.is_none() && c.sequence.is_none())
        .collect()
}

fn inserts(table: &Table, row: &Value, conflicts: &[String], uses: &mut Vec<Use>) {
    let (name, shown) = (table.sql_name(), table.shown());
    let written = written(table);
    let required: Vec<&Column> = written
        .iter()
        .copied()
        .filter(|c| c.not_null && c.default.is_none())
        .collect();
    let numbered: Vec<&Column> = table
        .columns
        .iter()
        .filter(|c| c.generated.is_none())
        .collect();
    let all_columns = format!("INSERT into `{shown}` with all columns");
    let with_default: Vec<&Column> = written
        .iter()
        .copied()
        .filter(|c| c.default.is_some())
        .collect();
    for (columns, what) in [
        (&written, all_columns.clone()),
        (
            &required,
            format!("INSERT into `{shown}` with the columns that it must have"),
        ),
        (
            &numbered,
            format!("INSERT into `{shown}` with a number of its own"),
        ),
    ] {
        if std::ptr::eq(columns, &raw const numbered) && numbered.len() == written.len() {
            continue;
        }
        let sql = insert(&name, columns, row);
        let sql = format!("{sql}{}", returning(table, columns, row, &with_default));
        uses.push(Use::new(what, sql, Asked::Run));
    }
    // Not all values that may be left out may be left out together.
    for left_out in &with_default {
        let columns = written.iter().copied().filter(|c| c.name != left_out.name);
        let columns: Vec<&Column> = columns.collect();
        let sql = insert(&name, &columns, row);
        let returning = returning(table, &columns, row, &with_default);
        uses.push(Use::new(
            format!("INSERT into `{shown}` without `{}`", left_out.name),
            format!("{sql}{returning}"),
            Asked::Run,
        ));
    }
    let by_place: Vec<String> = table
        .columns
        .iter()
        .map(|c| match written.iter().any(|w| w.name == c.name) {
            true => value(c, row),
            false => "DEFAULT".to_owned(),
        })
        .collect();
    uses.push(
        Use::new(
            format!("INSERT into `{shown}` without names of columns"),
            format!(
                "INSERT INTO {name} VALUES ({}){}",
                by_place.join(", "),
                returning(table, &written, row, &[])
            ),
            Asked::Run,
        )
        .unless(&all_columns),
    );
    if written.is_empty() {
        return;
    }
    // What a trigger fills, clients leave out.
    for left_out in required.iter().filter(|_| !table.triggers.is_empty()) {
        let columns = required.iter().copied().filter(|c| c.name != left_out.name);
        let columns: Vec<&Column> = columns.collect();
        uses.push(Use::new(
            format!("INSERT into `{shown}` without `{}`", left_out.name),
            insert(&name, &columns, row),
            Asked::Run,
        ));
    }
    for target in conflicts {
        let sets: Vec<String> = names(&written)
            .iter()
            .map(|n| format!("{n} = EXCLUDED.{n}"))
            .collect();
        let mut upsert = Use::new(
            format!("INSERT into `{shown}` ON CONFLICT {target}"),
            format!(
                "{} ON CONFLICT {target} DO UPDATE SET {}",
                insert(&name, &written, row),
                sets.join(", ")
            ),
            Asked::Run,
        );
        upsert.of_constraint = target.starts_with("ON CONSTRAINT").then(|| name.clone());
        uses.push(upsert);
    }
}

/// An INSERT of some columns of a row.
pub(super) fn insert(name: &str, columns: &[&Column], row: &Value) -> String {
    if columns.is_empty() {
        return format!("INSERT INTO {name} DEFAULT VALUES");
    }
    let values: Vec<String> = columns.iter().map(|c| value(c, row)).collect();
    format!(
        "INSERT INTO {name} ({}) VALUES ({})",
        names(columns).join(", "),
        values.join(", ")
    )
}

/// What an INSERT or UPDATE gives back: the columns whose value is not the one that was written, then all values,
/// with their names those with a default that were not written. A time is often set by a trigger, and a NULL filled.
fn returning(table: &Table, columns: &[&Column], row: &Value, with_default: &[&Column]) -> String {
    let kept = columns.iter().filter_map(|c| {
        let written = value(c, row);
        let is_time = ["date", "time"].iter().any(|t| c.written.starts_with(t));
        if written == "NULL" || is_time {
            return None;
        }
        let of = if c.written.starts_with("json") {
            "jsonb"
        } else {
            &c.written
        };
        let column = quote(&c.name);
        Some(format!(
            "CASE WHEN ({column}::{of})::text IS DISTINCT FROM ({written}::{of})::text THEN {} END",
            literal(&c.name)
        ))
    });
    let kept: Vec<String> = kept.collect();
    let has = |columns: &[&Column], c: &Column| columns.iter().any(|of| of.name == c.name);
    let all = table.columns.iter().map(|c| {
        let is_left = has(with_default, c) && !has(columns, c);
        let called = if is_left { &c.name } else { " written" };
        format!("{}::text AS {}", quote(&c.name), quote(called))
    });
    let all: Vec<String> = all.collect();
    format!(
        " RETURNING pg_catalog.array_to_string(ARRAY[{}]::text[], ', ') AS \" altered\", {}",
        kept.join(", "),
        all.join(", ")
    )
}

/// The columns that an UPDATE of others changes too: a trigger sets them.
fn setting(columns: &[&Column], there: &TableData, present: &[Option<String>]) -> String {
    let set = columns.iter().filter_map(|c| {
        let at = there.columns.iter().position(|of| of.name == c.name)?;
        let value = present
            .get(at)?
            .as_deref()
            .map_or("NULL".to_owned(), literal);
        let column = quote(&c.name);
        Some(format!(
            "CASE WHEN {column}::text IS DISTINCT FROM {value} THEN {} END",
            literal(&c.name)
        ))
    });
    let set: Vec<String> = set.collect();
    format!(
        " RETURNING pg_catalog.array_to_string(ARRAY[{}]::text[], ', ') AS \" set\"",
        set.join(", ")
    )
}

/// The condition that is true of one row alone, by its key; without a key, of those that are like it.
pub(super) fn key_of(there: &TableData, present: &[Option<String>]) -> Option<String> {
    let with = |at: usize, form: &dyn Fn(&str, Option<&str>) -> Option<String>| {
        let name = quote(&there.columns.get(at)?.name);
        form(&name, present.get(at)?.as_deref())
    };
    let by_key = |name: &str, value: Option<&str>| Some(format!("{name} = {}", literal(value?)));
    let by_all = |name: &str, value: Option<&str>| {
        let value = value.map_or("NULL".to_owned(), literal);
        Some(format!("{name}::text IS NOT DISTINCT FROM {value}"))
    };
    let conditions: Option<Vec<String>> = match there.key.as_slice() {
        [] => (0..there.columns.len())
            .map(|at| with(at, &by_all))
            .collect(),
        key => key.iter().map(|at| with(*at, &by_key)).collect(),
    };
    conditions
        .filter(|conditions| !conditions.is_empty())
        .map(|conditions| conditions.join(" AND "))
}

/// An UPDATE and a DELETE of a row that is there.
fn changes(
    table: &Table,
    there: &TableData,
    present: &[Option<String>],
    row: Option<&Value>,
    which: &str,
    uses: &mut Vec<Use>,
) {
    let (name, shown) = (table.sql_name(), table.shown());
    let is_key = |c: &Column| {
        let mut keys = there.key.iter().filter_map(|at| there.columns.get(*at));
        keys.any(|k| k.name == c.name)
    };
    let columns: Vec<&Column> = written(table).into_iter().filter(|c| !is_key(c)).collect();
    if let Some(row) = row.filter(|_| !columns.is_empty()) {
        let set = |c: &Column| format!("{} = {}", quote(&c.name), value(c, row));
        let sets: Vec<String> = columns.iter().map(|c| set(c)).collect();
        let mut update = Use::new(
            format!("UPDATE of `{shown}`"),
            format!(
                "UPDATE {name} SET {} WHERE {which}{}",
                sets.join(", "),
                returning(table, &columns, row, &[])
            ),
            Asked::Run,
        );
        update.parts = columns
            .iter()
            .zip(&sets)
            .map(|(c, set)| {
                Use::new(
                    format!("UPDATE of `{shown}.{}`", c.name),
                    format!("UPDATE {name} SET {set} WHERE {which}"),
                    Asked::Run,
                )
            })
            .collect();
        uses.push(update);
        let same: Vec<String> = names(&columns)
            .iter()
            .map(|n| format!("{n} = {n}"))
            .collect();
        uses.push(Use::new(
            format!("UPDATE of `{shown}` without a change"),
            format!("UPDATE {name} SET {} WHERE {which}", same.join(", ")),
            Asked::Run,
        ));
        // What a trigger sets beside what the client changes.
        let is_other = |c: &&&Column| {
            let at = there.columns.iter().position(|of| of.name == c.name);
            let is = at.and_then(|at| present.get(at)?.as_deref());
            let is_time = ["date", "time"].iter().any(|t| c.written.starts_with(t));
            !is_time
                && value(c, row) != "NULL"
                && value(c, row) != is.map_or(String::new(), literal)
        };
        if let Some(one) = columns.iter().find(is_other) {
            let others = columns.iter().copied().filter(|c| c.name != one.name);
            let others: Vec<&Column> = others.collect();
            uses.push(Use::new(
                format!("UPDATE of one column of `{shown}`"),
                format!(
                    "UPDATE {name} SET {} WHERE {which}{}",
                    set(one),
                    setting(&others, there, present)
                ),
                Asked::Run,
            ));
        }
    }
    uses.push(Use::new(
        format!("DELETE from `{shown}`"),
        format!("DELETE FROM {name} WHERE {which}"),
        Asked::Run,
    ));
}

/// An INSERT of a row that is like another but for its keys: what must be unique from now on was not. Of a
/// key of several columns, one is another.
fn like_one_that_is_there(
    table: &Table,
    there: &TableData,
    present: &[Option<String>],
    made: &Value,
    which: usize,
) -> Option<Use> {
    let mut other: Vec<i16> = Vec::new();
    for key in table.unique_keys() {
        let places = key.iter().filter(|number| {
            let column = table.columns.iter().find(|c| c.number == **number);
            column.is_some_and(|c| c.sequence.is_none() && c.generated.is_none())
        });
        let places: Vec<i16> = places.copied().collect();
        if !places.is_empty() && places.len() == key.len() {
            other.push(places[which % places.len()]);
        }
    }
    let written = written(table);
    let mut row = serde_json::Map::new();
    for column in &written {
        let value = if other.contains(&column.number) {
            made.get(&column.name).cloned()
        } else {
            let at = there.columns.iter().position(|c| c.name == column.name)?;
            let text = present.get(at)?.clone();
            text.map(|text| match column.written.starts_with("json") {
                true => serde_json::from_str(&text).unwrap_or(Value::Null),
                false => Value::String(text),
            })
        };
        row.insert(column.name.clone(), value.unwrap_or(Value::Null));
    }
    let row = Value::Object(row);
    (!written.is_empty()).then(|| {
        Use::new(
            format!(
                "INSERT into `{}` of a row that differs from another in its keys only",
                table.shown()
            ),
            insert(&table.sql_name(), &written, &row),
            Asked::Run,
        )
    })
}

/// The value of a column in a row, as SQL.
pub(super) fn value(column: &Column, row: &Value) -> String {
    match row.get(&column.name) {
        None | Some(Value::Null) => "NULL".to_owned(),
        Some(Value::String(text)) if !column.written.starts_with("json") => literal(text),
        Some(other) => literal(&other.to_string()),
    }
}
