//! Roles that somebody made by hand.

use super::{authored, file, migrated_to, nothing_is_found_in_the_new_files, statements, succeeds};
use crate::support::{Place, assert_said};

const SCHEMA: &str = "
CREATE TABLE notes (id bigint PRIMARY KEY, said text);
CREATE TABLE owned (id bigint PRIMARY KEY);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;";

/// What names a role in every way; `{role}` is its name.
const BY_HAND: &str = "
DO $$ BEGIN CREATE ROLE {role}; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
GRANT SELECT, INSERT ON notes TO {role};
GRANT UPDATE (said) ON notes TO {role} WITH GRANT OPTION;
ALTER TABLE owned OWNER TO {role};
CREATE POLICY notes_by_hand ON notes FOR SELECT TO {role} USING (id > 0);
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO {role};
CREATE TABLE extra (id bigint);
GRANT SELECT ON extra TO {role};
DO $$ BEGIN EXECUTE format('ALTER ROLE {role} IN DATABASE %I SET statement_timeout = 1000', current_database()); END $$;
DO $$ BEGIN EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO {role} WITH GRANT OPTION', current_database()); END $$;";

fn drifted(role: &str) -> Place {
    let place = migrated_to(SCHEMA);
    place.sql("codex", &BY_HAND.replace("{role}", role));
    place
}

#[test]
fn a_role_that_no_migration_makes_is_asked_for_first() {
    let place = drifted("\"Hand Made\"");
    assert_said!(place.run("drift codex --migrations m --adopt take_over"), @r#"
    ---- stderr
    codex (postgres@/socket:5432/jubilee_codex): 8 objects differ from migrations up to 0001_initial_schema
    wrote the migration that makes this official:
      m/codex/0002_take_over.sql
    proved on a scratch server: on a database as the live one, on one as the migrations make it, and twice; also without the roles that no migration makes
    roles: "Hand Made" is made by no migration: on a server without it, what names it is left out, with a warning
    what the files do to traffic: cargo xtask check codex --migrations m
    ---- exit 0
    "#);
    insta::assert_snapshot!(statements(&file(&place, "0002_take_over.sql")), @r#"
    -- What differed in the live database after 0001_initial_schema:
    --   database current: privileges of "Hand Made" `TEMPORARY WITH GRANT OPTION`, was not set
    --   setting of "Hand Made": added
    --   table public.extra: added, with 1 column
    --   table public.notes: privileges of "Hand Made" `INSERT, SELECT`, was not set
    --   table public.owned: owner `"Hand Made"`, was `postgres`
    --   column public.notes.said: privileges of "Hand Made" `UPDATE WITH GRANT OPTION`, was not set
    --   policy public.notes.notes_by_hand: added
    --   default privileges FOR ROLE postgres IN SCHEMA public ON TABLES: added
    -- Why, and since when: not known; write it here.

    -- Roles: "Hand Made" is made by no migration: on a server without it, what names it is left out, with a warning.

    BEGIN;

    DO $role$
    BEGIN
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'Hand Made') THEN
            DO $do$ BEGIN EXECUTE pg_catalog.format('GRANT TEMPORARY ON DATABASE %I TO "Hand Made" WITH GRANT OPTION', pg_catalog.current_database()); END $do$;
        ELSE
            RAISE WARNING 'there is no role "Hand Made" here: left out for database current';
        END IF;
    END
    $role$;

    -- check:allow primary-key: it is so in the live database already
    CREATE TABLE IF NOT EXISTS public.extra (
        id                           bigint
    );

    DO $role$
    BEGIN
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'Hand Made') THEN
            GRANT SELECT ON public.extra TO "Hand Made";
        ELSE
            RAISE WARNING 'there is no role "Hand Made" here: left out for table public.extra';
        END IF;
    END
    $role$;

    DO $role$
    BEGIN
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'Hand Made') THEN
            GRANT INSERT, SELECT ON public.notes TO "Hand Made";
        ELSE
            RAISE WARNING 'there is no role "Hand Made" here: left out for table public.notes';
        END IF;
    END
    $role$;

    DO $role$
    BEGIN
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'Hand Made') THEN
            GRANT UPDATE (said) ON public.notes TO "Hand Made" WITH GRANT OPTION;
        ELSE
            RAISE WARNING 'there is no role "Hand Made" here: left out for column public.notes.said';
        END IF;
    END
    $role$;

    DO $role$
    BEGIN
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'Hand Made') THEN
            DROP POLICY IF EXISTS notes_by_hand ON public.notes;
            CREATE POLICY notes_by_hand ON public.notes FOR SELECT TO "Hand Made" USING ((id > 0));
        ELSE
            RAISE WARNING 'there is no role "Hand Made" here: left out for policy public.notes.notes_by_hand';
        END IF;
    END
    $role$;

    DO $role$
    BEGIN
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'Hand Made') THEN
            -- check:allow several-strong-locks: a correction is made as a whole; look how large the table is before it is deployed
            ALTER TABLE public.owned OWNER TO "Hand Made";
        ELSE
            RAISE WARNING 'there is no role "Hand Made" here: left out for table public.owned';
        END IF;
    END
    $role$;

    DO $role$
    BEGIN
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'Hand Made') THEN
            -- check:allow computed-sql: it is built of constants and the database's name
            DO $do$ BEGIN EXECUTE pg_catalog.format('ALTER ROLE "Hand Made" IN DATABASE %I SET statement_timeout = ''1000''', pg_catalog.current_database()); END $do$;
        ELSE
            RAISE WARNING 'there is no role "Hand Made" here: left out for setting of "Hand Made"';
        END IF;
    END
    $role$;

    DO $role$
    BEGIN
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'Hand Made') THEN
            ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA public GRANT SELECT ON TABLES TO "Hand Made";
        ELSE
            RAISE WARNING 'there is no role "Hand Made" here: left out for default privileges FOR ROLE postgres IN SCHEMA public ON TABLES';
        END IF;
    END
    $role$;

    COMMIT;
    "#);
    nothing_is_found_in_the_new_files(&place);
    succeeds(&place, "migrate codex --migrations m");
    succeeds(&place, "drift codex --migrations m");
}

#[test]
fn nobody_needs_the_role_to_take_it_back() {
    let place = drifted("drift_by_hand");
    let said = succeeds(&place, "drift codex --migrations m --restore bring_back");
    assert!(!said.stderr.contains("roles: "), "{}", said.all());
    let text = file(&place, "0002_bring_back.sql");
    nothing_is_found_in_the_new_files(&place);
    // On a server that has never had it, all that names the role is passed over.
    let other = authored();
    other.migration(
        1,
        "initial_schema",
        "",
        &format!("BEGIN;\n{SCHEMA}\nCOMMIT;"),
    );
    other.file(
        "m/codex/0002_bring_back.sql",
        text.replace("drift_by_hand", "drift_never_made").as_bytes(),
    );
    succeeds(&other, "migrate codex --migrations m");
    succeeds(&place, "migrate codex --migrations m");
    succeeds(&place, "drift codex --migrations m");
}
