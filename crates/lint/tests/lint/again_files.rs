//! What the check says of a second run of whole files, held against a server.

use crate::again::{TABLE, TRIGGER, client, hold};
use crate::support::{Form, check};
use jubilee_lint::Category;

/// The house's fixtures of guards, run twice: what stands in a `DO` block goes well the second
/// time too.
#[test]
fn a_guard_lets_the_second_run_pass() {
    hold(&[
        (
            "",
            "DO $$ BEGIN CREATE TYPE x AS ENUM ('a'); EXCEPTION WHEN duplicate_object THEN NULL; END $$;",
        ),
        (
            "",
            "DO $$ BEGIN IF to_regtype('x') IS NULL THEN CREATE TYPE x AS ENUM ('a'); END IF; END $$;",
        ),
        (
            TABLE,
            "DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_constraint WHERE conname = 'x' AND conrelid = 't'::regclass) THEN ALTER TABLE t ADD CONSTRAINT x UNIQUE (a); END IF; END $$;",
        ),
        (
            TABLE,
            "DO $$ BEGIN PERFORM 1 FROM pg_catalog.pg_class WHERE relname = 'x'; IF NOT FOUND THEN CREATE INDEX x ON t (a); END IF; END $$;",
        ),
        (
            TABLE,
            "DO $$ DECLARE n integer; BEGIN SELECT count(*) INTO n FROM pg_catalog.pg_class WHERE relname = 'x'; IF n = 0 THEN CREATE INDEX x ON t (a); END IF; END $$;",
        ),
        (
            TABLE,
            "DO $$ BEGIN CREATE INDEX x ON t (a); EXCEPTION WHEN duplicate_object THEN NULL; END $$;",
        ),
        (
            TABLE,
            "DO $$ BEGIN IF EXISTS (SELECT count(*) FROM pg_catalog.pg_attribute WHERE attname = 'b') THEN ALTER TABLE t RENAME COLUMN b TO y; END IF; END $$;",
        ),
    ]);
}

