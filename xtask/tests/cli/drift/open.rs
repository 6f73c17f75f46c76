//! What a correction leaves open, and what it says of values.

use super::{file, migrated, migrated_to, nothing_is_found_in_the_new_files, statements, succeeds};
use crate::support::{Place, assert_said};

#[test]
fn one_type_that_cannot_be_guessed_does_not_keep_the_rest() {
    let place = migrated();
    place.sql(
        "codex",
        "DROP VIEW titles;
         ALTER TABLE notes ALTER size TYPE numeric(10,2);
         CREATE VIEW titles AS SELECT n.title, n.size FROM notes n CROSS JOIN owned o;
         ALTER TABLE notes ADD nickname text",
    );
    assert_said!(place.run("drift codex --migrations m --restore bring_back"), @"
    ---- stderr
    codex (postgres@/socket:5432/jubilee_codex): 6 objects differ from migrations up to 0001_initial_schema
    wrote the migration that takes this back:
      m/codex/0002_bring_back.sql
    proved on a scratch server: on a database as the live one, on one as the migrations make it, and twice
    left open, as a comment in the file: column public.notes.size: numeric(10,2) to integer: values would be rounded without an error; --rebuild does it, and may copy whole tables
    left open, as a comment in the file: constraint public.notes.notes_size_check: it needs column public.notes.size, which is left open
    what the files do to traffic: cargo xtask check codex --migrations m
    ---- exit 0
    ");
    insta::assert_snapshot!(statements(&file(&place, "0002_bring_back.sql")), @"
    -- What differed in the live database after 0001_initial_schema:
    --   view public.titles: definition from line 2: `n.size`, was `o.a`
    --   column public.notes.nickname: added
    --   column public.notes.size: type `numeric(10,2)`, was `integer`
    --   column public.titles.a: removed
    --   column public.titles.size: added
    --   constraint public.notes.notes_size_check: definition `CHECK ((size > (0)::numeric))`, was `CHECK ((size > 0))`
    -- Why, and since when: not known; write it here.

    BEGIN;

    ALTER TABLE public.notes DROP COLUMN IF EXISTS nickname;

    -- check:allow several-strong-locks: a correction is made as a whole; look how large the table is before it is deployed
    DROP VIEW IF EXISTS public.titles;

    CREATE OR REPLACE VIEW public.titles AS
     SELECT n.title,
        o.a
       FROM (public.notes n
         CROSS JOIN public.owned o);

    ALTER VIEW public.titles OWNER TO postgres;

    -- Left open: column public.notes.size: numeric(10,2) to integer: values would be rounded without an error; --rebuild does it, and may copy whole tables.

    -- Left open: constraint public.notes.notes_size_check: it needs column public.notes.size, which is left open.

    COMMIT;
    ");
    nothing_is_found_in_the_new_files(&place);
    succeeds(&place, "migrate codex --migrations m");
    let left = place.run("drift codex --migrations m");
    insta::assert_snapshot!(super::said_lines(&left), @"
    column public.notes.size: type `numeric(10,2)`, was `integer`
    constraint public.notes.notes_size_check: definition `CHECK ((size > (0)::numeric))`, was `CHECK ((size > 0))`
    ");
    // What is left can be done on request.
    succeeds(
        &place,
        "drift codex --migrations m --restore rest --rebuild",
    );
    succeeds(&place, "migrate codex --migrations m");
    succeeds(&place, "drift codex --migrations m");
}

const TYPES: &str = "
CREATE TABLE notes (
    id bigint PRIMARY KEY,
    price integer,
    day date,
    short varchar(3)
);
INSERT INTO notes VALUES (1, 1, '2026-01-01', 'abc');";

fn with_types(by_hand: &str) -> Place {
    let place = migrated_to(TYPES);
    place.sql("codex", by_hand);
    place
}

fn destructive(text: &str) -> &str {
    let mut lines = text.lines();
    lines
        .find(|line| line.starts_with("-- Destructive: "))
        .unwrap_or_default()
}

#[test]
fn values_that_may_be_changed_are_named() {
    let place = with_types(
        "ALTER TABLE notes ALTER price TYPE numeric(10,2), ALTER day TYPE timestamptz, ALTER short TYPE varchar(9)",
    );
    succeeds(
        &place,
        "drift codex --migrations m --restore bring_back --rebuild",
    );
    insta::assert_snapshot!(destructive(&file(&place, "0002_bring_back.sql")), @"-- Destructive: may change the values of column public.notes.price (numeric(10,2) to integer), column public.notes.day (timestamp with time zone to date)");
    nothing_is_found_in_the_new_files(&place);
    succeeds(&place, "migrate codex --migrations m");
    succeeds(&place, "drift codex --migrations m");
}

#[test]
fn values_that_may_be_changed_are_named_where_the_table_is_made_again() {
    let place = with_types(
        "ALTER TABLE notes ALTER price TYPE numeric(10,2), ALTER short TYPE varchar(9);
         ALTER TABLE notes DROP day, ADD day date; UPDATE notes SET short = 'too long'",
    );
    succeeds(
        &place,
        "drift codex --migrations m --restore bring_back --rebuild",
    );
    insta::assert_snapshot!(destructive(&file(&place, "0002_bring_back.sql")), @"-- Destructive: may change the values of column public.notes.price (numeric(10,2) to integer)");
    // What does not fit is an error, and is not cut.
    let said = place.run("migrate codex --migrations m");
    assert!(
        said.stderr
            .contains("value too long for type character varying(3)"),
        "{}",
        said.all()
    );
}

#[test]
fn an_index_that_is_invalid_is_said_to_be_and_goes_first() {
    let place = with_types(
        "INSERT INTO notes VALUES (2, 1); CREATE INDEX notes_by_hand ON notes (price);
         ALTER TABLE notes ALTER price TYPE bigint",
    );
    // As CREATE UNIQUE INDEX CONCURRENTLY leaves it, when it finds two of the same: nothing can build it.
    place.sql(
        "codex",
        "UPDATE pg_index SET indisvalid = false, indisunique = true WHERE indexrelid = 'notes_by_hand'::regclass",
    );
    assert_said!(place.run("drift codex --migrations m"), @"
    codex (postgres@/socket:5432/jubilee_codex): 2 objects differ from migrations up to 0001_initial_schema

      column public.notes.price: type `bigint`, was `integer`
        - ALTER TABLE public.notes ADD COLUMN price integer
        + ALTER TABLE public.notes ADD COLUMN price bigint

      index public.notes_by_hand: added, INVALID
        + CREATE UNIQUE INDEX notes_by_hand ON public.notes USING btree (price)
        + -- index public.notes_by_hand is INVALID

      to write the migration that takes it back:  cargo xtask drift codex --restore NAME --migrations m
      or the one that makes it official:  cargo xtask drift codex --adopt NAME --migrations m
    ---- stderr
    ---- exit 1
    ");
    succeeds(&place, "drift codex --migrations m --restore bring_back");
    succeeds(&place, "migrate codex --migrations m");
    succeeds(&place, "drift codex --migrations m");
}
