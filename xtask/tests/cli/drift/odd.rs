//! Odd names, patterns and targets.

use super::{file, migrated, nothing_is_found_in_the_new_files, statements, succeeds};
use crate::support::assert_said;

#[test]
fn nothing_is_refused_to_be_migrated() {
    let place = migrated();
    let url = place.url("codex");
    let place = place.set("DB_INSPIRE_URL", &url);
    place.file("m/inspire/0001_initial_schema.sql", b"");
    assert_said!(place.run("drift inspire --migrations m"), @"
    ---- stderr

      error: inspire: the history there says codex
      ╰─▶ each database is isolated; these files would change the schema of codex (postgres@/socket:5432/jubilee_codex)
      help: point the configuration of inspire at its own database, or, if codex is meant:
            cargo xtask migrate codex --migrations m
    ---- exit 3
    ");
}

#[test]
fn a_pattern_that_matches_nothing_is_said() {
    let place = migrated();
    place.file("Cargo.toml", b"");
    place.file("migrations/.keep", b"");
    place.file(
        "crates/codex/drift.toml",
        b"[[ignore]]\nobject = \"table public.logs_*\"\nreason = \"made by a job\"\n
          [[ignore]]\nobject = \"table public.log_*\"\nreason = \"mistyped\"\n",
    );
    assert_said!(place.run("drift codex --migrations m"), @"
    codex (postgres@/socket:5432/jubilee_codex): no drift from migrations up to 0001_initial_schema

      drift.toml: `table public.log_*` matches no object, neither live nor of the migrations
    ---- stderr
    ---- exit 0
    ");
}

#[test]
fn names_that_need_quotes_have_them() {
    let place = migrated();
    place.sql(
        "codex",
        "CREATE SCHEMA \"Odd One\";
         CREATE TABLE \"Odd One\".\"a\nDROP TABLE notes; --\" (\"select\" integer PRIMARY KEY, \"x'y\" text);
         CREATE INDEX \"Odd.Idx\" ON \"Odd One\".\"a\nDROP TABLE notes; --\" (\"x'y\");
         CREATE INDEX \"Notes Idx\" ON notes (said_at);
         CREATE TYPE \"Odd One\".\"Mood.x\" AS ENUM ('a');
         ALTER TABLE notes ADD \"Col umn\" \"Odd One\".\"Mood.x\", ADD CONSTRAINT \"c\"\"k\" CHECK (id > 0) ",
    );
    let said = succeeds(&place, "drift codex --migrations m --adopt take_over");
    insta::assert_snapshot!(said.stderr, @"
    codex (postgres@/socket:5432/jubilee_codex): 6 objects differ from migrations up to 0001_initial_schema
    wrote 3 migrations that together make this official:
      m/codex/0002_take_over.sql
      m/codex/0003_take_over_notes_idx.sql
      m/codex/0004_take_over_validate.sql
    proved on a scratch server: on a database as the live one, on one as the migrations make it, and twice
    what the files do to traffic: cargo xtask check codex --migrations m
    ");
    nothing_is_found_in_the_new_files(&place);
    succeeds(&place, "migrate codex --migrations m");
    succeeds(&place, "drift codex --migrations m");
    let text = file(&place, "0002_take_over.sql");
    insta::assert_snapshot!(text.lines().nth(4).unwrap(), @r#"-- Description: makes official what was changed by hand: schema "Odd One", enum "Odd One"."Mood.x", table "Odd One"."a DROP TABLE notes; --" and 3 more"#);
    insta::assert_snapshot!(statements(&text), @r#"
    -- What differed in the live database after 0001_initial_schema:
    --   schema "Odd One": added
    --   enum "Odd One"."Mood.x": added
    --   table "Odd One"."a DROP TABLE notes; --": added, with 2 columns, 1 constraint, 1 index
    --   column public.notes."Col umn": added
    --   constraint public.notes."c""k": added
    --   index public."Notes Idx": added
    -- Why, and since when: not known; write it here.

    BEGIN;

    -- check:allow identifier: it is so in the live database already
    CREATE SCHEMA IF NOT EXISTS "Odd One";

    DO $do$
    BEGIN
        -- check:allow identifier: it is so in the live database already
        CREATE TYPE "Odd One"."Mood.x" AS ENUM ('a');
    EXCEPTION
        WHEN duplicate_object OR duplicate_function OR duplicate_schema THEN NULL;
    END
    $do$;

    -- check:allow identifier: it is so in the live database already
    CREATE TABLE IF NOT EXISTS "Odd One"."a
    DROP TABLE notes; --" (
        -- check:allow identifier: it is so in the live database already
        -- check:allow integer-key: it is so in the live database already
        "select"                     integer NOT NULL,
        -- check:allow identifier: it is so in the live database already
        "x'y"                        text,
        -- check:allow identifier: it is so in the live database already
        CONSTRAINT "a
    DROP TABLE notes; --_pkey" PRIMARY KEY ("select")
    );

    -- check:allow identifier: it is so in the live database already
    CREATE INDEX IF NOT EXISTS "Odd.Idx" ON "Odd One"."a
    DROP TABLE notes; --" USING btree ("x'y");

    -- check:allow identifier: it is so in the live database already
    ALTER TABLE public.notes ADD COLUMN IF NOT EXISTS "Col umn" "Odd One"."Mood.x";

    DO $do$
    BEGIN
        IF NOT EXISTS (
            SELECT FROM pg_constraint
            WHERE conrelid = 'public.notes'::regclass AND conname = 'c"k'
        ) THEN
            -- check:allow identifier: it is so in the live database already
            ALTER TABLE public.notes ADD CONSTRAINT "c""k" CHECK ((id > 0)) NOT VALID;
        END IF;
    END
    $do$;

    COMMIT;
    "#);
}

#[test]
fn words_in_a_comment_or_a_default_are_no_commands() {
    let place = migrated();
    place.sql(
        "codex",
        "COMMENT ON TABLE notes IS 'they INHERIT this and NO INHERIT that';
         COMMENT ON TABLE logs_old IS 'as ATTACH PARTITION logs_old left it';
         COMMENT ON SEQUENCE notes_id_seq IS 'ADD GENERATED'; GRANT USAGE ON SEQUENCE notes_id_seq TO drift_reader;
         ALTER TABLE notes ALTER title SET DEFAULT 'a RENAME CONSTRAINT b TO c and ADD ATTRIBUTE d'",
    );
    succeeds(&place, "drift codex --migrations m --adopt take_over");
    nothing_is_found_in_the_new_files(&place);
    succeeds(&place, "migrate codex --migrations m");
    succeeds(&place, "drift codex --migrations m");
}
