//! `migrate --accept-newer`: an older release after a newer one.

use std::fs;

use crate::support::{Place, assert_said};

/// A database that has more migrations than the files.
fn rolled_back(newer: u16) -> Place {
    let place = Place::new();
    place.migration(1, "users", "", "CREATE TABLE users (id int);");
    let files: Vec<_> = (0..newer)
        .map(|n| place.migration(2 + n, "newer", "", &format!("CREATE TABLE newer_{n} ();")))
        .collect();
    assert_eq!(place.run("migrate codex --migrations m").code, Some(0));
    for file in files {
        fs::remove_file(file).unwrap();
    }
    place
}

#[test]
fn a_database_that_is_ahead_is_taken_as_current_where_that_is_said() {
    let place = rolled_back(1);
    assert_said!(place.run("migrate codex --migrations m"), @"
    codex        not migrated in <time>
    ---- stderr

      error: codex: 0002_newer is applied, and its file is not there
      ╰─▶ files and the history of postgres@/socket:5432/jubilee_codex must agree before anything is applied
      help: the database is ahead of this build: deploy the build that has the migration, or update the checkout; if an older release shall run again, add --accept-newer
    ---- exit 1
    ");
    assert_said!(place.run("migrate codex --accept-newer --migrations m"), @"
    codex        nothing to do in <time>; the database is ahead of these files: 0002_newer
    ---- stderr
    ---- exit 0
    ");
    assert_said!(place.run("migrate codex --accept-newer --dry-run --migrations m"), @"
    codex        nothing to do; the database is ahead of these files: 0002_newer
    ---- stderr
    ---- exit 0
    ");
    assert_said!(place.run("migrate codex --accept-newer --format json --migrations m"), @r#"
    {
      "databases": [
        {
          "name": "codex",
          "environment": "development",
          "target": "postgres@/socket:5432/jubilee_codex",
          "outcome": "nothing_to_do",
          "applied": [],
          "newer": [
            "0002_newer"
          ],
          "error": null
        }
      ]
    }
    ---- stderr
    ---- exit 0
    "#);
    let place = rolled_back(3);
    assert_said!(place.run("migrate codex --accept-newer --migrations m"), @"
    codex        nothing to do in <time>; the database is ahead of these files by 3 migrations: 0002_newer to 0004_newer
    ---- stderr
    ---- exit 0
    ");
}

#[test]
fn a_file_that_would_come_after_a_later_one_is_refused() {
    let place = rolled_back(2);
    place.sql("codex", "DELETE FROM schema_migrations WHERE version = 2");
    place.migration(2, "other", "", "CREATE TABLE other ();");
    assert_said!(place.run("migrate codex --accept-newer --migrations m"), @"
    codex        not migrated in <time>; the database is ahead of these files: 0003_newer
    ---- stderr

      error: codex: 0002_other is not applied, and 0003_newer after it is
      ╰─▶ files and the history of postgres@/socket:5432/jubilee_codex must agree before anything is applied
      help: if 0002_other is new, give it the next free number: rename 0002_other.sql and its header; if it is released, its row is gone from public.schema_migrations: look whether what it does is there, and put the row back from a backup
    ---- exit 1
    ");
}
