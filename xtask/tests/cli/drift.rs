//! `drift`: what was changed by hand is found, and a migration corrects it.

use std::fs;

use crate::support::{Place, Said, assert_said};

const SCHEMA: &str = include_str!("drift.sql");

/// What people change by hand.
const PLANTED: &[&str] = &[
    "ALTER TABLE notes ADD nickname text",
    "ALTER TABLE notes ALTER size TYPE bigint",
    "ALTER TABLE notes ALTER title SET DEFAULT 'old'",
    "ALTER TABLE notes DROP CONSTRAINT notes_title_check",
    "ALTER TABLE notes DROP CONSTRAINT notes_size_check;
     ALTER TABLE notes ADD CONSTRAINT notes_size_check CHECK (size > 0) NOT VALID",
    "DROP INDEX notes_title_idx",
    "CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'",
    "ALTER TABLE notes DISABLE TRIGGER notes_touch",
    "GRANT DELETE ON notes TO drift_reader",
    "ALTER TABLE owned OWNER TO drift_reader",
    "COMMENT ON TABLE notes IS 'Else'",
    "ALTER POLICY secured_all ON secured USING (a > 1)",
    "CREATE OR REPLACE VIEW titles AS SELECT n.title, o.a FROM notes n CROSS JOIN owned o WHERE o.a > 5",
    "ALTER SEQUENCE numbers INCREMENT 7",
    "ALTER TABLE logs DETACH PARTITION logs_old",
    "CREATE EXTENSION ltree VERSION '1.1'",
    "CREATE TABLE extra (a integer PRIMARY KEY, b text NOT NULL)",
    "ALTER TABLE owned SET (fillfactor = 80)",
    "ALTER TABLE secured DISABLE ROW LEVEL SECURITY",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO drift_reader",
];

fn migrated() -> Place {
    let place = Place::new()
        .set("GIT_CONFIG_COUNT", "1")
        .set("GIT_CONFIG_KEY_0", "user.name")
        .set("GIT_CONFIG_VALUE_0", "Ada Lovelace");
    place.migration(
        1,
        "initial_schema",
        "",
        &format!("BEGIN;\n{SCHEMA}\nCOMMIT;"),
    );
    succeeds(&place, "migrate codex --migrations m");
    place
}

fn succeeds(place: &Place, line: &str) -> Said {
    let said = place.run(line);
    assert_eq!(said.code, Some(0), "{line}: {}", said.all());
    said
}

