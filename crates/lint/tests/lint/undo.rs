//! What undoes a migration, the last statement first.

use jubilee_core::{SourceFile, Version};
use jubilee_lint::{UndoStep, undo};

use crate::support::{Form, entries};

/// What undoes the last of the migrations, a line each.
fn undone(sql: &str) -> String {
    let files: Vec<SourceFile<'_>> = entries(Form::Sql, sql);
    let last = Version::new(i64::try_from(files.len()).unwrap()).unwrap();
    let undo = undo("codex", &files, last).unwrap();
    let steps = undo.steps.iter().map(|step| match step {
        UndoStep::Statement {
            sql,
            loses_data: true,
        } => format!("! {sql}"),
        UndoStep::Statement { sql, .. } => format!("  {sql}"),
        UndoStep::ByHand { sql, former: None } => format!("? {sql}"),
        UndoStep::ByHand {
            sql,
            former: Some(former),
        } => format!("? {sql}, {former}"),
    });
    steps.collect::<Vec<_>>().join("\n")
}

#[test]
fn what_is_made_is_dropped_in_the_other_order() {
    insta::assert_snapshot!(undone(
        "CREATE SCHEMA IF NOT EXISTS app;
         CREATE TYPE mood AS ENUM ('sad', 'happy');
         CREATE TABLE IF NOT EXISTS app.users (id int, name text);
         CREATE INDEX IF NOT EXISTS users_name_idx ON app.users (name);
         COMMENT ON COLUMN app.users.name IS 'as it is written';
         CREATE TABLE IF NOT EXISTS teams (id int);
         COMMENT ON TABLE teams IS 'teams';
         COMMENT ON COLUMN teams.id IS 'its number';
         INSERT INTO teams VALUES (1) ON CONFLICT DO NOTHING;
         ALTER TABLE teams ADD CONSTRAINT teams_id_check CHECK (id > 0);
         CREATE OR REPLACE FUNCTION f(a int, OUT b text, c text DEFAULT '') LANGUAGE sql AS $$ SELECT a::text $$;
         CREATE OR REPLACE VIEW names AS SELECT name FROM app.users;"
    ), @"
      DROP VIEW IF EXISTS names;
      DROP FUNCTION IF EXISTS f(integer, text);
      ALTER TABLE IF EXISTS teams DROP CONSTRAINT IF EXISTS teams_id_check;
    ! DROP TABLE IF EXISTS teams;
    ! DROP TABLE IF EXISTS app.users;
      DROP TYPE IF EXISTS mood;
      DROP SCHEMA IF EXISTS app;
    ");
}

#[test]
fn what_is_changed_in_a_table_that_was_there_is_changed_back() {
    insta::assert_snapshot!(undone(
        "CREATE TABLE users (id int, name text);
-- next migration
ALTER TABLE users ADD COLUMN IF NOT EXISTS motto text, ADD CONSTRAINT motto_check CHECK (motto <> '') NOT VALID;
ALTER TABLE users VALIDATE CONSTRAINT motto_check;
ALTER TABLE users ALTER COLUMN name SET NOT NULL;
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON users USING (true);
CREATE OR REPLACE TRIGGER stamp BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION stamp();
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 'users_id_key') THEN
        ALTER TABLE users ADD CONSTRAINT users_id_key UNIQUE (id);
    END IF;
END $$;
CREATE INDEX ON users (motto);"
    ), @"
    ? CREATE INDEX ON users (motto)
      ALTER TABLE IF EXISTS users DROP CONSTRAINT IF EXISTS users_id_key;
      DROP TRIGGER IF EXISTS stamp ON users;
      DROP POLICY IF EXISTS own ON users;
      ALTER TABLE IF EXISTS users DISABLE ROW LEVEL SECURITY;
      ALTER TABLE IF EXISTS users ALTER COLUMN name DROP NOT NULL;
    ? ALTER TABLE users VALIDATE CONSTRAINT motto_check
      ALTER TABLE IF EXISTS users DROP CONSTRAINT IF EXISTS motto_check;
    ! ALTER TABLE IF EXISTS users DROP COLUMN IF EXISTS motto;
    ");
}

#[test]
fn what_only_a_person_can_undo_is_named() {
    insta::assert_snapshot!(undone(
        "CREATE TABLE users (id int);
CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
-- next migration
CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 2';
UPDATE users SET id = id + 1 WHERE id < 100 AND id > 0 AND id IN (SELECT id FROM users WHERE id > 5);
DROP TABLE IF EXISTS users;
ALTER TABLE teams RENAME TO groups;
ALTER TABLE teams ALTER COLUMN id TYPE bigint;
SELECT setval('users_id_seq', 5);
GRANT SELECT ON users TO reader;
DO $$ BEGIN PERFORM f(); END $$;
CREATE TEMPORARY TABLE scratch (id int);"
    ), @"
    ? DO $$ BEGIN PERFORM f(); END $$
    ? PERFORM f()
    ? GRANT SELECT ON users TO reader
    ? SELECT setval('users_id_seq', 5)
    ? ALTER TABLE teams ALTER COLUMN id TYPE bigint
    ? ALTER TABLE teams RENAME TO groups
    ? DROP TABLE IF EXISTS users, 0001_example
    ? UPDATE users SET id = id + 1 WHERE id < 100 AND id > 0 AND id IN (SELECT id FROM users WHE …
    ? CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 2', 0001_example
    ");
}

#[test]
fn an_index_that_was_built_concurrently_is_dropped_so() {
    insta::assert_snapshot!(undone(
        "-- Transaction: none
CREATE INDEX CONCURRENTLY IF NOT EXISTS users_name_idx ON app.users (name);"
    ), @"  DROP INDEX CONCURRENTLY IF EXISTS app.users_name_idx;");
}
