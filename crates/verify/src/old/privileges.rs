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
    /// Empty for PUBLIC.
    pub(crate) role: String,
    /// As SQL names it, or `OWNER`.
    pub(crate) privilege: String,
    /// `table`, `view`, `column`, `function`, `sequence`, `schema`.
    pub(crate) kind: String,
    /// As SQL names it.
    object: String,
    /// The column; empty for all of them.
    column: String,
    /// As people name it.
    pub(crate) shown: String,
}

impl Privilege {
    /// All that a role may do with a table.
    pub(super) fn all_of(role: &str, object: &str, shown: &str) -> [Self; 4] {
        ["SELECT", "INSERT", "UPDATE", "DELETE"].map(|privilege| Self {
            role: role.to_owned(),
            privilege: privilege.to_owned(),
            kind: "table".to_owned(),
            object: object.to_owned(),
            column: String::new(),
            shown: shown.to_owned(),
        })
    }

    /// Whether it lets somebody call a function.
    pub(crate) fn is_call_of(&self, function: &str) -> bool {
        self.kind == "function" && self.shown == function && self.privilege != "OWNER"
    }

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
    read(client, include_str!("read_grants.sql"))
}

fn read(client: &mut Client, query: &str) -> Result<Vec<Privilege>, Error> {
    let rows = client.query(query, &[]);
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

/// What is given to PUBLIC and to roles that are known.
pub(crate) fn given(
    client: &mut Client,
    is_known: impl Fn(&str) -> bool,
) -> Result<Vec<Privilege>, Error> {
    let mut given = read(client, include_str!("read_given.sql"))?;
    given.retain(|p| p.role.is_empty() || is_known(&p.role));
    Ok(given)
}

/// Of what is given after, that which was not had before although what it is on was there.
pub(crate) fn gained(
    before: &mut Client,
    after: &mut Client,
    given: &[Privilege],
) -> Result<Vec<Privilege>, Error> {
    let missed: Vec<Privilege> = lost(before, given)?.into_iter().cloned().collect();
    // What is granted in a schema that may not be used is not had.
    let without: Vec<Privilege> = lost(after, &missed)?.into_iter().cloned().collect();
    let mut gained: Vec<Privilege> = Vec::new();
    for one in missed.into_iter().filter(|one| !without.contains(one)) {
        let is_same = |other: &Privilege| {
            let other = Privilege {
                role: one.role.clone(),
                ..other.clone()
            };
            other == one
        };
        let is_said = |other: &Privilege| other.role.is_empty() && is_same(other);
        if !gained.iter().any(is_said) {
            gained.push(one);
        }
    }
    Ok(gained)
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