/// The lines that say what differs.
fn said_lines(said: &Said) -> String {
    let is_line = |line: &&str| {
        line.starts_with("  ")
            && !line.starts_with("   ")
            && !line.contains("--restore")
            && !line.contains("--adopt")
    };
    said.stdout
        .lines()
        .filter(is_line)
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn what_was_changed_by_hand_is_found_and_said() {
    let place = migrated();
    assert_said!(place.run("drift codex --migrations m"), @"
    codex (postgres@/socket:5432/jubilee_codex): no drift from migrations up to 0001_initial_schema
    ---- stderr
    ---- exit 0
    ");
    place.sql("codex", "ALTER TABLE notes ALTER title SET DEFAULT 'old'");
    assert_said!(place.run("drift codex --migrations m"), @"
    codex (postgres@/socket:5432/jubilee_codex): 1 object differs from migrations up to 0001_initial_schema

      column public.notes.title: default `'old'::text`, was `'new'::text`
        - ALTER TABLE public.notes ADD COLUMN title text NOT NULL DEFAULT 'new'::text
        + ALTER TABLE public.notes ADD COLUMN title text NOT NULL DEFAULT 'old'::text

      to write the migration that takes it back:  cargo xtask drift codex --restore NAME --migrations m
      or the one that makes it official:  cargo xtask drift codex --adopt NAME --migrations m
    ---- stderr
    ---- exit 1
    ");
    assert_said!(place.run("drift codex --migrations m --format markdown"), @"
    ### Drift of codex

    1 object differs from migrations up to 0001_initial_schema.

    - column public.notes.title: default `'old'::text`, was `'new'::text`

      ```diff
      -ALTER TABLE public.notes ADD COLUMN title text NOT NULL DEFAULT 'new'::text
      +ALTER TABLE public.notes ADD COLUMN title text NOT NULL DEFAULT 'old'::text
      ```
    ---- stderr
    ---- exit 1
    ");
}

#[test]
fn twenty_changes_are_taken_back() {
    let place = migrated();
    for sql in PLANTED {
        place.sql("codex", sql);
    }
    place.sql(
        "codex",
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'notes_size_idx'::regclass;
         ALTER TYPE mood ADD VALUE 'great'; ALTER TYPE mood RENAME TO feeling; CREATE TYPE mood AS ENUM ('sad', 'ok')",
    );
    let said = succeeds(&place, "drift codex --migrations m --restore bring_back");
    insta::assert_snapshot!(said_lines(&said), @"
    extension ltree: added
    enum public.feeling: added
    function public.touch(): definition from line 4: `AS $function$BEGIN RETURN OLD; END$function$`, was `AS $function$`
    sequence public.numbers: increment `7`, was `1`
    table public.extra: added, with 2 columns, 1 constraint
    table public.logs_old: partition bound not set, was `FOR VALUES FROM (MINVALUE) TO ('2026-01-01 00:00:00+00')`; partition of not set, was `public.logs`
    table public.notes: comment `Else`, was `What people wrote`; privileges of drift_reader `DELETE, SELECT`, was `SELECT`
    table public.owned: options `fillfactor=80`, was not set; owner `drift_reader`, was `postgres`
    table public.secured: row security not set, was `enabled`
    view public.titles: definition from line 4: `CROSS JOIN public.owned o)`, was `CROSS JOIN public.owned o);`
    column public.notes.nickname: added
    column public.notes.size: type `bigint`, was `integer`
    column public.notes.title: default `'old'::text`, was `'new'::text`
    constraint public.notes.notes_size_check: definition `CHECK ((size > 0)) NOT VALID`, was `CHECK ((size > 0))`
    constraint public.notes.notes_title_check: removed
    index public.notes_size_idx: validity `invalid`, was not set
    index public.notes_title_idx: removed
    trigger public.notes.notes_touch: enabled `disabled`, was not set
    policy public.secured.secured_all: using `(a > 1)`, was `(a > 0)`
    default privileges FOR ROLE postgres IN SCHEMA public ON TABLES: added
    NOT VALID, so older rows may break it: constraint public.notes.notes_size_check
    ");
    let file = place.folder.path().join("m/codex/0002_bring_back.sql");
    let text = fs::read_to_string(file).unwrap();
    assert!(text.contains("\n-- Destructive: "), "{text}");
    succeeds(&place, "migrate codex --migrations m");
    let after = succeeds(&place, "drift codex --migrations m");
    assert!(after.stdout.contains("no drift"), "{}", after.all());
}

#[test]
fn twenty_changes_are_made_official() {
    let place = migrated();
    for sql in PLANTED {
        place.sql("codex", sql);
    }
    place.sql(
        "codex",
        "ALTER TYPE mood ADD VALUE 'great'; ALTER TABLE notes DROP COLUMN said_at; DROP FUNCTION unused()",
    );
    succeeds(&place, "drift codex --migrations m --adopt take_over");
    let file = place.folder.path().join("m/codex/0002_take_over.sql");
    let text = fs::read_to_string(file).unwrap();
    let contract = text.lines().find(|line| line.starts_with("-- Contract: "));
    insta::assert_snapshot!(contract.unwrap(), @"-- Contract: changed by hand already, so code that needs what was before fails: function public.unused(), column public.notes.said_at, column public.notes.size (type)");
    succeeds(&place, "migrate codex --migrations m");
    let after = succeeds(&place, "drift codex --migrations m");
    assert!(after.stdout.contains("no drift"), "{}", after.all());
}

#[test]
fn what_no_migration_can_do_is_refused() {
    let place = migrated();
    place.sql(
        "codex",
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'notes_size_idx'::regclass",
    );
    let said = place.run("drift codex --migrations m --adopt take_over");
    assert_said!(said, @"
    codex (postgres@/socket:5432/jubilee_codex): 1 object differs from migrations up to 0001_initial_schema

      index public.notes_size_idx: validity `invalid`, was not set

      to write the migration that takes it back:  cargo xtask drift codex --restore NAME --migrations m
      or the one that makes it official:  cargo xtask drift codex --adopt NAME --migrations m
    ---- stderr

      error: no migration was written: it could not be proved
      ╰─▶ index public.notes_size_idx: no statement makes an index that is not valid
      help: write it by hand: cargo xtask new
    ---- exit 1
    ");
}
