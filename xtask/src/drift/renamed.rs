//! What was renamed by hand is renamed, not dropped and added: no row and no value is lost by that, also where it was
//! no rename after all.

use jubilee_catalog::{Catalog, Rename, renames};

use super::compare::Compared;
use super::words::one_line;
use crate::problem::Problem;
use crate::schema;
use crate::scratch::Scratch;

/// A schema after what it has under another name was renamed.
pub(super) struct Renamed {
    pub(super) catalog: Catalog,
    pub(super) renames: Vec<Rename>,
    /// They do nothing a second time.
    pub(super) statements: Vec<String>,
}

/// Renames on a copy of a scratch database, so that PostgreSQL says what follows from it, in views for example. A
/// table comes before its columns.
pub(super) fn renamed(
    scratch: &Scratch,
    compared: &Compared,
    from: &Catalog,
    database: &str,
    to: &Catalog,
) -> Result<Renamed, Problem> {
    let mut renamed = Renamed {
        catalog: from.clone(),
        renames: Vec::new(),
        statements: Vec::new(),
    };
    let next = |catalog: &Catalog, tried: &[Rename]| {
        renames(catalog, to)
            .into_iter()
            .find(|rename| !rename.statements().is_empty() && !tried.contains(rename))
    };
    if next(&renamed.catalog, &[]).is_none() {
        return Ok(renamed);
    }
    let copy = format!("{database}_renamed");
    scratch.copy(&copy, database)?;
    let result = scratch.on(&copy, async |connection| {
        let client = &connection.client;
        let mut tried = Vec::new();
        while let Some(rename) = next(&renamed.catalog, &tried) {
            tried.push(rename.clone());
            let sql = statement(&rename, &renamed.catalog);
            // What PostgreSQL does not rename is dropped and added.
            if schema::run(client, &sql, "renaming").await.is_ok() {
                renamed.catalog = compared.read(client).await?;
                renamed.renames.push(rename);
                renamed.statements.push(sql);
            }
        }
        Ok(())
    });
    scratch.drop(&copy)?;
    result.map(|()| renamed)
}

fn statement(rename: &Rename, before: &Catalog) -> String {
    let schema = rename.new_schema();
    let schema = schema.filter(|schema| before.get(schema).is_none());
    let schema = schema.map(|schema| format!("CREATE SCHEMA IF NOT EXISTS {}", schema.identity));
    let statements: String = schema
        .into_iter()
        .chain(rename.statements())
        .map(|sql| format!("        {sql};\n"))
        .collect();
    let old = one_line(&rename.from.to_string());
    let new = one_line(&rename.to.identity);
    format!(
        "-- Taken for a rename of {old} to {new}:\n\
         -- nothing in it is lost. If these are two, drop the one and make the other instead.\n\
         DO $do$\nBEGIN\n    IF {} THEN\n{statements}    END IF;\nEND\n$do$",
        rename.is_pending()
    )
}
