//! Makes a snapshot of what the migrations make, and proves that it loads to the same.

use std::fmt::Write;

use jubilee_catalog::{Catalog, Kind, Name, diff, roles, to_sql};

use super::banner::Migration;
use super::rows::{self, Reference};
use super::{banner, describe};
use crate::allowed::Allowed;
use crate::databases::Entry;
use crate::exit::Exit;
use crate::problem::Problem;
use crate::schema;
use crate::scratch::Scratch;
use crate::sources::Sources;

/// The texts of the two files.
pub(crate) struct Snapshot {
    pub(crate) sql: String,
    pub(crate) markdown: String,
    /// The constraints that are left `NOT VALID`.
    pub(crate) not_valid: Vec<Name>,
}

/// Runs the migrations on the scratch server, twice.
pub(crate) fn make(
    scratch: &Scratch,
    entry: &'static Entry,
    sources: &Sources,
    texts: &[Migration],
    allowed: &Allowed,
) -> Result<Snapshot, Vec<Problem>> {
    let database = entry.database.name;
    let (again, copy) = (format!("{database}_again"), format!("{database}_copy"));
    scratch.migrated(database, entry, sources, None, None)?;
    scratch.migrated(&again, entry, sources, None, None)?;
    let second = scratch.on(&again, async |connection| {
        let catalog = schema::read(&connection.client, database).await?;
        rows::values(&connection.client, &catalog).await
    })?;
    let (catalog, references) = scratch.on(database, async |connection| {
        let mut catalog = schema::read(&connection.client, database).await?;
        let first = rows::values(&connection.client, &catalog).await?;
        let references = rows::references(&connection.client, &catalog, &first, &second).await?;
        allowed.remove_from(&mut catalog);
        // That of the server on which the snapshot is loaded.
        catalog.forget(Kind::Extension, "version");
        Ok((catalog, references))
    })?;
    scratch.create(&copy)?;
    let sql = scratch.on(&copy, async |connection| {
        let empty = schema::read(&connection.client, database).await?;
        let sql = file(
            scratch,
            &catalog,
            &empty,
            texts,
            database,
            allowed,
            &references,
        );
        schema::run(&connection.client, &sql, "loading the snapshot").await?;
        let mut loaded = schema::read(&connection.client, database).await?;
        loaded.forget(Kind::Extension, "version");
        prove(&loaded, &catalog, database)?;
        Ok(sql)
    })?;
    Ok(Snapshot {
        not_valid: schema::not_valid(&catalog).cloned().collect(),
        sql,
        markdown: describe::describe(&catalog, &references, texts, entry),
    })
}

fn prove(loaded: &Catalog, catalog: &Catalog, database: &str) -> Result<(), Problem> {
    let left = diff(loaded, catalog);
    if left.is_empty() {
        return Ok(());
    }
    let lines: Vec<String> = left.iter().map(ToString::to_string).collect();
    Err(Problem::new(
        Exit::Failed,
        format!("{database}: the snapshot does not load to the schema of the migrations"),
    )
    .why(lines.join("\n"))
    .hint("please report this, with the migration that makes the object"))
}

fn file(
    scratch: &Scratch,
    catalog: &Catalog,
    empty: &Catalog,
    texts: &[Migration],
    database: &str,
    allowed: &Allowed,
    references: &[Reference],
) -> String {
    let mut sql = String::new();
    for line in banner::lines(database, texts) {
        let _ = writeln!(sql, "-- {line}");
    }
    sql.push_str("--\n-- An empty database loads it to the same schema.\n");
    for pattern in &allowed.0 {
        let _ = writeln!(sql, "-- Left out: {}: {}.", pattern.object, pattern.reason);
    }
    for note in catalog
        .not_read()
        .map(str::to_owned)
        .chain(catalog.not_compared())
    {
        let _ = writeln!(sql, "-- Not read: {note}.");
    }
    if !references.is_empty() {
        sql.push_str("--\n-- Rows that migrations insert, with a hash of the values that are always the same:\n");
        for reference in references {
            let _ = writeln!(
                sql,
                "--   {:<48} {:>6} rows  {}",
                reference.table, reference.rows, reference.hash
            );
        }
    }
    sql.push_str("\nSET check_function_bodies = off;\n");
    let owner = scratch.user();
    let mut others = roles(catalog);
    others.remove(owner);
    // PostgreSQL's own.
    others.retain(|role| !role.starts_with("pg_"));
    if !others.is_empty() {
        sql.push_str("\n-- roles, which belong to the server\n\n");
        for role in others {
            let _ = writeln!(
                sql,
                "DO $do$ BEGIN CREATE ROLE {role}; EXCEPTION WHEN duplicate_object THEN NULL; END $do$;"
            );
        }
    }
    sql.push_str(&to_sql(catalog, empty, owner));
    sql
}
