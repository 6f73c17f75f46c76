//! What became of a migration whose connection was lost while the run was to stop.

use jubilee_core::MigrationName;
use jubilee_runner::{MigrationStatus, Migrator};

use crate::query;
use crate::target::Reach;

const SQL: &str = include_str!("sql/is_under_way.sql");

/// Asks the server over another connection, and says what it says.
pub(crate) async fn of(
    reach: &Reach,
    migrator: &mut Migrator<'_>,
    during: Option<&MigrationName>,
    cause: &str,
) -> String {
    let Some(name) = during else {
        return format!("no migration was under way; the connection was lost: {cause}");
    };
    let became = match look(reach, migrator, name).await {
        Some((true, _)) => {
            "its session does not know yet that nobody waits for it: `migrate status` shows what becomes of it"
        }
        Some((false, MigrationStatus::Completed)) => "it is committed and recorded",
        Some((false, MigrationStatus::Interrupted)) => {
            "it is interrupted: how far it came is not known"
        }
        Some((false, _)) => "it was rolled back",
        None => "it is committed and recorded, or neither, and the server cannot be asked",
    };
    format!("{name} was under way: {became}; the connection was lost: {cause}")
}

/// Whether a session of the run is there still, and where the migration stands after that.
async fn look(
    reach: &Reach,
    migrator: &mut Migrator<'_>,
    name: &MigrationName,
) -> Option<(bool, MigrationStatus)> {
    let connection = reach.connect().await.ok()?;
    let sql = SQL.replace("{application_name}", &migrator.application_name());
    let rows = query::rows(&connection.client, &sql).await.ok()?;
    let is_there = rows.iter().any(|row| query::text(row, 0) == Some("t"));
    let status = migrator.status_async(&connection.client).await.ok()?;
    connection.close().await;
    let mut migrations = status.migrations.into_iter();
    let migration = migrations.find(|migration| migration.name == *name)?;
    Some((is_there, migration.status))
}
