//! What the rules say of a second run, held against a server: statements that they accept run
//! twice, those that they do not fail the second time with the very condition that they name, and
//! their corrections run twice.

use std::sync::OnceLock;

use crate::support::{Form, check, findings, shown};
use jubilee_lint::Category;
use jubilee_pg_local::{Options, TempServer};
use postgres::{Client, NoTls};

pub(crate) fn server() -> &'static TempServer {
    static SERVER: OnceLock<TempServer> = OnceLock::new();
    SERVER.get_or_init(|| TempServer::start(&Options::default()).unwrap())
}

pub(crate) fn client() -> Client {
    client_of("postgres")
}

pub(crate) fn client_of(database: &str) -> Client {
    Client::connect(&server().url(database), NoTls).unwrap()
}

/// Runs a statement twice, in a transaction that is rolled back; the SQLSTATE of the second run
/// where it fails.
fn second_run(client: &mut Client, setup: &str, statement: &str) -> Option<String> {
    let mut transaction = client.transaction().unwrap();
    transaction.batch_execute(setup).unwrap();
    transaction
        .batch_execute(statement)
        .unwrap_or_else(|error| panic!("the first run of {statement}: {error:?}"));
    let error = transaction.batch_execute(statement).err()?;
    Some(error.code().unwrap().code().to_owned())
}

/// The SQLSTATE in `fails with 42710 (…)`.
pub(crate) fn code(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("fails with ")?;
    rest.get(..5)
}

/// What the check says of the statement alone: the code, and the corrected statement.
fn said(statement: &str) -> Option<(String, Option<String>)> {
    let reports = check(
        Form::Sql,
        &format!("-- Destructive: an example\n{statement}"),
    );
    let ours = |category| category == Category::Idempotency;
    let (report, finding) = findings(&reports).find(|(_, f)| ours(f.rule.category))?;
    let code = code(&finding.why).unwrap_or_else(|| panic!("{}", shown(report, finding)));
    let fixed = finding.fix.as_ref().map(|fix| {
        let text = fix.apply(&report.text);
        let (_, body) = text.split_once("BEGIN;\n").unwrap();
        body.rsplit_once("COMMIT;").unwrap().0.to_owned()
    });
    Some((code.to_owned(), fixed))
}

/// Runs each statement twice, and what the check makes of it.
pub(crate) fn hold(cases: &[(&str, &str)]) {
    let mut client = client();
    for (setup, statement) in cases {
        let (claimed, fixed) = match said(statement) {
            Some((code, fixed)) => (Some(code), fixed),
            None => (None, None),
        };
        let happened = second_run(&mut client, setup, statement);
        assert_eq!(claimed, happened, "{statement}");
        if let Some(fixed) = fixed {
            let happened = second_run(&mut client, setup, &fixed);
            assert_eq!(happened, None, "corrected: {fixed}");
        }
    }
}

pub(crate) const TABLE: &str =
    "CREATE TABLE t (a integer NOT NULL, b integer, CONSTRAINT c CHECK (a > 0));";
pub(crate) const TRIGGER: &str = "CREATE TRIGGER x BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();";

