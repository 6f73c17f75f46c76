-- One object at least of every kind.
CREATE SCHEMA app AUTHORIZATION writer;
CREATE EXTENSION pgcrypto SCHEMA app;
COMMENT ON SCHEMA app IS 'What it''s for';

CREATE TYPE app.mood AS ENUM ('sad', 'ok', 'it''s "fine"');
CREATE DOMAIN app.positive AS integer DEFAULT 1 CONSTRAINT positive_check CHECK (VALUE > 0) NOT NULL;
CREATE TYPE app.address AS (street text, "ZIP code" varchar(10) COLLATE "C");
CREATE FUNCTION app.span_length(a double precision, b double precision) RETURNS double precision
    LANGUAGE sql IMMUTABLE STRICT AS 'SELECT a - b';
CREATE TYPE app.span AS RANGE (SUBTYPE = double precision, SUBTYPE_DIFF = app.span_length);
CREATE COLLATION app.german (PROVIDER = libc, LOCALE = 'C');
CREATE TYPE app.shell;

CREATE SEQUENCE app.numbers AS integer START 10 INCREMENT 5 CACHE 3 CYCLE;
CREATE UNLOGGED TABLE app.notes (
    id bigint GENERATED ALWAYS AS IDENTITY (START 100) PRIMARY KEY,
    legacy serial,
    title varchar(80) COLLATE "C" NOT NULL DEFAULT 'it''s new',
    body text,
    size integer GENERATED ALWAYS AS (length(body)) STORED,
    mood app.mood DEFAULT 'ok',
    amount app.positive,
    home app.address,
    number integer DEFAULT nextval('app.numbers'),
    CONSTRAINT notes_title_check CHECK (title <> ''),
    CONSTRAINT notes_title_key UNIQUE (title) DEFERRABLE INITIALLY DEFERRED
) WITH (fillfactor = 70, autovacuum_enabled = off, toast.autovacuum_enabled = off);
ALTER SEQUENCE app.numbers OWNED BY app.notes.number;
ALTER TABLE app.notes ALTER body SET STORAGE EXTERNAL, ALTER body SET STATISTICS 500,
    ALTER amount SET (n_distinct = 5), REPLICA IDENTITY FULL;
ALTER TABLE app.notes ADD CONSTRAINT notes_later CHECK (size < 1000) NOT VALID;
ALTER TABLE app.notes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY, CLUSTER ON notes_pkey;
CREATE INDEX notes_mood_idx ON app.notes USING btree (mood, lower(title)) INCLUDE (size) WHERE mood <> 'sad';
ALTER INDEX app.notes_mood_idx ALTER COLUMN 2 SET STATISTICS 300;
CREATE INDEX notes_hash ON app.notes USING hash (title) WITH (fillfactor = 60);
CREATE STATISTICS app.notes_stats (ndistinct, dependencies) ON title, mood FROM app.notes;
ALTER STATISTICS app.notes_stats SET STATISTICS 200;
COMMENT ON TABLE app.notes IS 'Notes';
COMMENT ON COLUMN app.notes.title IS 'What it says';
COMMENT ON CONSTRAINT notes_title_check ON app.notes IS 'Not empty';
COMMENT ON INDEX app.notes_pkey IS 'The key';

CREATE TABLE app.authors (id integer PRIMARY KEY);
CREATE TABLE app.comments (
    author integer REFERENCES app.authors ON DELETE CASCADE,
    said text,
    during tsrange,
    EXCLUDE USING gist (during WITH &&)
);
CREATE TABLE app.events (at timestamptz NOT NULL, what text, PRIMARY KEY (at)) PARTITION BY RANGE (at);
CREATE TABLE app.events_2026 PARTITION OF app.events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE app.events_other PARTITION OF app.events DEFAULT;
CREATE INDEX events_what_idx ON app.events (what);
CREATE TABLE app.parent (a integer, CONSTRAINT a_check CHECK (a > 0));
CREATE TABLE app.child (b integer) INHERITS (app.parent);
CREATE TABLE app.of_type OF app.address (street NOT NULL);

CREATE VIEW app.titles WITH (security_barrier) AS SELECT id, title FROM app.notes WHERE size > 0 WITH LOCAL CHECK OPTION;
COMMENT ON COLUMN app.titles.title IS 'A title';
ALTER VIEW app.titles ALTER title SET DEFAULT 'none';
CREATE MATERIALIZED VIEW app.counts AS SELECT mood, count(*) AS count FROM app.notes GROUP BY mood WITH NO DATA;
CREATE UNIQUE INDEX counts_key ON app.counts (mood);

