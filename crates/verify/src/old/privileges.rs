//! Who may do what, and what clients do in their roles.

use std::collections::BTreeSet;

use postgres::Client;

use super::basis::Basis;
use super::statement::{Asked, Use};
use super::tables::{insert, key_of, written};
use super::touched::plain;
use crate::error::Error;
use crate::rows::Made;
use crate::sql::{literal, quote};

/// What a role may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Privilege {
    pub(crate) role: String,
    privilege: String,
    /// `table`, `column`, `function`, `sequence`.
    kind: String,
    /// As SQL names it.
    object: String,
    /// The column; empty for all of them.
    column: String,
    /// As people name it.
    shown: String,
}

impl Privilege {
    /// It, in words.
    pub(crate) fn what(&self) -> String {
        let Self {
            role,
            privilege,
            kind,
            shown,
            ..
        } = self;
        format!("{privilege} on {kind} `{shown}` by the role `{role}`")
    }
}

/// What was granted to roles.
pub(super) fn granted(client: &mut Client) -> Result<Vec<Privilege>, Error> {
    let rows = client.query(include_str!("read_grants.sql"), &[]);
    let rows = rows.map_err(|error| Error::server("read the privileges", &error))?;
    Ok(rows
        .iter()
        .map(|row| Privilege {
            role: row.get(0),
            privilege: row.get(1),
            kind: row.get(2),
            object: row.get(3),
            column: row.get(4),
            shown: row.get(5),
        })
        .collect())
}

/// Those that are no longer held. That an object is gone was told of already.
pub(crate) fn lost<'p>(
    client: &mut Client,
    privileges: &'p [Privilege],
) -> Result<Vec<&'p Privilege>, Error> {
    let each = |of: fn(&Privilege) -> &str| -> Vec<&str> { privileges.iter().map(of).collect() };
    let rows = client.query(
        include_str!("read_privileges.sql"),
        &[
            &each(|p| &p.role),
            &each(|p| &p.privilege),
            &each(|p| &p.kind),
            &each(|p| &p.object),
            &each(|p| &p.column),
        ],
    );
    let rows = rows.map_err(|error| Error::server("read the privileges", &error))?;
    let held = rows.iter().map(|row| row.get::<_, bool>(0));
    let pairs = privileges.iter().zip(held);
    Ok(pairs.filter(|(_, held)| !held).map(|(p, _)| p).collect())
}

/// What clients do in their roles: row-level security, triggers and defaults see who it is.
pub(super) fn statements_of_roles(
    privileges: &[Privilege],
    made: &[Made],
    basis: Basis<'_>,
) -> Vec<Use> {
    let views: BTreeSet<&str> = privileges
        .iter()
        .filter(|p| p.kind == "view")
        .map(|p| p.object.as_str())
        .collect();
    let mut uses = Vec::new();
    for of in privileges
        .iter()
        .filter(|p| ["table", "view"].contains(&p.kind.as_str()))
    {
        let table = plain(&of.object);
        let is_view = views.contains(of.object.as_str());
        if !is_view && !basis.wants(&table) {
            continue;
        }
        let role = quote(&of.role);
        let set = format!("SET LOCAL ROLE {role}; ");
        let made = made
            .iter()
            .find(|m| m.table.sql_name() == quoted(&of.object));
        let row = made.and_then(|m| m.rows.first());
        let there = basis.data.table(&of.shown);
        let key = there.and_then(|t| key_of(t, t.rows.first()?));
        let (what, sql, asked) = match of.privilege.as_str() {
            "SELECT" => (
                "SELECT from",
                format!(
                    "SELECT pg_catalog.count(*) FROM {0}; {set}SELECT pg_catalog.count(*) FROM {0}",
                    of.object
                ),
                Asked::Visible,
            ),
            "INSERT" => {
                let (Some(made), Some(row)) = (made, row) else {
                    continue;
                };
                let insert = insert(&of.object, &written(&made.table), row);
                ("INSERT into", format!("{set}{insert}"), Asked::Run)
            }
            "UPDATE" => {
                let (Some(made), Some(key)) = (made, key) else {
                    continue;
                };
                let columns = written(&made.table);
                let Some(column) = columns.last().map(|c| quote(&c.name)) else {
                    continue;
                };
                let update = format!("UPDATE {} SET {column} = {column} WHERE {key}", of.object);
                ("UPDATE of", format!("{set}{update}"), Asked::Run)
            }
            "DELETE" => {
                let Some(key) = key else { continue };
                let delete = format!("DELETE FROM {} WHERE {key}", of.object);
                ("DELETE from", format!("{set}{delete}"), Asked::Run)
            }
            _ => continue,
        };
        let what = format!("{what} `{}` by the role `{}`", of.shown, of.role);
        uses.push(Use::new(what, sql, asked));
    }
    for of in privileges.iter().filter(|p| p.kind == "sequence") {
        let sql = format!(
            "SET LOCAL ROLE {}; SELECT pg_catalog.nextval({}::pg_catalog.regclass)",
            quote(&of.role),
            literal(&of.object)
        );
        let what = format!(
            "a number of the sequence `{}` by the role `{}`",
            of.shown, of.role
        );
        uses.push(Use::new(what, sql, Asked::Accepted).unless(of.what()));
    }
    uses
}

/// A name with quotes around both of its parts.
fn quoted(object: &str) -> String {
    let (schema, name) = object.split_once('.').unwrap_or(("public", object));
    format!("{}.{}", quote(&plain(schema)), quote(&plain(name)))
}