#[test]
fn what_is_created_twice() {
    let event = "CREATE FUNCTION e() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';";
    let foreign = "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w;";
    hold(&[
        ("", "CREATE TABLE x (a integer);"),
        ("", "CREATE TABLE x AS SELECT 1 AS a;"),
        ("", "SELECT 1 AS a INTO x;"),
        (TABLE, "CREATE INDEX x ON t (a);"),
        ("", "CREATE SCHEMA x;"),
        ("", "CREATE SEQUENCE x;"),
        ("", "CREATE EXTENSION pgcrypto;"),
        ("", "CREATE MATERIALIZED VIEW x AS SELECT 1 AS a;"),
        (foreign, "CREATE FOREIGN TABLE x (a integer) SERVER s;"),
        (TABLE, "CREATE STATISTICS x ON a, b FROM t;"),
        ("", "CREATE COLLATION x FROM \"C\";"),
        ("", "CREATE VIEW x AS SELECT 1 AS a;"),
        (
            "",
            "CREATE FUNCTION x() RETURNS integer LANGUAGE sql AS 'SELECT 1';",
        ),
        ("", "CREATE PROCEDURE x() LANGUAGE sql AS 'SELECT 1';"),
        (
            "",
            "CREATE AGGREGATE x(integer) (sfunc = int4pl, stype = integer);",
        ),
        (TABLE, TRIGGER),
        (TABLE, "CREATE RULE x AS ON INSERT TO t DO NOTHING;"),
        ("", "CREATE LANGUAGE x HANDLER plpgsql_call_handler;"),
        (
            "",
            "CREATE TRANSFORM FOR integer LANGUAGE plpgsql (FROM SQL WITH FUNCTION prsd_lextype(internal));",
        ),
        ("", "CREATE TYPE x AS ENUM ('a');"),
        ("", "CREATE TYPE x AS (a integer);"),
        ("", "CREATE TYPE x AS RANGE (subtype = integer);"),
        ("", "CREATE TYPE x;"),
        ("", "CREATE DOMAIN x AS integer;"),
        (TABLE, "CREATE POLICY x ON t;"),
        ("", "CREATE ROLE x;"),
        ("", "CREATE USER x;"),
        ("", "CREATE GROUP x;"),
        (
            "CREATE TYPE x AS ENUM ('a');",
            "CREATE CAST (x AS integer) WITH INOUT;",
        ),
        (
            "",
            "CREATE OPERATOR === (leftarg = integer, rightarg = integer, function = int4eq);",
        ),
        (
            "",
            "CREATE OPERATOR CLASS x FOR TYPE integer USING btree AS FUNCTION 1 btint4cmp(integer, integer);",
        ),
        ("", "CREATE OPERATOR FAMILY x USING btree;"),
        (
            "",
            "CREATE CONVERSION x FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;",
        ),
        (
            "",
            "CREATE TEXT SEARCH PARSER x (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype);",
        ),
        ("", "CREATE TEXT SEARCH DICTIONARY x (template = simple);"),
        ("", "CREATE TEXT SEARCH CONFIGURATION x (copy = simple);"),
        (
            "",
            "CREATE TEXT SEARCH TEMPLATE x (lexize = dsimple_lexize);",
        ),
        (
            event,
            "CREATE EVENT TRIGGER x ON sql_drop EXECUTE FUNCTION e();",
        ),
        (
            "",
            "CREATE ACCESS METHOD x TYPE TABLE HANDLER heap_tableam_handler;",
        ),
    ]);
}

#[test]
fn what_is_dropped_twice() {
    let function = "CREATE FUNCTION x() RETURNS integer LANGUAGE sql AS 'SELECT 1';";
    let trigger = format!("{TABLE}{TRIGGER}");
    hold(&[
        (TABLE, "DROP TABLE t;"),
        (
            "CREATE TABLE t (a integer); CREATE INDEX x ON t (a);",
            "DROP INDEX x;",
        ),
        ("CREATE SCHEMA x;", "DROP SCHEMA x;"),
        ("CREATE SEQUENCE x;", "DROP SEQUENCE x;"),
        ("CREATE EXTENSION pgcrypto;", "DROP EXTENSION pgcrypto;"),
        (
            "CREATE MATERIALIZED VIEW x AS SELECT 1 AS a;",
            "DROP MATERIALIZED VIEW x;",
        ),
        ("CREATE COLLATION x FROM \"C\";", "DROP COLLATION x;"),
        ("CREATE VIEW x AS SELECT 1 AS a;", "DROP VIEW x;"),
        (function, "DROP FUNCTION x();"),
        (function, "DROP ROUTINE x();"),
        (
            "CREATE PROCEDURE x() LANGUAGE sql AS 'SELECT 1';",
            "DROP PROCEDURE x();",
        ),
        (
            "CREATE AGGREGATE x(integer) (sfunc = int4pl, stype = integer);",
            "DROP AGGREGATE x(integer);",
        ),
        (&trigger, "DROP TRIGGER x ON t;"),
        ("CREATE TYPE x AS ENUM ('a');", "DROP TYPE x;"),
        ("CREATE DOMAIN x AS integer;", "DROP DOMAIN x;"),
        (
            "CREATE TABLE t (a integer); CREATE POLICY x ON t;",
            "DROP POLICY x ON t;",
        ),
        ("CREATE ROLE x;", "DROP ROLE x;"),
        ("CREATE ROLE x;", "DROP OWNED BY x;"),
        (
            "CREATE TYPE x AS ENUM ('a'); CREATE CAST (x AS integer) WITH INOUT;",
            "DROP CAST (x AS integer);",
        ),
        (
            "CREATE OPERATOR === (leftarg = integer, rightarg = integer, function = int4eq);",
            "DROP OPERATOR === (integer, integer);",
        ),
        (
            "CREATE OPERATOR FAMILY x USING btree;",
            "DROP OPERATOR FAMILY x USING btree;",
        ),
        (
            "CREATE TEXT SEARCH DICTIONARY x (template = simple);",
            "DROP TEXT SEARCH DICTIONARY x;",
        ),
        (TABLE, "ALTER TABLE t DROP COLUMN b;"),
        (TABLE, "ALTER TABLE t DROP b;"),
        (TABLE, "ALTER TABLE t DROP CONSTRAINT c;"),
        (
            "CREATE TYPE x AS (a integer);",
            "ALTER TYPE x DROP ATTRIBUTE a;",
        ),
        (
            "CREATE DOMAIN x AS integer CONSTRAINT c CHECK (value > 0);",
            "ALTER DOMAIN x DROP CONSTRAINT c;",
        ),
        (
            "CREATE TABLE t (a integer, b integer GENERATED ALWAYS AS (a) STORED);",
            "ALTER TABLE t ALTER COLUMN b DROP EXPRESSION;",
        ),
        (
            "CREATE TABLE t (a integer GENERATED ALWAYS AS IDENTITY);",
            "ALTER TABLE t ALTER a DROP IDENTITY;",
        ),
        (
            "CREATE TEXT SEARCH CONFIGURATION x (copy = simple);",
            "ALTER TEXT SEARCH CONFIGURATION x DROP MAPPING FOR word;",
        ),
        (
            TABLE,
            "ALTER TABLE t ALTER COLUMN a DROP NOT NULL, ALTER COLUMN a DROP DEFAULT;",
        ),
    ]);
}

