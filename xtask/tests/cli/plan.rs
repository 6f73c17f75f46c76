//! What would be applied, where, and what that does: before anything is changed.

use crate::support::{Place, assert_said};

/// A database with a table, and two migrations that are pending.
fn place() -> Place {
    let place = Place::new();
    place.migration(1, "users", "", "CREATE TABLE users (id int, nick text);");
    let applied = place.run("migrate codex --production --yes --migrations m");
    assert_eq!(applied.code, Some(0), "{}", applied.stderr);
    place.migration(
        2,
        "drop_nick",
        "-- Destructive: nobody reads nicknames since release 7",
        "BEGIN;\n\nALTER TABLE users DROP COLUMN IF EXISTS nick;\nCREATE TABLE teams (id int);\nCOMMIT;\n",
    );
    place.migration(
        3,
        "index",
        "-- Transaction: none",
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS users_id ON users (id);\n",
    );
    place
}

#[test]
fn it_says_where_from_what_is_lost_and_what_is_locked() {
    let place = place();
    assert_said!(place.run("migrate codex --production --dry-run --migrations m"), @"
    codex        would apply 2 migrations to postgres@/socket:5432/jubilee_codex, from m/codex
      0002_drop_nick   2 statements
        DESTRUCTIVE: drops column `nick` of `users` and its data
          reason given: nobody reads nicknames since release 7
        line 9: ACCESS EXCLUSIVE on users, blocks reads and writes, briefly
      0003_index   1 statement   without a transaction
        line 7: SHARE UPDATE EXCLUSIVE on users, blocks other schema changes, while an index is built
    ---- stderr
    ---- exit 0
    ");
    assert_said!(place.run("migrate codex --production --dry-run --migrations m --format json"), @r#"
    {
      "databases": [
        {
          "name": "codex",
          "environment": "production",
          "target": "postgres@/socket:5432/jubilee_codex",
          "folder": "m/codex",
          "pending": [
            {
              "version": 2,
              "name": "0002_drop_nick",
              "transaction": true,
              "destructive": "nobody reads nicknames since release 7",
              "loosens": null,
              "locks": [
                {
                  "line": 9,
                  "table": "users",
                  "mode": "ACCESS EXCLUSIVE",
                  "blocks": "blocks reads and writes",
                  "held": "briefly"
                }
              ],
              "statements": [
                "ALTER TABLE users DROP COLUMN IF EXISTS nick",
                "CREATE TABLE teams (id int)"
              ]
            },
            {
              "version": 3,
              "name": "0003_index",
              "transaction": false,
              "destructive": null,
              "loosens": null,
              "locks": [
                {
                  "line": 7,
                  "table": "users",
                  "mode": "SHARE UPDATE EXCLUSIVE",
                  "blocks": "blocks other schema changes",
                  "held": "while an index is built"
                }
              ],
              "statements": [
                "CREATE INDEX CONCURRENTLY IF NOT EXISTS users_id ON users (id)"
              ]
            }
          ],
          "error": null
        }
      ]
    }
    ---- stderr
    ---- exit 0
    "#);
    assert_said!(place.run("migrate codex --production --migrations m"), @"
    ---- stderr
    PRODUCTION
    codex        would apply 2 migrations to postgres@/socket:5432/jubilee_codex, from m/codex
      0002_drop_nick   2 statements
        DESTRUCTIVE: drops column `nick` of `users` and its data
          reason given: nobody reads nicknames since release 7
        line 9: ACCESS EXCLUSIVE on users, blocks reads and writes, briefly
      0003_index   1 statement   without a transaction
        line 7: SHARE UPDATE EXCLUSIVE on users, blocks other schema changes, while an index is built


      error: changing production needs a confirmation
      ╰─▶ standard input is not a terminal, so nobody can be asked
      help: look at it with --dry-run, then add --yes
    ---- exit 3
    ");
}

#[test]
fn there_is_one_question_for_all() {
    let place = Place::new();
    let line = "migrate codex inspire --production";
    let said = place.answers(line, "codex");
    assert_eq!(said.code, Some(3), "{}", said.stderr);
    assert_eq!(said.stderr.matches("Type `").count(), 1, "{}", said.stderr);
    for expected in [
        "Type `codex inspire` to apply it: ",
        "the names did not match; nothing was changed",
    ] {
        assert!(said.stderr.contains(expected), "{}", said.stderr);
    }
    assert_eq!(
        place.text("codex", "SELECT to_regclass('schema_migrations')"),
        "NULL"
    );

    let said = place.answers(line, "codex, inspire");
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    assert!(
        said.stdout.contains("inspire      31 migrations applied"),
        "{}",
        said.stdout
    );
}

#[test]
fn several_databases_can_be_named() {
    let place = Place::new();
    let said = place.run("migrate inspire codex inspire --dry-run");
    let names: Vec<&str> = said
        .stdout
        .lines()
        .filter_map(|line| line.split_once(" would").map(|(name, _)| name.trim()))
        .collect();
    assert_eq!(names, ["codex", "inspire"], "{}", said.stdout);
    let status = place.run("migrate status continuum inspire").stdout;
    assert!(
        status.starts_with("inspire (") && status.contains("\ncontinuum ("),
        "{status}"
    );
}
