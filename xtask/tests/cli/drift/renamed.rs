//! What was renamed by hand keeps its rows and values.

use std::fs;

use super::{file, migrated, migrated_to, nothing_is_found_in_the_new_files, statements, succeeds};
use crate::support::{Place, assert_said};

/// A table with rows, and what hangs on its columns.
const SCHEMA: &str = "
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE notes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    title text NOT NULL CHECK (title <> ''),
    feeling mood NOT NULL DEFAULT 'ok',
    size integer
);
CREATE INDEX notes_title_idx ON notes (title);
CREATE VIEW titles AS SELECT title FROM notes;
CREATE TABLE replies (id bigint PRIMARY KEY, note bigint NOT NULL REFERENCES notes);
INSERT INTO notes (title, size) VALUES ('a', 1), ('b', 2);
INSERT INTO replies VALUES (1, 1);";

fn with_rows() -> Place {
    migrated_to(SCHEMA)
}

#[test]
fn a_column_that_was_renamed_keeps_its_values() {
    let place = migrated();
    place.sql("codex", "INSERT INTO notes (title, size) VALUES ('a', 1)");
    place.sql("codex", "ALTER TABLE notes RENAME size TO \"Pages\"");
    assert_said!(place.run("drift codex --migrations m"), @r#"
    codex (postgres@/socket:5432/jubilee_codex): 4 objects differ from migrations up to 0001_initial_schema

      column public.notes."Pages": added
        + ALTER TABLE public.notes ADD COLUMN "Pages" integer

      column public.notes.size: removed
        - ALTER TABLE public.notes ADD COLUMN size integer

      constraint public.notes.notes_size_check: definition `CHECK (("Pages" > 0))`, was `CHECK ((size > 0))`
        - ALTER TABLE public.notes ADD CONSTRAINT notes_size_check CHECK ((size > 0))
        + ALTER TABLE public.notes ADD CONSTRAINT notes_size_check CHECK (("Pages" > 0))

      index public.notes_size_idx: definition `CREATE INDEX notes_size_idx ON public.notes USING btree ("Pages")`, was `CREATE INDEX notes_size_idx ON public.notes USING btree (size)`
        - CREATE INDEX notes_size_idx ON public.notes USING btree (size)
        + CREATE INDEX notes_size_idx ON public.notes USING btree ("Pages")

      perhaps renamed: column public.notes.size to public.notes."Pages"

      to write the migration that takes it back:  cargo xtask drift codex --restore NAME --migrations m
      or the one that makes it official:  cargo xtask drift codex --adopt NAME --migrations m
    ---- stderr
    ---- exit 1
    "#);
    assert_said!(place.run("drift codex --migrations m --format markdown"), @r#"
    ### Drift of codex

    4 objects differ from migrations up to 0001_initial_schema.

    - column public.notes."Pages": added

      ```diff
      + ALTER TABLE public.notes ADD COLUMN "Pages" integer
      ```
    - column public.notes.size: removed

      ```diff
      - ALTER TABLE public.notes ADD COLUMN size integer
      ```
    - constraint public.notes.notes_size_check: definition `CHECK (("Pages" > 0))`, was `CHECK ((size > 0))`

      ```diff
      - ALTER TABLE public.notes ADD CONSTRAINT notes_size_check CHECK ((size > 0))
      + ALTER TABLE public.notes ADD CONSTRAINT notes_size_check CHECK (("Pages" > 0))
      ```
    - index public.notes_size_idx: definition `CREATE INDEX notes_size_idx ON public.notes USING btree ("Pages")`, was `CREATE INDEX notes_size_idx ON public.notes USING btree (size)`

      ```diff
      - CREATE INDEX notes_size_idx ON public.notes USING btree (size)
      + CREATE INDEX notes_size_idx ON public.notes USING btree ("Pages")
      ```

    perhaps renamed: column public.notes.size to public.notes."Pages"
    ---- stderr
    ---- exit 1
    "#);
    let json = place.run("drift codex --migrations m --format json");
    let json: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    insta::assert_snapshot!(json["databases"][0]["renames"], @r#"[{"from":"public.notes.size","kind":"column","to":"public.notes.\"Pages\""}]"#);
    assert_said!(place.run("drift codex --migrations m --restore bring_back"), @r#"
    ---- stderr
    codex (postgres@/socket:5432/jubilee_codex): 4 objects differ from migrations up to 0001_initial_schema
    wrote the migration that takes this back:
      m/codex/0002_bring_back.sql
    proved on a scratch server: on a database as the live one, on one as the migrations make it, and twice
    taken for a rename, so that nothing in it is lost: column public.notes."Pages" to public.notes.size
    what the files do to traffic: cargo xtask check codex --migrations m
    ---- exit 0
    "#);
    insta::assert_snapshot!(statements(&file(&place, "0002_bring_back.sql")), @r#"
    -- What differed in the live database after 0001_initial_schema:
    --   column public.notes."Pages": added
    --   column public.notes.size: removed
    --   constraint public.notes.notes_size_check: definition `CHECK (("Pages" > 0))`, was `CHECK ((size > 0))`
    --   index public.notes_size_idx: definition `CREATE INDEX notes_size_idx ON public.notes USING btree ("Pages")`, was `CREATE INDEX notes_size_idx ON public.notes USING btree (size)`
    --   perhaps renamed: column public.notes.size to public.notes."Pages"
    -- Why, and since when: not known; write it here.

    BEGIN;

    -- Taken for a rename of column public.notes."Pages" to public.notes.size:
    -- nothing in it is lost. If these are two, drop the one and make the other instead.
    DO $do$
    BEGIN
        IF (
            SELECT attnum FROM pg_attribute
            WHERE attrelid = to_regclass('public.notes') AND attname = 'Pages' AND NOT attisdropped
        ) IS NOT NULL AND (
            SELECT attnum FROM pg_attribute
            WHERE attrelid = to_regclass('public.notes') AND attname = 'size' AND NOT attisdropped
        ) IS NULL THEN
            -- check:allow rename-in-use: a correction is made as a whole; look how large the table is before it is deployed
            ALTER TABLE public.notes RENAME COLUMN "Pages" TO size;
        END IF;
    END
    $do$;

    COMMIT;
    "#);
    nothing_is_found_in_the_new_files(&place);
    succeeds(&place, "migrate codex --migrations m");
    succeeds(&place, "drift codex --migrations m");
    assert_eq!(place.text("codex", "SELECT title, size FROM notes"), "a 1");
}

/// What was done by hand.
const CHANGES: [&str; 2] = [
    "ALTER TABLE notes RENAME title TO headline; ALTER TABLE notes ADD extra text;
     ALTER TABLE notes RENAME size TO pages; ALTER TABLE notes ALTER pages TYPE bigint;
     ALTER TYPE mood RENAME TO feeling;
     CREATE SCHEMA old; ALTER TABLE replies SET SCHEMA old; ALTER TABLE old.replies RENAME TO answers",
    "ALTER TABLE notes RENAME TO memos; ALTER TABLE memos RENAME title TO headline",
];

/// All rows, with the names of tables and columns.
fn rows(place: &Place) -> String {
    place.text(
        "codex",
        "SELECT c.oid::regclass, query_to_xml(format('SELECT * FROM %s ORDER BY 1', c.oid::regclass), true, true, '')
         FROM pg_class c
         WHERE relkind = 'r' AND c.oid >= 16384 AND relname <> 'schema_migrations' ORDER BY relname",
    )
}

#[test]
fn no_row_is_lost_with_a_name() {
    for by_hand in CHANGES {
        let place = with_rows();
        let before = rows(&place);
        place.sql("codex", by_hand);
        succeeds(&place, "drift codex --migrations m --restore bring_back");
        succeeds(&place, "migrate codex --migrations m");
        succeeds(&place, "drift codex --migrations m");
        assert_eq!(rows(&place), before, "{by_hand}");
    }
}

#[test]
fn a_name_that_is_made_official_is_one_everywhere() {
    for by_hand in CHANGES {
        let place = with_rows();
        // A database where nobody did it by hand.
        let other = with_rows();
        place.sql("codex", by_hand);
        succeeds(&place, "drift codex --migrations m --adopt take_over");
        for path in fs::read_dir(place.folder.path().join("m/codex")).unwrap() {
            let path = path.unwrap().path();
            let name = format!("m/codex/{}", path.file_name().unwrap().display());
            other.file(&name, &fs::read(&path).unwrap());
        }
        for place in [&place, &other] {
            succeeds(place, "migrate codex --migrations m");
            succeeds(place, "drift codex --migrations m");
        }
        assert_eq!(rows(&place), rows(&other), "{by_hand}");
    }
}
