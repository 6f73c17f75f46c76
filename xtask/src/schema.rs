//! Reads the schema of a database over a connection.

use jubilee_catalog::{Catalog, Kind, Name, Object, READ};
use tokio_postgres::Client;
use tokio_postgres::error::SqlState;

use crate::exit::Exit;
use crate::problem::Problem;
use crate::query;

/// The runner's own table, which no migration makes.
const HISTORY: &str = "public.schema_migrations";

/// How often a schema is read while somebody holds a lock.
const ATTEMPTS: u32 = 3;

/// Reads the schema, but for the history of migrations.
pub(crate) async fn read(client: &Client, database: &str) -> Result<Catalog, Problem> {
    let mut catalog = read_whole(client, database).await?;
    remove_history(&mut catalog);
    Ok(catalog)
}

/// Takes the history of migrations out, which the runner makes.
pub(crate) fn remove_history(catalog: &mut Catalog) {
    catalog.retain(|name: &Name, _: &Object| name.identity != HISTORY);
}

/// The constraints that were never checked for the rows that were there before them.
pub(crate) fn not_valid(catalog: &Catalog) -> impl Iterator<Item = &Name> {
    let kinds = [Kind::Constraint, Kind::DomainConstraint];
    let all = kinds.into_iter().flat_map(|kind| catalog.of_kind(kind));
    let open = all.filter(|(_, constraint)| {
        let definition = constraint.get("definition").unwrap_or_default();
        definition.ends_with(" NOT VALID")
    });
    open.map(|(name, _)| name)
}

/// The role that owns the history of migrations: the one that applies them.
pub(crate) fn migrator(catalog: &Catalog) -> Option<&str> {
    catalog.get(&Name::new(Kind::Table, HISTORY))?.get("owner")
}

/// Reads the schema.
pub(crate) async fn read_whole(client: &Client, database: &str) -> Result<Catalog, Problem> {
    let failed = || Problem::new(Exit::Failed, format!("{database}: cannot read the schema"));
    let mut attempt = 1;
    loop {
        let error = match query::rows(client, READ).await {
            Ok(rows) => {
                let texts = rows.iter().map(|row| {
                    [0, 1, 2, 3].map(|at| query::text(row, at).unwrap_or_default().to_owned())
                });
                return Catalog::from_rows(texts)
                    .map_err(|error| failed().why(error.to_string()).hint("please report this"));
            }
            Err(error) => error,
        };
        let _ = client.simple_query("ROLLBACK").await;
        let is_locked = error.code() == Some(&SqlState::LOCK_NOT_AVAILABLE);
        if !is_locked || attempt == ATTEMPTS {
            return Err(failed().why(query::said(&error)).hint(match is_locked {
                true => {
                    "somebody holds ACCESS EXCLUSIVE on a table, a migration perhaps: \
                     see pg_locks, and try again when it is done"
                }
                false => "the server's log may say more",
            }));
        }
        attempt += 1;
    }
}

/// Runs statements that are separated by semicolons.
pub(crate) async fn run(client: &Client, sql: &str, what: &str) -> Result<(), Problem> {
    client.batch_execute(sql).await.map_err(|error| {
        Problem::new(Exit::Failed, format!("{what} failed")).why(query::said(&error))
    })
}
