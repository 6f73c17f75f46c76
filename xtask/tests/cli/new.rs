//! `new`: the next file, ready to be written.

use std::fs;
use std::path::Path;

use crate::support::{Place, assert_said, databases};

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

/// The statements of a file and what it leaves to its author, without its header and what it undoes.
fn steps(text: &str) -> String {
    let (_, body) = text.split_once("-- Look at each statement").unwrap();
    let (body, _) = body.split_once("\n-- What it undoes").unwrap();
    let lines = body.lines().skip(1).filter(|line| !line.is_empty());
    lines.map(|line| format!("{line}\n")).collect()
}

#[test]
fn what_undoes_our_migrations_is_whole_or_says_what_is_left() {
    let place = Place::unconfigured();
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations");
    let mut shown = String::new();
    for database in databases() {
        let mut numbers = Vec::new();
        for entry in fs::read_dir(ours.join(database)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            numbers.push(name[..4].to_owned());
            place.file(&format!("m/{database}/{name}"), &fs::read(&path).unwrap());
        }
        numbers.sort();
        for number in numbers.iter().rev() {
            let line = format!("new {database} undo_n{number} --reverts {number} --migrations m");
            let said = place.run(&line);
            assert_eq!(said.code, Some(0), "{line}: {}", said.all());
            let text = fs::read_to_string(place.folder.path().join(said.stdout.trim())).unwrap();
            assert!(
                text.contains(&format!("\n-- Reverts: {number}\n")),
                "{text}"
            );
            let steps = steps(&text);
            assert!(!steps.trim_end_matches("COMMIT;\n").is_empty(), "{text}");
            if ["0012", "0015"].contains(&number.as_str()) {
                shown.push_str(&format!("{database} {number}\n{steps}\n"));
            }
        }
    }
    insta::assert_snapshot!(shown, @"
    codex 0015
    -- By hand, if it must be undone: SELECT grant_to_roles()
    DROP FUNCTION IF EXISTS grant_to_roles();
    -- By hand, if it must be undone: CREATE ROLE codex_readonly NOLOGIN
    -- By hand, if it must be undone: CREATE ROLE codex_readwrite NOLOGIN
    -- By hand, if it must be undone: CREATE ROLE codex_migrator NOLOGIN
    -- By hand, if it must be undone: CREATE ROLE codex_owner NOLOGIN
    COMMIT;

    codex 0012
    -- By hand, if it must be undone: COMMENT ON TABLE audit_log_history IS 'The audit log before its first month.'
    -- By hand, if it must be undone: COMMENT ON COLUMN audit_log.subject_id IS 'Key of the thing acted upon, as text, because n …
    -- By hand, if it must be undone: COMMENT ON COLUMN audit_log.action_code IS 'What was attempted, as resource.verb, such as …
    -- By hand, if it must be undone: COMMENT ON COLUMN audit_log.actor_id IS 'users.id or oauth_clients.id, according to actor_ …
    -- By hand, if it must be undone: COMMENT ON TABLE audit_log IS 'Who did what to what, when and with what outcome, partition …
    -- By hand, if it must be undone: CREATE TRIGGER audit_log_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log FO …
    -- What was there before is in 0004_create_administration.
    -- By hand, if it must be undone: DROP TRIGGER IF EXISTS audit_log_refuse_change ON audit_log
    -- What was there before is in 0004_create_administration.
    DROP TABLE IF EXISTS audit_log_default;
    -- By hand, if it must be undone: DO $$ DECLARE first_month timestamptz; last_id bigint; granted record; holder text; BEGIN …
    -- By hand, if it must be undone: format( 'ALTER TABLE audit_log ATTACH PARTITION audit_log_history FOR VALUES FROM (MINVALU …
    -- By hand, if it must be undone: CREATE INDEX IF NOT EXISTS audit_log_refused_idx ON audit_log (action_code, occurred_at) W …
    -- What was there before is in 0004_create_administration.
    -- By hand, if it must be undone: CREATE INDEX IF NOT EXISTS audit_log_subject_idx ON audit_log (subject_kind, subject_id, o …
    -- What was there before is in 0004_create_administration.
    -- By hand, if it must be undone: CREATE INDEX IF NOT EXISTS audit_log_actor_idx ON audit_log (actor_id, occurred_at) WHERE …
    -- What was there before is in 0004_create_administration.
    -- By hand, if it must be undone: CREATE INDEX IF NOT EXISTS audit_log_occurred_at_idx ON audit_log USING brin (occurred_at)
    -- What was there before is in 0004_create_administration.
    -- By hand, if it must be undone: DO $$ DECLARE first_month timestamptz; last_id bigint; granted record; holder text; BEGIN …
    -- By hand, if it must be undone: PERFORM setval(pg_get_serial_sequence('audit_log', 'id'), last_id) WHERE last_id IS NOT NU …
    -- By hand, if it must be undone: CREATE TABLE IF NOT EXISTS audit_log ( id bigint NOT NULL GENERATED ALWAYS AS IDENTITY, oc …
    -- What was there before is in 0004_create_administration.
    -- By hand, if it must be undone: ALTER TABLE audit_log RENAME TO audit_log_history
    -- By hand, if it must be undone: ALTER INDEX IF EXISTS audit_log_refused_idx RENAME TO audit_log_history_refused_idx
    -- By hand, if it must be undone: ALTER INDEX IF EXISTS audit_log_subject_idx RENAME TO audit_log_history_subject_idx
    -- By hand, if it must be undone: ALTER INDEX IF EXISTS audit_log_actor_idx RENAME TO audit_log_history_actor_idx
    -- By hand, if it must be undone: ALTER INDEX IF EXISTS audit_log_occurred_at_idx RENAME TO audit_log_history_occurred_at_id …
    -- By hand, if it must be undone: ALTER TABLE audit_log ALTER COLUMN id DROP IDENTITY IF EXISTS
    DROP TRIGGER IF EXISTS audit_log_history_refuse_change ON audit_log;
    -- By hand, if it must be undone: DROP TRIGGER IF EXISTS audit_log_history_refuse_change ON audit_log
    -- By hand, if it must be undone: DROP TRIGGER IF EXISTS audit_log_refuse_change ON audit_log
    -- What was there before is in 0004_create_administration.
    -- By hand, if it must be undone: ALTER TABLE audit_log DROP CONSTRAINT IF EXISTS audit_log_pkey, ADD CONSTRAINT audit_log_h …
    -- What was there before is in 0004_create_administration.
    DROP FUNCTION IF EXISTS refuse_audit_log_change();
    COMMIT;

    inspire 0015
    -- By hand, if it must be undone: ALTER TABLE content_types DROP CONSTRAINT IF EXISTS content_types_code_check, ADD CONSTRAI …
    -- What was there before is in 0002_create_content_tables.
    COMMIT;

    inspire 0012
    DROP INDEX CONCURRENTLY IF EXISTS bible_books_osis_code_key;

    continuum 0015
    -- By hand, if it must be undone: ALTER TABLE community_memberships DROP CONSTRAINT IF EXISTS community_memberships_joined_a …
    -- What was there before is in 0003_create_communities.
    COMMIT;

    continuum 0012
    -- By hand, if it must be undone: ALTER TABLE reading_progress DROP CONSTRAINT IF EXISTS reading_progress_last_read_at_check …
    -- What was there before is in 0001_create_user_data.
    COMMIT;
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
