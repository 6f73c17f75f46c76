//! `drift`: what was changed by hand is found, and a migration corrects it.

mod exchanged;
mod odd;
mod open;
mod renamed;
mod roles;

use std::fs;

use postgres::{Client, NoTls};

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

/// Where git knows who writes the migrations.
fn authored() -> Place {
    Place::new()
        .set("GIT_CONFIG_COUNT", "1")
        .set("GIT_CONFIG_KEY_0", "user.name")
        .set("GIT_CONFIG_VALUE_0", "Ada Lovelace")
}

fn migrated() -> Place {
    migrated_to(SCHEMA)
}

fn migrated_to(schema: &str) -> Place {
    let place = authored();
    let body = format!("BEGIN;\n{schema}\nCOMMIT;");
    place.migration(1, "initial_schema", "", &body);
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
      - ALTER TABLE public.notes ADD COLUMN title text NOT NULL DEFAULT 'new'::text
      + ALTER TABLE public.notes ADD COLUMN title text NOT NULL DEFAULT 'old'::text
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
    let said = place.run("drift codex --migrations m");
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
    view public.titles: definition from line 5: `WHERE (o.a > 5)`, was nothing
    column public.notes.nickname: added
    column public.notes.size: type `bigint`, was `integer`
    column public.notes.title: default `'old'::text`, was `'new'::text`
    constraint public.notes.notes_size_check: definition `CHECK ((size > 0)) NOT VALID`, was `CHECK ((size > 0))`
    constraint public.notes.notes_title_check: removed
    index public.notes_size_idx: validity `INVALID`, was valid
    index public.notes_title_idx: removed
    trigger public.notes.notes_touch: enabled `disabled`, was not set
    policy public.secured.secured_all: using `(a > 1)`, was `(a > 0)`
    default privileges FOR ROLE postgres IN SCHEMA public ON TABLES: added
    NOT VALID, so older rows may break it: constraint public.notes.notes_size_check
    ");
    assert_said!(place.run("drift codex --migrations m --restore bring_back"), @"
    ---- stderr
    codex (postgres@/socket:5432/jubilee_codex): 20 objects differ from migrations up to 0001_initial_schema
    wrote 4 migrations that together take this back:
      m/codex/0002_bring_back.sql
      m/codex/0003_bring_back_notes_size_idx.sql
      m/codex/0004_bring_back_notes_title_idx.sql
      m/codex/0005_bring_back_validate.sql
    proved on a scratch server: on a database as the live one, on one as the migrations make it, and twice
    what the files do to traffic: cargo xtask check codex --migrations m
    ---- exit 0
    ");
    let text = file(&place, "0002_bring_back.sql");
    assert!(text.contains("\n-- Destructive: "), "{text}");
    nothing_is_found_in_the_new_files(&place);
    succeeds(&place, "migrate codex --migrations m");
    let after = succeeds(&place, "drift codex --migrations m");
    assert!(after.stdout.contains("no drift"), "{}", after.all());
}

fn file(place: &Place, name: &str) -> String {
    fs::read_to_string(place.folder.path().join("m/codex").join(name)).unwrap()
}

/// `check` finds nothing in them that has no reason there.
fn nothing_is_found_in_the_new_files(place: &Place) {
    let said = place.run("check codex --migrations m --format json");
    let report: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
    let findings = report["databases"][0]["findings"].as_array().unwrap();
    let of_new: Vec<_> = findings
        .iter()
        .filter(|finding| {
            !finding["file"]
                .as_str()
                .unwrap_or_default()
                .contains("0001_")
        })
        .collect();
    assert_eq!(of_new, [&serde_json::Value::Null; 0], "{}", said.all());
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
    assert_said!(place.run("drift codex --migrations m --adopt take_over"), @"
    ---- stderr
    codex (postgres@/socket:5432/jubilee_codex): 21 objects differ from migrations up to 0001_initial_schema
    wrote 2 migrations that together make this official:
      m/codex/0002_take_over.sql
      m/codex/0003_take_over_notes_title_idx.sql
    proved on a scratch server: on a database as the live one, on one as the migrations make it, and twice
    what the files do to traffic: cargo xtask check codex --migrations m
    ---- exit 0
    ");
    let text = file(&place, "0002_take_over.sql");
    let contract = text.lines().find(|line| line.starts_with("-- Contract: "));
    insta::assert_snapshot!(contract.unwrap(), @"-- Contract: changed by hand already, so code that needs what was before fails: function public.unused(), column public.notes.said_at, column public.notes.size (type)");
    let loosens = text.lines().find(|line| line.starts_with("-- Loosens: "));
    insta::assert_snapshot!(loosens.unwrap(), @"-- Loosens: changed by hand already: table public.notes, table public.owned, table public.secured, trigger public.notes.notes_touch, policy public.secured.secured_all");
    nothing_is_found_in_the_new_files(&place);
    let proved = succeeds(&place, "verify codex --migrations m --only keeps-guards");
    assert!(
        proved.stdout.contains("declared (Loosens)"),
        "{}",
        proved.all()
    );
    succeeds(&place, "migrate codex --migrations m");
    let after = succeeds(&place, "drift codex --migrations m");
    assert!(after.stdout.contains("no drift"), "{}", after.all());
}

#[test]
fn foreign_keys_and_checks_are_validated_by_a_later_migration() {
    let place = migrated();
    place.sql(
        "codex",
        "ALTER TABLE notes DROP CONSTRAINT notes_title_check;
         ALTER TABLE notes ADD CONSTRAINT notes_twin_fkey FOREIGN KEY (id) REFERENCES notes",
    );
    assert_said!(place.run("drift codex --migrations m --restore bring_back"), @"
    ---- stderr
    codex (postgres@/socket:5432/jubilee_codex): 2 objects differ from migrations up to 0001_initial_schema
    wrote 2 migrations that together take this back:
      m/codex/0002_bring_back.sql
      m/codex/0003_bring_back_validate.sql
    proved on a scratch server: on a database as the live one, on one as the migrations make it, and twice
    what the files do to traffic: cargo xtask check codex --migrations m
    ---- exit 0
    ");
    insta::assert_snapshot!(statements(&file(&place, "0003_bring_back_validate.sql")), @"
    -- What differed in the live database stands in 0002_bring_back.

    BEGIN;

    ALTER TABLE public.notes VALIDATE CONSTRAINT notes_title_check;

    COMMIT;
    ");
    assert_said!(place.run("drift codex --migrations m --adopt take_over"), @"
    ---- stderr
    codex (postgres@/socket:5432/jubilee_codex): 2 objects differ from migrations up to 0001_initial_schema
    wrote 2 migrations that together make this official:
      m/codex/0004_take_over.sql
      m/codex/0005_take_over_validate.sql
    proved on a scratch server: on a database as the live one, on one as the migrations make it, and twice
    what the files do to traffic: cargo xtask check codex --migrations m
    ---- exit 0
    ");
    insta::assert_snapshot!(statements(&file(&place, "0004_take_over.sql")), @"
    -- What differed in the live database after 0001_initial_schema:
    --   constraint public.notes.notes_title_check: removed
    --   constraint public.notes.notes_twin_fkey: added
    -- Why, and since when: not known; write it here.

    BEGIN;

    ALTER TABLE public.notes DROP CONSTRAINT IF EXISTS notes_title_check;

    DO $do$
    BEGIN
        IF NOT EXISTS (
            SELECT FROM pg_constraint
            WHERE conrelid = 'public.notes'::regclass AND conname = 'notes_twin_fkey'
        ) THEN
            ALTER TABLE public.notes ADD CONSTRAINT notes_twin_fkey FOREIGN KEY (id) REFERENCES public.notes(id) NOT VALID;
        END IF;
    END
    $do$;

    COMMIT;
    ");
    nothing_is_found_in_the_new_files(&place);
}

/// Without the header, which has a date.
fn statements(text: &str) -> &str {
    text.split_once("\n\n").unwrap().1
}

#[test]
fn what_is_invalid_is_made_official_as_it_should_be() {
    let place = migrated();
    place.sql(
        "codex",
        "CREATE INDEX notes_extra_idx ON notes (said_at);
         UPDATE pg_index SET indisvalid = false
         WHERE indexrelid IN ('notes_size_idx'::regclass, 'notes_extra_idx'::regclass)",
    );
    assert_said!(place.run("drift codex --migrations m --adopt take_over"), @"
    ---- stderr
    codex (postgres@/socket:5432/jubilee_codex): 2 objects differ from migrations up to 0001_initial_schema
    wrote 2 migrations that together make this official:
      m/codex/0002_take_over_notes_extra_idx.sql
      m/codex/0003_take_over_notes_size_idx.sql
    proved on a scratch server: on a database as the live one, on one as the migrations make it, and twice
    index public.notes_extra_idx is INVALID in the live database: the migration builds it again. To be rid of it, drop it instead
    index public.notes_size_idx is INVALID in the live database: the migration builds it again. To be rid of it, drop it instead
    what the files do to traffic: cargo xtask check codex --migrations m
    ---- exit 0
    ");
    succeeds(&place, "migrate codex --migrations m");
    let after = succeeds(&place, "drift codex --migrations m");
    assert!(after.stdout.contains("no drift"), "{}", after.all());
}

#[test]
fn an_extension_goes_forward_only() {
    let place = authored();
    place.migration(
        1,
        "initial_schema",
        "",
        "BEGIN;\nCREATE EXTENSION IF NOT EXISTS ltree VERSION '1.1';\nCOMMIT;",
    );
    succeeds(&place, "migrate codex --migrations m");
    place.sql("codex", "ALTER EXTENSION ltree UPDATE TO '1.2'");
    assert_said!(place.run("drift codex --migrations m"), @"
    codex (postgres@/socket:5432/jubilee_codex): 1 object differs from migrations up to 0001_initial_schema

      extension ltree: version `1.2`, was `1.1`
        - CREATE EXTENSION ltree SCHEMA public VERSION '1.1'
        + CREATE EXTENSION ltree SCHEMA public VERSION '1.2'

      to write the migration that takes it back:  cargo xtask drift codex --restore NAME --migrations m
      or the one that makes it official:  cargo xtask drift codex --adopt NAME --migrations m
    ---- stderr
    ---- exit 1
    ");
    assert_said!(place.run("drift codex --migrations m --restore bring_back"), @"
    ---- stderr

      error: no migration was written: none would change it
      ╰─▶ extension ltree: ALTER EXTENSION has no way from version 1.2 back to 1.1; --rebuild does it, and may copy whole tables
      help: adopt it, or correct the live database by hand
    ---- exit 1
    ");
    assert_said!(place.run("drift codex --migrations m --adopt take_over"), @"
    ---- stderr
    codex (postgres@/socket:5432/jubilee_codex): 1 object differs from migrations up to 0001_initial_schema
    wrote the migration that makes this official:
      m/codex/0002_take_over.sql
    proved on a scratch server: on a database as the live one, on one as the migrations make it, and twice
    what the files do to traffic: cargo xtask check codex --migrations m
    ---- exit 0
    ");
    succeeds(&place, "migrate codex --migrations m");
    succeeds(&place, "drift codex --migrations m");
}

#[test]
fn what_copies_a_table_is_done_only_on_request() {
    let place = migrated();
    place.sql(
        "codex",
        "INSERT INTO notes (title, size) VALUES ('a', 1), ('b', 2); DELETE FROM notes WHERE title = 'b';
         ALTER TABLE notes DROP size; ALTER TABLE notes ADD size integer CONSTRAINT notes_size_check CHECK (size > 0);
         CREATE INDEX notes_size_idx ON notes (size)",
    );
    assert_said!(place.run("drift codex --migrations m --restore bring_back"), @"
    ---- stderr

      error: no migration was written: none would change it
      ╰─▶ table public.notes: columns can be moved only by making the table again; --rebuild does it, and may copy whole tables
      help: adopt it, or correct the live database by hand
    ---- exit 1
    ");
    place.sql(
        "codex",
        "ALTER TABLE notes ADD extra text; UPDATE notes SET extra = 'x'",
    );
    assert_said!(place.run("drift codex --migrations m --restore bring_back --rebuild"), @"
    ---- stderr
    codex (postgres@/socket:5432/jubilee_codex): 2 objects differ from migrations up to 0001_initial_schema
    wrote the migration that takes this back:
      m/codex/0002_bring_back.sql
    proved on a scratch server: on a database as the live one, on one as the migrations make it, and twice
    what the files do to traffic: cargo xtask check codex --migrations m
    ---- exit 0
    ");
    succeeds(&place, "migrate codex --migrations m");
    let after = succeeds(&place, "drift codex --migrations m");
    assert!(after.stdout.contains("no drift"), "{}", after.all());
    let text = file(&place, "0002_bring_back.sql");
    for said in [
        "-- Destructive: removes column public.notes.extra, with the data in it",
        "LOCK TABLE ONLY public.notes IN ACCESS EXCLUSIVE MODE;",
    ] {
        assert!(text.contains(said), "{text}");
    }
    nothing_is_found_in_the_new_files(&place);
    // The row is there, and identities go on.
    place.sql(
        "codex",
        "INSERT INTO notes (title) VALUES ('c');
         DO $$ BEGIN ASSERT (SELECT array_agg(id || title ORDER BY id) FROM notes) = '{1a,3c}'; END $$",
    );
}

#[test]
fn whoever_holds_a_lock_is_waited_for_but_not_for_ever() {
    let place = migrated();
    let mut holder = Client::connect(&place.url("codex"), NoTls).unwrap();
    let lock = "BEGIN; LOCK TABLE notes IN ACCESS EXCLUSIVE MODE";
    holder.batch_execute(lock).unwrap();
    let said = place.run("drift codex --migrations m");
    assert_eq!(said.code, Some(1), "{}", said.all());
    for line in [
        "cannot read the schema",
        "canceling statement due to lock timeout",
        "see pg_locks",
    ] {
        assert!(said.stderr.contains(line), "{}", said.all());
    }
    // Released while it waits, it is read.
    let said = std::thread::scope(|scope| {
        let running = scope.spawn(|| place.run("drift codex --migrations m"));
        let mut observer = Client::connect(&place.url("codex"), NoTls).unwrap();
        let waiting = "SELECT FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event_type = 'Lock'";
        while observer.query(waiting, &[]).unwrap().is_empty() {}
        holder.batch_execute("ROLLBACK").unwrap();
        running.join().unwrap()
    });
    assert_eq!(said.code, Some(0), "{}", said.all());
}