CREATE FUNCTION app.touch() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    RETURN NEW;
END $$;
CREATE PROCEDURE app.clean(INOUT days integer DEFAULT 7) LANGUAGE sql AS 'SELECT days';
CREATE AGGREGATE app.total(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0', COMBINEFUNC = int4pl, PARALLEL = SAFE);
CREATE TRIGGER notes_touch BEFORE UPDATE OF title ON app.notes FOR EACH ROW WHEN (old.title <> new.title) EXECUTE FUNCTION app.touch();
ALTER TABLE app.notes DISABLE TRIGGER notes_touch;
CREATE TRIGGER events_touch AFTER INSERT ON app.events FOR EACH ROW EXECUTE FUNCTION app.touch();
CREATE RULE comments_quiet AS ON DELETE TO app.comments DO INSTEAD NOTHING;
CREATE POLICY notes_own ON app.notes AS RESTRICTIVE FOR UPDATE TO reader, writer USING (size > 1) WITH CHECK (size > 2);
CREATE FUNCTION app.at_ddl() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER watch ON ddl_command_end WHEN TAG IN ('DROP TABLE', 'CREATE VIEW') EXECUTE FUNCTION app.at_ddl();
ALTER EVENT TRIGGER watch DISABLE;

CREATE FUNCTION app.same(app.address, app.address) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1::text = $2::text';
CREATE FUNCTION app.order_of(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 - $2';
CREATE OPERATOR app.=== (LEFTARG = app.address, RIGHTARG = app.address, FUNCTION = app.same, COMMUTATOR = OPERATOR(app.===));
CREATE OPERATOR CLASS app.backwards FOR TYPE integer USING btree AS
    OPERATOR 1 > , OPERATOR 2 >= , OPERATOR 3 = , OPERATOR 4 <= , OPERATOR 5 < , FUNCTION 1 app.order_of(integer, integer);
CREATE FUNCTION app.to_address(text) RETURNS app.address LANGUAGE sql IMMUTABLE AS 'SELECT ROW($1, '''')::app.address';
CREATE CAST (text AS app.address) WITH FUNCTION app.to_address(text) AS ASSIGNMENT;
CREATE CONVERSION app.latin FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
CREATE TEXT SEARCH DICTIONARY app.simple_words (TEMPLATE = simple, accept = false);
CREATE TEXT SEARCH CONFIGURATION app.words (COPY = pg_catalog.english);
ALTER TEXT SEARCH CONFIGURATION app.words ALTER MAPPING FOR asciiword WITH app.simple_words, english_stem;
CREATE TEXT SEARCH PARSER app.parser (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);
CREATE TEXT SEARCH TEMPLATE app.template (INIT = dsimple_init, LEXIZE = dsimple_lexize);
CREATE ACCESS METHOD rows TYPE TABLE HANDLER heap_tableam_handler;
CREATE LANGUAGE plother HANDLER plpgsql_call_handler;
CREATE FUNCTION app.from_sql(internal) RETURNS internal LANGUAGE internal IMMUTABLE AS 'prsd_lextype';
CREATE TRANSFORM FOR app.address LANGUAGE plpgsql (FROM SQL WITH FUNCTION app.from_sql(internal));

CREATE FOREIGN DATA WRAPPER wrapper OPTIONS (debug 'true');
CREATE SERVER remote TYPE 'mirror' FOREIGN DATA WRAPPER wrapper OPTIONS (host 'there', password 'hush');
CREATE USER MAPPING FOR PUBLIC SERVER remote OPTIONS (password 'hush');
CREATE FOREIGN TABLE app.elsewhere (a integer OPTIONS (name 'b')) SERVER remote OPTIONS (path '/x');
CREATE PUBLICATION outgoing FOR TABLE app.comments WITH (publish = 'insert');
CREATE SUBSCRIPTION incoming CONNECTION 'host=nowhere password=hush' PUBLICATION p WITH (connect = false, slot_name = NONE);

GRANT USAGE ON SCHEMA app TO reader;
GRANT SELECT, UPDATE (title) ON app.notes TO reader WITH GRANT OPTION;
GRANT ALL ON app.comments TO writer;
REVOKE EXECUTE ON FUNCTION app.touch() FROM PUBLIC;
ALTER TABLE app.comments OWNER TO writer;
ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO reader;
ALTER DEFAULT PRIVILEGES FOR ROLE writer REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem = ''8MB''', current_database()); END $$;
