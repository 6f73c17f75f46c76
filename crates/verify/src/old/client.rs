//! The statements that a client of a schema sends, made from its catalog and its rows.

use std::collections::{BTreeMap, BTreeSet};

use postgres::Client;
use serde_json::Value;

use super::touched::plain;
use crate::data::{Data, TableData};
use crate::error::Error;
use crate::rows::{Column, Made, Table, Wish, make};
use crate::sql::{literal, quote};

/// How many rows are made for each table.
const ROWS: usize = 3;

/// How many of the rows that are there are updated and deleted.
const THERE: usize = 8;

/// What is asked of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// That the server can read it: what a function does is not known.
    Prepared,
    /// That it runs.
    Run,
    /// That it sees as many rows.
    Count,
}

/// A statement of the client.
#[derive(Debug, Clone)]
pub(crate) struct Use {
    /// What it is, in words: "INSERT into `users` with all columns".
    pub(crate) what: String,
    pub(crate) sql: String,
    pub(crate) asked: Asked,
    /// The table, where the statement names a constraint of it.
    pub(crate) of_constraint: Option<String>,
    /// The same for a single column each, to say which one it is.
    pub(crate) parts: Vec<Use>,
}

/// The statements, and who may do what.
#[derive(Debug, Clone, Default)]
pub(crate) struct OldClient {
    pub(crate) uses: Vec<Use>,
    /// Role, privilege, and what it is on.
    pub(crate) privileges: Vec<Privilege>,
    /// Tables for which no row could be made, so that nothing is written to them.
    pub(crate) without_rows: Vec<String>,
}

impl Use {
    fn run(what: String, sql: String) -> Self {
        Self {
            what,
            sql,
            asked: Asked::Run,
            of_constraint: None,
            parts: Vec::new(),
        }
    }

    fn prepared(what: String, sql: String) -> Self {
        Self {
            asked: Asked::Prepared,
            ..Self::run(what, sql)
        }
    }
}

impl OldClient {
    /// Makes the client of a database: its schema, and the rows in it. Its own rows have other keys than
    /// those that are reserved. Of the tables, only those that are named are written to and read.
    pub(crate) fn of(
        client: &mut Client,
        data: &Data,
        reserved: &Data,
        seed: u64,
        tables: Option<&BTreeSet<String>>,
    ) -> Result<Self, Error> {
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
            seed: seed ^ 0x5eed,
        };
        let mut old = Self::default();
        let wanted = |table: &Table| {
            let name = plain(&format!("{}.{}", table.schema, table.name));
            tables.is_none_or(|tables| tables.contains(&name))
        };
        for made in make(client, wish, reserved, wanted)? {
            let none = Vec::new();
            let targets = conflicts.get(&made.table.oid).unwrap_or(&none);
            if made.rows.is_empty() {
                old.without_rows.push(made.table.shown());
            }
            of_table(&made, data, targets, &mut old.uses);
        }
        for row in client
            .query(include_str!("read_objects.sql"), &[])
            .map_err(failed)?
        {
            let (what, sql): (String, String) = (row.get(0), row.get(1));
            let (kind, name) = what.split_once(' ').unwrap_or(("", &what));
            let verb = match kind {
                "view" => "SELECT from the view",
                "type" => "a value of the type",
                "sequence" => "a number of the sequence",
                _ => "a call of the",
            };
            let what = match kind {
                "view" | "type" | "sequence" => format!("{verb} `{name}`"),
                _ => format!("{verb} {kind} `{name}`"),
            };
            old.uses.push(match kind {
                "type" | "procedure" | "aggregate" => Use::run(what, sql),
                _ => Use::prepared(what, sql),
            });
        }
        let rows = client
            .query(include_str!("read_grants.sql"), &[])
            .map_err(failed)?;
        old.privileges = rows
            .iter()
            .map(|row| (row.get(0), row.get(1), row.get(2)))
            .collect();
        for (role, privilege, on) in &old.privileges {
            let Some(name) = on.strip_prefix("table ").filter(|_| privilege == "SELECT") else {
                continue;
            };
            let whole = if name.contains('.') {
                name.to_owned()
            } else {
                format!("public.{name}")
            };
            if tables.is_some_and(|tables| !tables.contains(&whole)) {
                continue;
            }
            let quoted: Vec<String> = whole.split('.').map(quote).collect();
            let role = role.trim_matches('"');
            let mut count = Use::run(
                format!("SELECT from `{name}` by the role `{role}`"),
                format!(
                    "SET LOCAL ROLE {}; SELECT pg_catalog.count(*) FROM {}",
                    quote(role),
                    quoted.join(".")
                ),
            );
            count.asked = Asked::Count;
            old.uses.push(count);
        }
        Ok(old)
    }
}

/// A role, a privilege, and what it is on.
pub(crate) type Privilege = (String, String, String);

/// Who may do what, and on what there is that anybody may do anything.
pub(crate) struct Held {
    pub(crate) by_role: BTreeSet<Privilege>,
    pub(crate) objects: BTreeSet<String>,
}

/// Who may do what.
pub(crate) fn held(client: &mut Client) -> Result<Held, Error> {
    let rows = client.query(include_str!("read_privileges.sql"), &[]);
    let rows = rows.map_err(|error| Error::server("read the privileges", &error))?;
    let mut held = Held {
        by_role: BTreeSet::new(),
        objects: BTreeSet::new(),
    };
    for row in &rows {
        held.by_role.insert((row.get(0), row.get(1), row.get(2)));
        if row.get(3) {
            held.objects.insert(row.get(2));
        }
    }
    Ok(held)
}