/// What the whole file makes and drops decides what a second run of a statement meets.
#[test]
fn what_is_made_and_dropped_in_one_file() {
    let function = "CREATE FUNCTION x() RETURNS integer LANGUAGE sql AS 'SELECT 1';";
    let trigger = format!("{TABLE} {TRIGGER}");
    let remade = format!("DROP TRIGGER x ON t; {TRIGGER}");
    let replaced = format!("DROP FUNCTION x(); {function}");
    let called = "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';";
    let calls = "CREATE TRIGGER x BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f();";
    let indexed = format!("{TABLE} CREATE INDEX i ON t (a);");
    let with_function = format!("{TABLE} {called}");
    let with_all = format!("DROP FUNCTION f() CASCADE; {called} {calls}");
    hold(&[
        (
            "CREATE VIEW x AS SELECT 1 AS a;",
            "DROP VIEW x; CREATE VIEW x AS SELECT 1 AS a;",
        ),
        (
            "CREATE TYPE x AS ENUM ('a');",
            "DROP TYPE x; CREATE TYPE x AS ENUM ('a');",
        ),
        (
            "CREATE TABLE x (a integer);",
            "DROP TABLE x; CREATE TABLE x (a integer);",
        ),
        (&trigger, &remade),
        (function, &replaced),
        (&with_function, &with_all),
        (
            &indexed,
            "CREATE INDEX i_new ON t (a, b); DROP INDEX i; ALTER INDEX i_new RENAME TO i;",
        ),
        (
            "CREATE TABLE t (a integer PRIMARY KEY, b integer);",
            "ALTER TABLE t DROP CONSTRAINT t_pkey; ALTER TABLE t ADD PRIMARY KEY (b);",
        ),
        (
            "CREATE TABLE t (a integer PRIMARY KEY, b integer);",
            "ALTER TABLE t DROP CONSTRAINT t_pkey, ADD PRIMARY KEY (b);",
        ),
        (
            "CREATE TABLE t (a integer UNIQUE);",
            "ALTER TABLE t DROP CONSTRAINT t_a_key; ALTER TABLE t ADD UNIQUE (a);",
        ),
        (
            "CREATE TYPE x AS ENUM ('a'); CREATE TABLE t (c x);",
            "ALTER TYPE x RENAME TO x_old; CREATE TYPE x AS ENUM ('a', 'b'); ALTER TABLE t ALTER COLUMN c TYPE x USING c::text::x; DROP TYPE x_old; ALTER TYPE x RENAME VALUE 'b' TO 'c';",
        ),
        (
            "CREATE TABLE x (a integer);",
            "DROP TABLE x; CREATE TABLE x AS SELECT 1 AS a; CREATE INDEX i ON x (a);",
        ),
        (
            "CREATE TABLE x (a integer); CREATE INDEX i ON x (a);",
            "ALTER TABLE x RENAME TO y; CREATE TABLE x (a integer); DROP TABLE y; CREATE INDEX i ON x (a);",
        ),
        (
            "CREATE TABLE x (a integer); CREATE INDEX i ON x (a);",
            "ALTER TABLE x RENAME TO y; CREATE TABLE x (a integer); CREATE INDEX j ON x (a); DROP TABLE y;",
        ),
        (
            "CREATE VIEW v AS SELECT 1 AS a;",
            "DROP VIEW v CASCADE; CREATE VIEW v AS SELECT 1 AS a; CREATE MATERIALIZED VIEW m AS SELECT * FROM v; CREATE UNIQUE INDEX i ON m (a);",
        ),
        (
            "CREATE TABLE t (a integer);",
            "ALTER TABLE t RENAME COLUMN a TO b; ALTER TABLE t ADD COLUMN a integer;",
        ),
        (
            "CREATE TABLE t (a integer, b integer);",
            "UPDATE t SET b = a WHERE b IS NULL; ALTER TABLE t RENAME COLUMN a TO c;",
        ),
        (
            "CREATE TABLE t (a integer, b integer);",
            "ALTER TABLE t ALTER COLUMN a SET DEFAULT 1; ALTER TABLE t RENAME COLUMN a TO c;",
        ),
        (
            "",
            "CREATE TABLE IF NOT EXISTS x (a integer); DROP TABLE x;",
        ),
        (
            TABLE,
            "ALTER TABLE t DROP CONSTRAINT c; ALTER TABLE t ADD CONSTRAINT c CHECK (a > 1);",
        ),
        (
            TABLE,
            "ALTER TABLE t DROP CONSTRAINT c, ADD CONSTRAINT c CHECK (a > 1);",
        ),
        (
            "CREATE TABLE s (a integer); CREATE TABLE t (a integer, b integer);",
            "UPDATE t SET b = 1 WHERE b IS NULL AND a IN (SELECT a FROM s); DROP TABLE IF EXISTS s;",
        ),
        (
            TABLE,
            "UPDATE t SET a = 1 WHERE b IS NULL; ALTER TABLE t DROP COLUMN IF EXISTS b;",
        ),
        (
            "CREATE TABLE x (a integer);",
            "ALTER TABLE IF EXISTS x RENAME TO y; CREATE TABLE IF NOT EXISTS x (a integer);",
        ),
        (
            "CREATE SCHEMA s; CREATE TABLE s.x (a integer);",
            "DROP INDEX IF EXISTS i; CREATE INDEX i ON s.x (a);",
        ),
        (
            TABLE,
            "DO $$ BEGIN IF to_regclass('x') IS NOT NULL THEN RETURN; END IF; CREATE TABLE x (a integer); CREATE INDEX y ON t (a); END $$;",
        ),
        (
            TABLE,
            "DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 't' AND column_name = 'x') THEN ALTER TABLE t ADD COLUMN x integer; ALTER TABLE t ADD CONSTRAINT y CHECK (x > 0); END IF; END $$;",
        ),
        (
            TABLE,
            "DO $$ BEGIN IF (SELECT count(*) FROM information_schema.columns WHERE table_name = 't' AND column_name IN ('x', 'y')) <> 2 THEN ALTER TABLE t ADD COLUMN x integer, ADD COLUMN y integer; END IF; END $$;",
        ),
        (
            TABLE,
            "DO $$ DECLARE n text; BEGIN FOREACH n IN ARRAY ARRAY['x', 'y'] LOOP EXECUTE format('ALTER TABLE t ADD COLUMN %I integer', n); END LOOP; END $$;",
        ),
    ]);
}

