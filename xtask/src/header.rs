//! The header of a new migration.

use std::process::Command;

use jubilee_core::MigrationName;

/// The fields that every header has, of today.
pub(crate) fn header(
    name: &MigrationName,
    database: &str,
    author: &str,
    description: &str,
) -> String {
    let today = time::OffsetDateTime::now_utc().date();
    format!(
        "-- Migration: {name}\n-- Database: {database}\n-- Author: {author}\n-- Date: {today}\n-- Description: {description}\n"
    )
}

/// The name that git has for whoever works here.
pub(crate) fn git_user() -> Option<String> {
    let output = Command::new("git")
        .args(["config", "user.name"])
        .output()
        .ok()?;
    let name = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (output.status.success() && !name.is_empty()).then_some(name)
}