#[test]
fn what_is_added_twice() {
    let index = "CREATE TABLE t (a integer NOT NULL); CREATE UNIQUE INDEX i ON t (a);";
    let key = "CREATE TABLE t (a integer PRIMARY KEY, b integer);";
    hold(&[
        (TABLE, "ALTER TABLE t ADD COLUMN x integer;"),
        (TABLE, "ALTER TABLE t ADD x integer;"),
        (
            TABLE,
            "ALTER TABLE t ADD COLUMN IF NOT EXISTS x integer UNIQUE CHECK (x > 0);",
        ),
        (TABLE, "ALTER TABLE t ADD CONSTRAINT x CHECK (a > 1);"),
        (TABLE, "ALTER TABLE t ADD CONSTRAINT x UNIQUE (a);"),
        (TABLE, "ALTER TABLE t ADD CONSTRAINT x EXCLUDE (a WITH =);"),
        (TABLE, "ALTER TABLE t ADD CONSTRAINT x PRIMARY KEY (a);"),
        (TABLE, "ALTER TABLE t ADD PRIMARY KEY (a);"),
        (
            key,
            "ALTER TABLE t ADD CONSTRAINT x FOREIGN KEY (b) REFERENCES t (a);",
        ),
        (
            index,
            "ALTER TABLE t ADD CONSTRAINT x UNIQUE USING INDEX i;",
        ),
        (
            index,
            "ALTER TABLE t ADD CONSTRAINT i UNIQUE USING INDEX i;",
        ),
        (
            index,
            "ALTER TABLE t ADD CONSTRAINT x PRIMARY KEY USING INDEX i;",
        ),
        (
            TABLE,
            "ALTER TABLE t DROP CONSTRAINT IF EXISTS x, ADD CONSTRAINT x CHECK (a > 1);",
        ),
        (
            "CREATE DOMAIN d AS integer;",
            "ALTER DOMAIN d ADD CONSTRAINT x CHECK (value > 0);",
        ),
        (
            "CREATE TYPE y AS (a integer);",
            "ALTER TYPE y ADD ATTRIBUTE x integer;",
        ),
        (
            "CREATE TYPE y AS ENUM ('a');",
            "ALTER TYPE y ADD VALUE 'x';",
        ),
    ]);
}

