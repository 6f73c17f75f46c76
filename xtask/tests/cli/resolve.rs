//! `migrate resolve`: an answer that the catalog contradicts, and one that is taken back.

use crate::support::{Place, assert_said};

/// A database whose second migration was interrupted: it builds an index, drops one, and validates a
/// constraint.
fn interrupted() -> Place {
    let place = Place::new();
    place.migration(
        1,
        "users",
        "",
        "CREATE TABLE users (id int, old int);
         CREATE INDEX users_old ON users (old);
         ALTER TABLE users ADD CONSTRAINT users_id_check CHECK (id > 0) NOT VALID;",
    );
    place.migration(
        2,
        "several",
        "-- Transaction: none",
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS users_id ON users (id);
DROP INDEX CONCURRENTLY IF EXISTS users_old;
ALTER TABLE users VALIDATE CONSTRAINT users_id_check;
VACUUM users;\n",
    );
    assert_eq!(
        place.run("migrate codex --target 1 --migrations m").code,
        Some(0)
    );
    place.sql(
        "codex",
        "INSERT INTO schema_migrations SELECT 2, 'several', checksum, 'running', database, environment, '2026-11-22 10:00Z', NULL, NULL, applied_by, 'xtask 0.1.0 on host', 'gone' FROM schema_migrations",
    );
    place
}

#[test]
fn what_the_catalog_contradicts_is_not_recorded_as_completed() {
    let place = interrupted();
    assert_said!(place.run("migrate resolve codex 2 --completed --migrations m"), @"
    ---- stderr

      error: codex: 0002_several did not do all it should
      ╰─▶ index users_id is not there; index public.users_old is there; constraint users_id_check of users is NOT VALID
      help: let it be run again; being idempotent, it finds what is there:
            cargo xtask migrate resolve codex 0002 --rerun --migrations m
    ---- exit 1
    ");
    // A build that failed leaves an INVALID index.
    place.sql("codex", "INSERT INTO users VALUES (1), (1)");
    assert!(!place.sql_may_fail(
        "codex",
        "CREATE UNIQUE INDEX CONCURRENTLY users_id ON users (id)"
    ));
    assert_said!(place.run("migrate resolve codex 2 --completed --migrations m"), @"
    ---- stderr

      error: codex: 0002_several did not do all it should
      ╰─▶ index public.users_id is INVALID; index public.users_old is there; constraint users_id_check of users is NOT VALID
      help: let it be run again; being idempotent, it finds what is there:
            cargo xtask migrate resolve codex 0002 --rerun --migrations m
    ---- exit 1
    ");
    place.sql(
        "codex",
        "DROP INDEX users_id; CREATE INDEX users_id ON users (id); DROP INDEX users_old; ALTER TABLE users VALIDATE CONSTRAINT users_id_check",
    );
    assert_said!(place.run("migrate resolve codex 2 --completed --migrations m"), @"
    codex        0002_several recorded as completed
      index public.users_id is valid
      index users_old is not there
      constraint users_id_check of users is validated
      not checked: 1 statement
    ---- stderr
    ---- exit 0
    ");
    assert_said!(place.run("migrate status codex --migrations m"), @"
    codex (development, postgres@/socket:5432/jubilee_codex)
      0001_users    completed  <when> <time>
      0002_several  completed  <when>
    ---- stderr
    ---- exit 0
    ");
}

#[test]
fn an_answer_is_taken_back_until_a_later_migration_is_applied() {
    let place = interrupted();
    assert_eq!(
        place
            .run("migrate resolve codex 2 --rerun --migrations m")
            .code,
        Some(0)
    );
    assert_said!(place.run("migrate status codex --migrations m"), @"
    codex (development, postgres@/socket:5432/jubilee_codex)
      0001_users    completed  <when> <time>
      0002_several  rerun
        interrupted; resolved to be run again by postgres
    ---- stderr
    ---- exit 0
    ");
    assert_said!(place.run("migrate resolve codex 2 --rerun --migrations m"), @"
    ---- stderr

      error: codex: 0002_several is rerun, not interrupted
      help: the next run applies it again already
    ---- exit 1
    ");
    place.sql(
        "codex",
        "CREATE INDEX users_id ON users (id); DROP INDEX users_old; ALTER TABLE users VALIDATE CONSTRAINT users_id_check",
    );
    assert_said!(place.run("migrate resolve codex 2 --completed --migrations m --format json"), @r#"
    {
      "found": [
        "index public.users_id is valid",
        "index users_old is not there",
        "constraint users_id_check of users is validated"
      ],
      "migration": "0002_several",
      "name": "codex",
      "outcome": "completed",
      "unchecked": 1
    }
    ---- stderr
    ---- exit 0
    "#);
    assert_eq!(
        place
            .run("migrate resolve codex 2 --rerun --migrations m")
            .code,
        Some(0)
    );
    assert_said!(place.run("migrate codex --migrations m"), @"
    codex        1 migration applied in <time>
      0002_several <time>
    ---- stderr
    ---- exit 0
    ");
    // What a run has completed is nobody's word.
    assert_eq!(
        place
            .run("migrate resolve codex 2 --rerun --migrations m")
            .code,
        Some(1)
    );

    let place = interrupted();
    place.sql(
        "codex",
        "CREATE INDEX users_id ON users (id); DROP INDEX users_old; ALTER TABLE users VALIDATE CONSTRAINT users_id_check",
    );
    assert_eq!(
        place
            .run("migrate resolve codex 2 --completed --migrations m")
            .code,
        Some(0)
    );
    place.migration(3, "teams", "", "CREATE TABLE teams (id int);");
    assert_eq!(place.run("migrate codex --migrations m").code, Some(0));
    assert_said!(place.run("migrate resolve codex 2 --rerun --migrations m"), @"
    ---- stderr

      error: codex: 0003_teams was applied after 0002_several had been recorded as completed
      ╰─▶ migrations are applied in their order
      help: put what it lacks into a new migration
    ---- exit 1
    ");
}

/// Without `--migrations` the files are those of the program, which the interrupted run did not have.
#[test]
fn an_answer_about_other_files_than_those_of_the_run_is_refused() {
    let place = interrupted();
    for flag in ["--rerun", "--completed"] {
        let said = place.run(&format!("migrate resolve codex 2 {flag}"));
        assert_eq!(said.code, Some(1), "{}", said.all());
    }
    assert_said!(place.run("migrate resolve codex 2 --rerun"), @"
    ---- stderr

      error: codex: 0002 is 0002_several in this database, and 0002_create_oauth among the files
      ╰─▶ files and the history of postgres@/socket:5432/jubilee_codex must agree before anything is applied
      help: if yours is another migration, give it the next free number: rename 0002_create_oauth.sql and its header; if it was renamed, give it back its name
            or, if the run had the files of another folder, name it:
            cargo xtask migrate resolve codex 2 --rerun --migrations DIR
    ---- exit 1
    ");
    assert_eq!(
        place.text(
            "codex",
            "SELECT status FROM schema_migrations WHERE version = 2"
        ),
        "running"
    );
    place.sql(
        "codex",
        "UPDATE schema_migrations SET version = 99 WHERE version = 2",
    );
    assert_said!(place.run("migrate resolve codex 99 --rerun"), @"
    ---- stderr

      error: codex: 0099_several has no file
      help: restore the file first
            or, if the run had the files of another folder, name it:
            cargo xtask migrate resolve codex 99 --rerun --migrations DIR
    ---- exit 1
    ");
}
