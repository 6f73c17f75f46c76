//! `new`: the next file, ready to be written.

use std::fs;

use crate::support::{Place, assert_said};

fn place() -> Place {
    let place = Place::unconfigured()
        .set("GIT_CONFIG_COUNT", "1")
        .set("GIT_CONFIG_KEY_0", "user.name")
        .set("GIT_CONFIG_VALUE_0", "Ada Lovelace");
    place.migration(1, "initial_schema", "", "SELECT 1;");
    place
}

fn read(place: &Place, name: &str) -> String {
    let text = fs::read_to_string(place.folder.path().join(name)).unwrap();
    let date = text
        .lines()
        .find(|line| line.starts_with("-- Date: "))
        .unwrap()
        .to_owned();
    text.replace(&date, "-- Date: <day>")
}

#[test]
fn the_next_number_the_template_and_the_author() {
    let place = place();
    assert_said!(place.run("new codex add_teams --migrations m"), @"
    m/codex/0002_add_teams.sql
    ---- stderr
    ---- exit 0
    ");
    insta::assert_snapshot!(read(&place, "m/codex/0002_add_teams.sql"), @"
    -- Migration: 0002_add_teams
    -- Database: codex
    -- Author: Ada Lovelace
    -- Date: <day>
    -- Description: what it does and why

    BEGIN;

    -- Every statement must be safe to run again: CREATE … IF NOT EXISTS,
    -- INSERT … ON CONFLICT, ALTER TABLE … ADD COLUMN IF NOT EXISTS.

    COMMIT;
    ");
    assert_said!(place.run("new codex undo_initial_schema --reverts 0001 --migrations m"), @"
    m/codex/0003_undo_initial_schema.sql
    ---- stderr
    ---- exit 0
    ");
    insta::assert_snapshot!(read(&place, "m/codex/0003_undo_initial_schema.sql"), @"
    -- Migration: 0003_undo_initial_schema
    -- Database: codex
    -- Author: Ada Lovelace
    -- Date: <day>
    -- Description: what it does and why
    -- Reverts: 0001
    -- Incident: what happened, when, and where it is written up

    BEGIN;

    -- Look at each statement: rows that were written since go with what holds them.

    -- By hand, if it must be undone: SELECT 1

    COMMIT;

    -- What it undoes, 0001_initial_schema:
    --
    -- SELECT 1;
    ");
    // What is left to write is what the rules name.
    let server = Place::new();
    let said = place
        .set("DB_CODEX_URL", &server.url("codex"))
        .run("migrate codex --migrations m");
    assert_said!(said, @"
    codex        not migrated in <time>
    ---- stderr

      error: m/codex/0002_add_teams.sql: the migration holds no statement
      ╰─▶ an empty migration would use up its number
      help: write the migration, or delete the file

      error: m/codex/0002_add_teams.sql: `Description` still has the text of the template
      ╰─▶ reviewers and later readers rely on it
       ╭─[m/codex/0002_add_teams.sql:5:1]
     4 │ -- Date: <day>
     5 │ -- Description: what it does and why
       · ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       ·                   ╰── header
       ╰────
      help: say what it does, and why

      error: m/codex/0003_undo_initial_schema.sql: the migration holds no statement
      ╰─▶ an empty migration would use up its number
      help: write the migration, or delete the file

      error: m/codex/0003_undo_initial_schema.sql: `Description` still has the text of the template
      ╰─▶ reviewers and later readers rely on it
       ╭─[m/codex/0003_undo_initial_schema.sql:5:1]
     4 │ -- Date: <day>
     5 │ -- Description: what it does and why
       · ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       ·                   ╰── header
     6 │ -- Reverts: 0001
       ╰────
      help: say what it does, and why

      error: m/codex/0003_undo_initial_schema.sql: `Incident` still has the text of the template
      ╰─▶ reviewers and later readers rely on it
       ╭─[m/codex/0003_undo_initial_schema.sql:7:1]
     6 │ -- Reverts: 0001
     7 │ -- Incident: what happened, when, and where it is written up
       · ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       ·                               ╰── header
       ╰────
      help: say what happened, when, and where it is written up
    ---- exit 1
    ");
}

#[test]
fn bad_names_and_numbers() {
    let place = place();
    let mut command = place.command("new codex");
    assert_said!(place.said(command.arg("Add User-Prefs").args(["--migrations", "m"]).output().unwrap()), @"
    ---- stderr

      error: `Add User-Prefs` cannot be the name of a migration
      ╰─▶ the description is not snake_case (lower-case letters, digits, single `_`, a letter first)
      help: cargo xtask new codex add_user_prefs
    ---- exit 2
    ");
    assert_said!(place.run("new codex 日本 --migrations m"), @"
    ---- stderr

      error: `日本` cannot be the name of a migration
      ╰─▶ the description is not snake_case (lower-case letters, digits, single `_`, a letter first)
      help: describe it in English words: cargo xtask new codex add_user_preferences
    ---- exit 2
    ");
    assert_said!(place.run("new codex undo --reverts 0007 --migrations m"), @"
    ---- stderr

      error: there is no migration 0007 to revert
      ╰─▶ m/codex holds only 0001
      help: see `cargo xtask migrate status` for their numbers
    ---- exit 1
    ");
    assert_said!(place.run("new inspire first --migrations m"), @"
    ---- stderr

      error: cannot read m/inspire
      ╰─▶ No such file or directory (os error 2)
      help: check the path: migrations lie in DIR/<database>/NNNN_name.sql
    ---- exit 1
    ");
    assert_eq!(
        fs::read_dir(place.folder.path().join("m/codex"))
            .unwrap()
            .count(),
        1
    );
}

/// A file whose placeholders are written.
fn fill(place: &Place, name: &str) {
    let path = place.folder.path().join(name);
    let text = fs::read_to_string(&path).unwrap();
    let text = text
        .replace("what it does and why", "takes the teams back")
        .replace(
            "what happened, when, and where it is written up",
            "teams were not wanted",
        )
        .replace(
            "what is lost, and why nobody needs it",
            "teams, which nobody has used",
        );
    fs::write(path, text).unwrap();
}

#[test]
fn what_a_migration_undoes_is_brought_and_undone_where_that_is_mechanical() {
    let place = place();
    place.migration(
        2,
        "add_teams",
        "",
        "BEGIN;\n\n\
         -- Who works together.\n\
         CREATE TABLE IF NOT EXISTS teams (\n    id uuid CONSTRAINT teams_pkey PRIMARY KEY\n);\n\
         CREATE INDEX IF NOT EXISTS teams_id_idx ON teams (id);\n\n\
         CREATE TYPE mood AS ENUM ('sad');\n\
         UPDATE pg_settings SET setting = 'x' WHERE false;\n\n\
         COMMIT;\n",
    );
    let server = Place::new();
    let place = place.set("DB_CODEX_URL", &server.url("codex"));
    assert_eq!(place.run("migrate codex --migrations m").code, Some(0));
    assert_said!(place.run("new codex undo_add_teams --reverts 2 --migrations m"), @"
    m/codex/0003_undo_add_teams.sql
    ---- stderr
    ---- exit 0
    ");
    insta::assert_snapshot!(read(&place, "m/codex/0003_undo_add_teams.sql"), @"
    -- Migration: 0003_undo_add_teams
    -- Database: codex
    -- Author: Ada Lovelace
    -- Date: <day>
    -- Description: what it does and why
    -- Reverts: 0002
    -- Incident: what happened, when, and where it is written up
    -- Destructive: what is lost, and why nobody needs it

    BEGIN;

    -- Look at each statement: rows that were written since go with what holds them.

    -- By hand, if it must be undone: UPDATE pg_settings SET setting = 'x' WHERE false

    DROP TYPE IF EXISTS mood;

    DROP TABLE IF EXISTS teams;

    COMMIT;

    -- What it undoes, 0002_add_teams:
    --
    -- CREATE TABLE IF NOT EXISTS teams (
    --     id uuid CONSTRAINT teams_pkey PRIMARY KEY
    -- );
    -- CREATE INDEX IF NOT EXISTS teams_id_idx ON teams (id);
    --
    -- CREATE TYPE mood AS ENUM ('sad');
    -- UPDATE pg_settings SET setting = 'x' WHERE false;
    ");
    fill(&place, "m/codex/0003_undo_add_teams.sql");
    let said = place.run("migrate codex --migrations m");
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    assert_eq!(
        server.text("codex", "SELECT to_regclass('teams'), to_regtype('mood')"),
        "NULL NULL"
    );
    let checked = place.run("check codex --migrations m");
    assert!(
        !checked.stdout.contains("[m/codex/0003_undo_add_teams.sql"),
        "{}",
        checked.stdout
    );
}

#[test]
fn without_a_transaction() {
    let place = place();
    assert_eq!(
        place
            .run("new codex index_teams --no-transaction --migrations m")
            .code,
        Some(0)
    );
    insta::assert_snapshot!(read(&place, "m/codex/0002_index_teams.sql"), @"
    -- Migration: 0002_index_teams
    -- Database: codex
    -- Author: Ada Lovelace
    -- Date: <day>
    -- Description: what it does and why
    -- Transaction: none

    -- One statement that PostgreSQL refuses in a transaction, and that is safe to run again:
    -- CREATE INDEX CONCURRENTLY IF NOT EXISTS … ON … (…).
    ");
    place.migration(
        3,
        "index_users",
        "-- Transaction: none",
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS users_id_idx ON users (id);\n",
    );
    assert_eq!(
        place
            .run("new codex undo_index_users --reverts 3 --migrations m")
            .code,
        Some(0)
    );
    insta::assert_snapshot!(read(&place, "m/codex/0004_undo_index_users.sql"), @"
    -- Migration: 0004_undo_index_users
    -- Database: codex
    -- Author: Ada Lovelace
    -- Date: <day>
    -- Description: what it does and why
    -- Transaction: none
    -- Reverts: 0003
    -- Incident: what happened, when, and where it is written up

    -- Look at each statement: rows that were written since go with what holds them.

    DROP INDEX CONCURRENTLY IF EXISTS users_id_idx;

    -- What it undoes, 0003_index_users:
    --
    -- CREATE INDEX CONCURRENTLY IF NOT EXISTS users_id_idx ON users (id);
    ");
}

#[test]
fn a_name_that_is_there_is_refused() {
    let place = place();
    assert_eq!(
        place.run("new codex add_teams --migrations m").code,
        Some(0)
    );
    assert_said!(place.run("new codex add_teams --migrations m"), @"
    ---- stderr

      error: there is a migration of that name: 0002_add_teams.sql
      ╰─▶ two of one name would be taken for each other
      help: write into that file, or choose a name that says what this one does more
    ---- exit 1
    ");
}