fn of_table(made: &Made, data: &Data, conflicts: &[String], uses: &mut Vec<Use>) {
    let table = &made.table;
    let (name, shown) = (table.sql_name(), table.shown());
    let all: Vec<&str> = table.columns.iter().map(|c| c.name.as_str()).collect();
    let quoted: Vec<String> = all.iter().map(|c| quote(c)).collect();
    let mut select = Use::prepared(
        format!("SELECT from `{shown}`"),
        format!("SELECT {} FROM {name}", quoted.join(", ")),
    );
    select.parts = all
        .iter()
        .map(|c| {
            Use::prepared(
                format!("SELECT of `{shown}.{c}`"),
                format!("SELECT {} FROM {name}", quote(c)),
            )
        })
        .collect();
    uses.push(select);

    let returning = format!(
        " RETURNING {}",
        quoted
            .iter()
            .map(|c| format!("{c}::text"))
            .collect::<Vec<_>>()
            .join(", ")
    );
    let plain: Vec<&Column> = table
        .columns
        .iter()
        .filter(|c| c.generated.is_none())
        .collect();
    // A client does not number rows itself.
    let written: Vec<&Column> = plain
        .iter()
        .copied()
        .filter(|c| c.sequence.is_none())
        .collect();
    let required: Vec<&Column> = written
        .iter()
        .copied()
        .filter(|c| c.not_null && c.default.is_none())
        .collect();
    for row in &made.rows {
        for (columns, which) in [
            (&written, "all columns"),
            (&required, "the columns that it must have"),
        ] {
            let (names, values) = assignments(columns, row);
            let insert = if names.is_empty() {
                format!("INSERT INTO {name} DEFAULT VALUES")
            } else {
                format!(
                    "INSERT INTO {name} ({}) VALUES ({})",
                    names.join(", "),
                    values.join(", ")
                )
            };
            uses.push(Use::run(
                format!("INSERT into `{shown}` with {which}"),
                format!("{insert}{returning}"),
            ));
            if which == "all columns" && !names.is_empty() {
                for target in conflicts {
                    let sets: Vec<String> = names
                        .iter()
                        .map(|n| format!("{n} = EXCLUDED.{n}"))
                        .collect();
                    let mut upsert = Use::run(
                        format!("INSERT into `{shown}` ON CONFLICT {target}"),
                        format!(
                            "{insert} ON CONFLICT {target} DO UPDATE SET {}",
                            sets.join(", ")
                        ),
                    );
                    upsert.of_constraint =
                        target.starts_with("ON CONSTRAINT").then(|| name.clone());
                    uses.push(upsert);
                }
            }
        }
    }
    let Some(there) = data.table(&shown) else {
        return;
    };
    if let (Some(present), Some(row)) = (there.rows.first(), made.rows.first()) {
        uses.extend(like_one_that_is_there(table, &written, there, present, row));
    }
    if there.key.is_empty() {
        return;
    }
    for (number, present) in there.rows.iter().take(THERE).enumerate() {
        let keys: Vec<String> = there
            .key
            .iter()
            .filter_map(|at| {
                Some(format!(
                    "{} = {}",
                    quote(&there.columns.get(*at)?.name),
                    literal(present[*at].as_deref()?)
                ))
            })
            .collect();
        let which = keys.join(" AND ");
        if let Some(row) = made.rows.get(number) {
            let is_key = |c: &&Column| {
                there
                    .key
                    .iter()
                    .any(|at| there.columns.get(*at).is_some_and(|k| k.name == c.name))
            };
            let columns: Vec<&Column> = written.iter().copied().filter(|c| !is_key(c)).collect();
            let (names, values) = assignments(&columns, row);
            let sets: Vec<String> = names
                .iter()
                .zip(&values)
                .map(|(n, v)| format!("{n} = {v}"))
                .collect();
            if !sets.is_empty() {
                let mut update = Use::run(
                    format!("UPDATE of `{shown}`"),
                    format!("UPDATE {name} SET {} WHERE {which}", sets.join(", ")),
                );
                update.parts = columns
                    .iter()
                    .zip(&sets)
                    .map(|(c, set)| {
                        Use::run(
                            format!("UPDATE of `{shown}.{}`", c.name),
                            format!("UPDATE {name} SET {set} WHERE {which}"),
                        )
                    })
                    .collect();
                uses.push(update);
            }
        }
        uses.push(Use::run(
            format!("DELETE from `{shown}`"),
            format!("DELETE FROM {name} WHERE {which}"),
        ));
    }
}

/// An INSERT of a row that is like another but for its keys: what must be unique from now on was not.
fn like_one_that_is_there(
    table: &Table,
    written: &[&Column],
    there: &TableData,
    present: &[Option<String>],
    made: &Value,
) -> Option<Use> {
    let is_unique = |c: &Column| table.unique_keys.iter().any(|key| key.contains(&c.number));
    let mut row = serde_json::Map::new();
    for column in written {
        let value = if is_unique(column) {
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
    let (names, values) = assignments(written, &Value::Object(row));
    (!names.is_empty()).then(|| {
        Use::run(
            format!(
                "INSERT into `{}` of a row that differs from another in its keys only",
                table.shown()
            ),
            format!(
                "INSERT INTO {} ({}) VALUES ({})",
                table.sql_name(),
                names.join(", "),
                values.join(", ")
            ),
        )
    })
}

/// The names and the values of columns in a row.
fn assignments(columns: &[&Column], row: &Value) -> (Vec<String>, Vec<String>) {
    columns
        .iter()
        .map(|column| {
            let value = match row.get(&column.name) {
                None | Some(Value::Null) => "NULL".to_owned(),
                Some(Value::String(text)) if !column.written.starts_with("json") => literal(text),
                Some(other) => literal(&other.to_string()),
            };
            (quote(&column.name), value)
        })
        .unzip()
}