#[test]
fn what_is_altered_twice() {
    let parts = "CREATE TABLE t (a integer) PARTITION BY LIST (a); CREATE TABLE p (a integer);";
    let attached = "CREATE TABLE t (a integer) PARTITION BY LIST (a); CREATE TABLE p PARTITION OF t FOR VALUES IN (1);";
    let child = "CREATE TABLE t (a integer); CREATE TABLE p () INHERITS (t);";
    let schema = "CREATE SCHEMA s; CREATE TABLE t (a integer); CREATE TYPE y AS ENUM ('a');
        CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'; CREATE EXTENSION pgcrypto;";
    let typed = "CREATE TYPE y AS (a integer); CREATE TABLE t OF y;";
    hold(&[
        (parts, "ALTER TABLE t ATTACH PARTITION p FOR VALUES IN (1);"),
        (attached, "ALTER TABLE t DETACH PARTITION p;"),
        (
            "CREATE TABLE t (a integer); CREATE TABLE p (a integer);",
            "ALTER TABLE p INHERIT t;",
        ),
        (child, "ALTER TABLE p NO INHERIT t;"),
        (typed, "ALTER TABLE t NOT OF;"),
        (
            TABLE,
            "ALTER TABLE t ALTER COLUMN a ADD GENERATED ALWAYS AS IDENTITY;",
        ),
        (schema, "ALTER TABLE t SET SCHEMA s;"),
        (schema, "ALTER TABLE IF EXISTS t SET SCHEMA s;"),
        (schema, "ALTER TYPE y SET SCHEMA s;"),
        (schema, "ALTER FUNCTION f() SET SCHEMA s;"),
        (schema, "ALTER EXTENSION pgcrypto SET SCHEMA s;"),
        (schema, "ALTER EXTENSION pgcrypto ADD TABLE t;"),
        (
            "CREATE OPERATOR FAMILY f USING btree;",
            "ALTER OPERATOR FAMILY f USING btree ADD OPERATOR 1 < (int4, int4);",
        ),
        (
            "CREATE TEXT SEARCH CONFIGURATION x (parser = \"default\");",
            "ALTER TEXT SEARCH CONFIGURATION x ADD MAPPING FOR word WITH simple;",
        ),
        (TABLE, "ALTER TABLE t ENABLE ROW LEVEL SECURITY;"),
        (
            TABLE,
            "ALTER TABLE t ALTER COLUMN b SET NOT NULL, REPLICA IDENTITY FULL;",
        ),
    ]);
}

#[test]
fn what_is_renamed_twice() {
    let index = "CREATE TABLE t (a integer); CREATE INDEX i ON t (a);";
    let trigger = format!("{TABLE}{TRIGGER}");
    hold(&[
        (TABLE, "ALTER TABLE t RENAME TO y;"),
        (TABLE, "ALTER TABLE t RENAME COLUMN a TO y;"),
        (TABLE, "ALTER TABLE IF EXISTS t RENAME a TO y;"),
        (TABLE, "ALTER TABLE t RENAME CONSTRAINT c TO y;"),
        (index, "ALTER INDEX i RENAME TO y;"),
        (
            "CREATE VIEW v AS SELECT 1 AS a;",
            "ALTER VIEW v RENAME TO y;",
        ),
        (
            "CREATE VIEW v AS SELECT 1 AS a;",
            "ALTER VIEW v RENAME COLUMN a TO y;",
        ),
        (
            "CREATE MATERIALIZED VIEW v AS SELECT 1 AS a;",
            "ALTER MATERIALIZED VIEW v RENAME TO y;",
        ),
        ("CREATE SEQUENCE s;", "ALTER SEQUENCE s RENAME TO y;"),
        ("CREATE TYPE e AS ENUM ('a');", "ALTER TYPE e RENAME TO y;"),
        (
            "CREATE TYPE e AS ENUM ('a');",
            "ALTER TYPE e RENAME VALUE 'a' TO 'y';",
        ),
        (
            "CREATE TYPE e AS (a integer);",
            "ALTER TYPE e RENAME ATTRIBUTE a TO y;",
        ),
        ("CREATE DOMAIN d AS integer;", "ALTER DOMAIN d RENAME TO y;"),
        (
            "CREATE DOMAIN d AS integer CONSTRAINT c CHECK (value > 0);",
            "ALTER DOMAIN d RENAME CONSTRAINT c TO y;",
        ),
        ("CREATE SCHEMA s;", "ALTER SCHEMA s RENAME TO y;"),
        (
            "CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1';",
            "ALTER FUNCTION f() RENAME TO y;",
        ),
        (&trigger, "ALTER TRIGGER x ON t RENAME TO y;"),
        (
            "CREATE TABLE t (a integer); CREATE POLICY x ON t;",
            "ALTER POLICY x ON t RENAME TO y;",
        ),
        (
            "CREATE TABLE t (a integer); CREATE RULE x AS ON INSERT TO t DO NOTHING;",
            "ALTER RULE x ON t RENAME TO y;",
        ),
        ("CREATE ROLE x;", "ALTER ROLE x RENAME TO y;"),
        (
            "CREATE COLLATION x FROM \"C\";",
            "ALTER COLLATION x RENAME TO y;",
        ),
        (
            "CREATE OPERATOR FAMILY x USING btree;",
            "ALTER OPERATOR FAMILY x USING btree RENAME TO y;",
        ),
        (
            "CREATE TEXT SEARCH DICTIONARY x (template = simple);",
            "ALTER TEXT SEARCH DICTIONARY x RENAME TO y;",
        ),
    ]);
}
