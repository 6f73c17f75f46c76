//! What people and programs read.

use serde_json::Value;

use crate::support::{Place, assert_said};

#[test]
fn the_way_of_a_database() {
    let place = Place::new();
    place.migration(
        1,
        "users",
        "",
        "BEGIN;\nCREATE TABLE users (id int);\nCOMMIT;\n",
    );
    place.migration(
        2,
        "index",
        "-- Transaction: none",
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS users_id ON users (id);\n",
    );
    assert_said!(place.run("migrate status codex --migrations m"), @"
    codex (development, postgres@/socket:5432/jubilee_codex)
      no history: nothing has been applied here
      0001_users  pending
      0002_index  pending
    ---- stderr
    ---- exit 0
    ");
    assert_said!(place.run("migrate codex --dry-run --migrations m"), @"
    codex        would apply 2 migrations to postgres@/socket:5432/jubilee_codex, from m/codex
      0001_users   1 statement
      0002_index   1 statement   without a transaction
    ---- stderr
    ---- exit 0
    ");
    assert_said!(place.run("migrate codex --dry-run -v --migrations m"), @"
    codex        would apply 2 migrations to postgres@/socket:5432/jubilee_codex, from m/codex
      0001_users   1 statement

    CREATE TABLE users (id int);

      0002_index   1 statement   without a transaction

    CREATE INDEX CONCURRENTLY IF NOT EXISTS users_id ON users (id);

    ---- stderr
    ---- exit 0
    ");
    assert_eq!(
        place.text("codex", "SELECT to_regclass('public.schema_migrations')"),
        "NULL",
        "nothing was created so far"
    );
    assert_said!(place.run("migrate codex --target 1 --migrations m"), @"
    codex        1 migration applied in <time>
      0001_users <time>
    ---- stderr
    ---- exit 0
    ");
    assert_said!(place.run("migrate codex -v --migrations m"), @"
    codex        1 migration applied in <time>
      0002_index <time>
    ---- stderr
    ---- exit 0
    ");
    assert_said!(place.run("migrate codex --migrations m"), @"
    codex        nothing to do in <time>
    ---- stderr
    ---- exit 0
    ");
    assert_said!(place.run("migrate:status codex --migrations m"), @"
    codex (development, postgres@/socket:5432/jubilee_codex)
      0001_users  completed  <when> <time>
      0002_index  completed  <when> <time>
    ---- stderr
    ---- exit 0
    ");
}

fn json(place: &Place, line: &str) -> Value {
    let said = place.run(line);
    serde_json::from_str(&said.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}{}", said.stdout, said.stderr))
}

#[test]
fn json_of_migrate_and_status() {
    let place = Place::new();
    place.migration(1, "users", "", "CREATE TABLE users (id int);");
    place.migration(2, "broken", "", "SELECT nope;");
    let said = place.run("migrate codex --format json --migrations m");
    assert_said!(said, @r#"
    {
      "databases": [
        {
          "name": "codex",
          "environment": "development",
          "target": "postgres@/socket:5432/jubilee_codex",
          "outcome": "failed",
          "applied": [
            {
              "version": 1,
              "name": "0001_users",
              "execution_ms": <ms>
            }
          ],
          "error": {
            "what": "0002_broken failed on codex (postgres@/socket:5432/jubilee_codex)",
            "why": "PostgreSQL says: column \"nope\" does not exist (SQLSTATE 42703)",
            "hint": "it was rolled back and nothing of it is left; its failure is recorded\ncorrect the file, then run this again:\ncargo xtask migrate codex --format json --migrations m",
            "kind": "migration_failed",
            "sqlstate": "42703",
            "file": "m/codex/0002_broken.sql",
            "line": 7,
            "column": 8,
            "database": "codex",
            "target": "postgres@/socket:5432/jubilee_codex",
            "environment": "development"
          }
        }
      ]
    }
    ---- stderr

      error: 0002_broken failed on codex (postgres@/socket:5432/jubilee_codex)
      ╰─▶ PostgreSQL says: column "nope" does not exist (SQLSTATE 42703)
       ╭─[m/codex/0002_broken.sql:7:8]
     6 │ 
     7 │ SELECT nope;
       ·        ^^^^
       ╰────
      help: it was rolled back and nothing of it is left; its failure is recorded
            correct the file, then run this again:
            cargo xtask migrate codex --format json --migrations m
    ---- exit 1
    "#);
    assert_said!(place.run("migrate status codex --format json --migrations m"), @r#"
    {
      "databases": [
        {
          "name": "codex",
          "environment": "development",
          "target": "postgres@/socket:5432/jubilee_codex",
          "reachable": true,
          "applied": 1,
          "pending": 0,
          "failed": 1,
          "migrations": [
            {
              "version": 1,
              "name": "0001_users",
              "status": "completed",
              "started_at": "<when>",
              "applied_at": "<when>",
              "execution_ms": <ms>,
              "applied_by": "postgres",
              "runner": "xtask 0.1.0 on <host>",
              "pid": null,
              "at_work": null,
              "error": null
            },
            {
              "version": 2,
              "name": "0002_broken",
              "status": "failed",
              "started_at": "<when>",
              "applied_at": null,
              "execution_ms": null,
              "applied_by": "postgres",
              "runner": "xtask 0.1.0 on <host>",
              "pid": null,
              "at_work": null,
              "error": "42703: column \"nope\" does not exist (0002_broken.sql:7:8)"
            }
          ],
          "error": null
        }
      ]
    }
    ---- stderr
    ---- exit 0
    "#);
    let unreachable = place.set("DB_CODEX_URL", "postgres://jubilee:x@127.0.0.1:1/x");
    let status = json(
        &unreachable,
        "migrate status codex --format json --migrations m",
    );
    assert_eq!(status["databases"][0]["reachable"], false);
    let ran = json(&unreachable, "migrate codex --format json --migrations m");
    assert_eq!(ran["databases"][0]["outcome"], "unreachable");
    let refused = json(
        &unreachable.set("NODE_ENV", "production"),
        "migrate codex --format json",
    );
    assert!(refused["error"]["hint"].is_string());
}

#[test]
fn a_role_that_may_only_select_sees_the_status() {
    let place = Place::new();
    place.migration(1, "users", "", "CREATE TABLE users (id int);");
    assert_eq!(place.run("migrate codex --migrations m").code, Some(0));
    let database = place.text("codex", "SELECT current_database()");
    let role = format!("reader_{database}");
    place.sql(
        "codex",
        &format!("CREATE ROLE {role} LOGIN; GRANT SELECT ON schema_migrations TO {role}"),
    );
    let url = place.url("codex").replace("postgres@", &format!("{role}@"));
    let reader = place.set("DB_CODEX_URL", &url);
    let status = json(&reader, "migrate status codex --format json --migrations m");
    assert_eq!(status["databases"][0]["applied"], 1);
    assert_eq!(
        reader.run("migrate codex --migrations m").code,
        Some(0),
        "nothing to do needs no more"
    );
}

#[test]
fn an_interrupted_migration_is_shown_and_resolved() {
    let place = Place::new();
    place.migration(1, "users", "", "CREATE TABLE users (id int);");
    place.migration(
        2,
        "index",
        "-- Transaction: none",
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS users_id ON users (id);\n",
    );
    assert_eq!(
        place.run("migrate codex --target 1 --migrations m").code,
        Some(0)
    );
    place.sql(
        "codex",
        "INSERT INTO schema_migrations SELECT 2, 'index', checksum, 'running', database, environment, '2026-11-22 10:00Z', NULL, NULL, applied_by, 'xtask 0.1.0 on host', 'gone' FROM schema_migrations",
    );
    assert_said!(place.run("migrate codex --migrations m"), @"
    codex        not migrated in <time>
    ---- stderr

      error: codex: 0002_index was interrupted: its run began <when> and is gone
      ╰─▶ it runs without a transaction, so how far xtask 0.1.0 on host came with it is not known
      help: look at what it left behind, then record the outcome:
            cargo xtask migrate resolve codex 0002 --rerun --migrations m   (run it again: being idempotent, it finds what is there)
            cargo xtask migrate resolve codex 0002 --completed --migrations m   (it did everything it should)
    ---- exit 1
    ");
    assert_said!(place.run("migrate status codex --migrations m"), @"
    codex (development, postgres@/socket:5432/jubilee_codex)
      0001_users  completed    <when> <time>
      0002_index  interrupted
    ---- stderr
    ---- exit 0
    ");
    assert_said!(place.run("migrate resolve codex 2 --rerun --migrations m"), @"
    codex        0002_index will be applied again by:
    cargo xtask migrate codex --migrations m
    ---- stderr
    ---- exit 0
    ");
    assert_said!(place.run("migrate codex --migrations m"), @"
    codex        1 migration applied in <time>
      0002_index <time>
    ---- stderr
    ---- exit 0
    ");
    assert_said!(place.run("migrate resolve codex 2 --completed --migrations m"), @"
    ---- stderr

      error: codex: 0002_index is completed, not interrupted
      help: there is nothing to resolve
    ---- exit 1
    ");
}

#[test]
fn a_node_runners_database_is_adopted() {
    let place = Place::new();
    place.migration(1, "users", "", "CREATE TABLE users (id int);");
    place.migration(2, "teams", "", "CREATE TABLE teams (id int);");
    place.sql(
        "codex",
        "CREATE TABLE users (id int);
         CREATE TABLE schema_migrations (version varchar(20) PRIMARY KEY, name varchar(255), applied_at timestamptz DEFAULT now(),
            execution_time_ms integer, checksum varchar(64), status varchar(20), error_message text);
         INSERT INTO schema_migrations VALUES ('0001', 'users', now(), 5, 'abc', 'success', NULL)",
    );
    assert_said!(place.run("migrate codex --migrations m"), @"
    codex        not migrated in <time>
    ---- stderr

      error: refused to migrate codex: this database has not been adopted
      ╰─▶ `public.schema_migrations` was made by the earlier Node runner, and its rows have to be taken over first (postgres@/socket:5432/jubilee_codex)
      help: if this really is codex, take it over:
            cargo xtask migrate adopt codex --migrations m
    ---- exit 3
    ");
    assert_said!(place.run("migrate adopt codex --migrations m"), @"
    codex        adopted, with 1 migration recorded as applied
      0001_users
      the earlier table is kept as public.schema_migrations_node
    next:
    cargo xtask migrate codex --migrations m
    ---- stderr
    ---- exit 0
    ");
    assert_said!(place.run("migrate codex --migrations m"), @"
    codex        1 migration applied in <time>
      0002_teams <time>
    ---- stderr
    ---- exit 0
    ");
}