const ROWS: &str = "CREATE TABLE r (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, code text UNIQUE,
    n numeric, tags text[], done boolean NOT NULL DEFAULT false, kind text, at timestamp);
    INSERT INTO r (code, n, tags, kind, at) VALUES ('a', 10, '{x}', 'p', '2026-01-01'), (NULL, 20, '{}', 'q', NULL);
    CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN UPDATE r SET n = n * 2; END $$;
";

/// A second run that fails is seen; one that changes rows without an error is what must be found.
#[test]
fn what_changes_rows_again_without_an_error() {
    let mut client = client();
    for statement in [
        "UPDATE r SET n = n + 1;",
        "UPDATE r SET n = n * 0.5 WHERE n > 0;",
        "UPDATE r SET n = n * 2 WHERE kind = 'p';",
        "UPDATE r SET n = n * 2, done = true WHERE NOT done;",
        "UPDATE r SET n = n * 2, kind = 'z' WHERE kind = 'p';",
        "UPDATE r SET n = n * 2, kind = 'z' WHERE kind IN ('p', 'q');",
        "UPDATE r SET n = s.n + 1 FROM r AS s WHERE s.id = r.id;",
        "UPDATE r SET n = s.n + 1 FROM (SELECT id, n FROM r) AS s WHERE s.id = r.id;",
        "UPDATE r SET kind = CASE kind WHEN 'p' THEN 'q' WHEN 'q' THEN 'p' END;",
        "UPDATE r SET code = 'x' || code WHERE code NOT LIKE 'x%';",
        "UPDATE r SET code = 'x' || code WHERE code IS NOT NULL;",
        "UPDATE r SET tags = array_append(tags, 'y') WHERE NOT ('y' = ANY (tags));",
        "UPDATE r SET tags = array_append(tags, 'y') WHERE 'x' = ANY (tags);",
        "UPDATE r SET code = md5(code) WHERE code IS NOT NULL;",
        "UPDATE r SET n = round(n);",
        "INSERT INTO r (kind) VALUES ('k') ON CONFLICT DO NOTHING;",
        "INSERT INTO r (code) VALUES (NULL) ON CONFLICT DO NOTHING;",
        "INSERT INTO r (code) VALUES ('k') ON CONFLICT DO NOTHING;",
        "INSERT INTO r (code) VALUES ('k') ON CONFLICT (id) DO NOTHING;",
        "INSERT INTO r (kind) SELECT 'k' WHERE NOT EXISTS (SELECT 1 FROM r WHERE kind = 'k');",
        "INSERT INTO r (code, n) VALUES ('a', 1) ON CONFLICT (code) DO UPDATE SET n = r.n + 1;",
        "INSERT INTO r (code, n) VALUES ('a', 1) ON CONFLICT (code) DO UPDATE SET n = EXCLUDED.n;",
        "SELECT f();",
        "DO $$ DECLARE x record; BEGIN FOR x IN SELECT id, n FROM r LOOP UPDATE r SET n = x.n * 2 WHERE id = x.id; END LOOP; END $$;",
        "DO $$ BEGIN EXECUTE 'UPDATE r SET n = ' || 'n + 1'; END $$;",
    ] {
        let example = format!("{ROWS}-- next migration\n{statement}");
        let reports = check(Form::Sql, &example);
        let last = reports.last().unwrap();
        let mut ours = last.findings.iter();
        let found = ours.any(|finding| finding.rule.category == Category::Idempotency);
        let mut transaction = client.transaction().unwrap();
        transaction.batch_execute(ROWS).unwrap();
        let mut run = || -> Option<String> {
            transaction.batch_execute(statement).ok()?;
            let rows = "SELECT string_agg(r::text, ' ' ORDER BY id) FROM r";
            transaction.query_one(rows, &[]).unwrap().get(0)
        };
        let (once, twice) = (run(), run());
        let fails = twice.is_none();
        assert_eq!(
            found,
            fails || once != twice,
            "{statement}\n{once:?}\n{twice:?}"
        );
    }
}
