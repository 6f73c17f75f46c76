-- case
-- expect 1: the view `people_names` no longer works
DROP VIEW people_names;
-- case
-- expect 1: the view `people_names` no longer works
ALTER VIEW people_names RENAME TO names;
-- case
-- expect 2: the view `people_names` no longer works
DROP VIEW people_names;
CREATE VIEW people_names AS SELECT id, name FROM people; GRANT SELECT, INSERT, UPDATE, DELETE ON people_names TO test_writer;
-- case
-- expect 1: `id` is text, was int8
DROP VIEW people_names; CREATE VIEW people_names AS SELECT id::text, name, nickname FROM people; GRANT SELECT, INSERT, UPDATE, DELETE ON people_names TO test_writer;
-- case
-- expect 1: SELECT * from `people_names` no longer works
DROP VIEW people_names; CREATE VIEW people_names AS SELECT name, id, nickname FROM people; GRANT SELECT, INSERT, UPDATE, DELETE ON people_names TO test_writer;
-- case
-- expect 1: UPDATE of the view `people_names` no longer works
CREATE OR REPLACE VIEW people_names AS SELECT DISTINCT id, name, nickname FROM people;
-- case
-- expect 1: the view `people_names`
CREATE OR REPLACE VIEW people_names AS SELECT id, name, nickname FROM people WHERE false;
-- case
-- expect 1: REFRESH CONCURRENTLY of `room_counts` no longer works
DROP INDEX room_counts_key;
-- case
-- expect 1: the view `room_counts` no longer works
DROP MATERIALIZED VIEW room_counts;
-- case
-- expect 1: the function `greet` no longer works
DROP FUNCTION greet(text, text);
-- case
-- expect 1: the function `greet` no longer works
ALTER FUNCTION greet(text, text) RENAME TO welcome;
-- case
-- expect 1: the function `greet` no longer works
DROP FUNCTION greet(text, text); CREATE FUNCTION greet(who text, greeting text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT greeting || ', ' || who $$;
-- case
-- expect 1: the function `greet` no longer works
DROP FUNCTION greet(text, text); CREATE FUNCTION greet(person text, greeting text DEFAULT 'Hello') RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT greeting || ', ' || person $$;
-- case
-- expect 1: the function `greet` no longer works
CREATE FUNCTION greet(who text, greeting text DEFAULT 'Hello', mark text DEFAULT '!') RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT greeting || ', ' || who || mark $$;
-- case
-- expect 1: it is VOLATILE now
CREATE OR REPLACE FUNCTION greet(who text, greeting text DEFAULT 'Hello') RETURNS text LANGUAGE sql AS $$ SELECT greeting || ', ' || who $$;
-- case
-- expect 1: INSERT is not allowed in a non-volatile function
ALTER FUNCTION add_log(text) STABLE;
-- case
-- expect 1: `name` is date, was text
DROP FUNCTION people_named(text); CREATE FUNCTION people_named(part text) RETURNS TABLE (id bigint, name date) LANGUAGE sql STABLE AS $$ SELECT p.id, p.born FROM public.people p $$;
-- case
-- expect 1: the function `people_named`
DROP FUNCTION people_named(text); CREATE FUNCTION people_named(part text) RETURNS SETOF text LANGUAGE sql STABLE AS $$ SELECT p.name FROM public.people p $$;
-- case
-- expect 1: the function `people_named`
ALTER TABLE people RENAME COLUMN name TO full_name;
-- case
-- expect 1: the function `nickname_of`
DROP VIEW people_names; ALTER TABLE people DROP COLUMN nickname;
-- case
-- expect 1: not any more
CREATE OR REPLACE FUNCTION nickname_of(person bigint) RETURNS text LANGUAGE plpgsql STABLE AS $$ BEGIN RAISE EXCEPTION 'not any more'; END $$;
-- case
-- expect 1: the function `add_log` by the role `test_writer`
ALTER FUNCTION add_log(text) SECURITY INVOKER;
-- case
-- expect 1: the procedure `clear_log` no longer works
DROP PROCEDURE clear_log(bigint);
-- case
-- expect 1: the procedure `clear_log` no longer works
DROP PROCEDURE clear_log(bigint); CREATE PROCEDURE clear_log(before bigint, really boolean) LANGUAGE plpgsql AS $$ BEGIN END $$;
-- case
-- expect 1: the aggregate `longest` no longer works
DROP AGGREGATE longest(text);
-- case
-- expect 1: the cast from `weekday` to `integer` no longer works
DROP CAST (weekday AS integer);
-- case
-- expect 1: the operator `<->` no longer works
DROP OPERATOR <-> (weekday, weekday);
-- case
-- expect 1: the collation `german` no longer works
DROP COLLATION german;
-- case
-- expect 1: SELECT on table `people` by the role `test_writer`
REVOKE SELECT ON people FROM test_writer;
-- case
-- expect 1: SELECT on column `people.name` by the role `test_reader`
REVOKE SELECT (name) ON people FROM test_reader;
-- case
-- expect 1: SELECT on table `people` by the role `test_writer`
REVOKE SELECT ON people FROM test_writer; GRANT SELECT (id, name) ON people TO test_writer;
-- case
-- expect 1: INSERT on table `rooms` by the role `test_writer`
REVOKE INSERT ON rooms FROM test_writer;
-- case
-- expect 1: EXECUTE on function `add_log(text)` by the role `test_writer`
REVOKE EXECUTE ON FUNCTION add_log(text) FROM test_writer;
-- case
-- expect 1: USAGE on sequence `ticket_numbers` by the role `test_writer`
REVOKE USAGE ON SEQUENCE ticket_numbers FROM test_writer;
-- case
-- expect 1: by the role `test_writer`
REVOKE USAGE ON SCHEMA public FROM PUBLIC;
-- case
-- expect 1: `greet(text,text)` by the role `test_writer`
REVOKE EXECUTE ON FUNCTION greet(text, text) FROM PUBLIC;
-- case
-- expect 1: SELECT from `people` by the role `test_writer` no longer works
ALTER TABLE people ENABLE ROW LEVEL SECURITY;
-- case
-- expect 2: INSERT into `bookings` by the role `test_writer` no longer works
CREATE POLICY reading ON bookings FOR SELECT USING (true); CREATE POLICY changing ON bookings FOR UPDATE USING (true); CREATE POLICY removing ON bookings FOR DELETE USING (true);
ALTER TABLE bookings ENABLE ROW LEVEL SECURITY;
-- case
-- expect 1: SELECT from `people_names` by the role
REVOKE SELECT ON people FROM test_writer, test_reader; ALTER VIEW people_names SET (security_invoker = true);
-- case
-- expect 3: INSERT into `bookings` by the role `test_writer` no longer works
CREATE TABLE bookings_log (at timestamptz NOT NULL DEFAULT now(), code text);
CREATE FUNCTION log_booking() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.bookings_log (code) VALUES (NEW.code); RETURN NULL; END $$;
CREATE TRIGGER bookings_log AFTER INSERT ON bookings FOR EACH ROW EXECUTE FUNCTION log_booking();
-- case
-- expect 1: by the role `test_writer` no longer works
CREATE SEQUENCE room_order; ALTER TABLE bookings ADD COLUMN position bigint NOT NULL DEFAULT nextval('room_order');
-- case
-- base CREATE EXTENSION pgcrypto;
-- expect 1: the extension `pgcrypto` no longer works
DROP EXTENSION pgcrypto;
-- case
-- expect 2: SELECT * from `room_counts` no longer works
DROP MATERIALIZED VIEW room_counts;
CREATE MATERIALIZED VIEW room_counts AS SELECT building, count(*) AS rooms FROM rooms GROUP BY building WITH NO DATA; CREATE UNIQUE INDEX ON room_counts (building); GRANT SELECT, INSERT, UPDATE, DELETE ON room_counts TO test_writer;
-- case
-- base GRANT TRUNCATE ON log TO test_writer;
-- expect 1: TRUNCATE on table `log` by the role `test_writer`
REVOKE TRUNCATE ON log FROM test_writer;
-- case
-- expect 1: new row violates check option for view "people_names"
CREATE OR REPLACE VIEW people_names AS SELECT id, name, nickname FROM people WHERE id < 0 WITH LOCAL CHECK OPTION;
-- case
-- expect 2: the view `people_names`
CREATE FUNCTION closed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'closed'; END $$;
CREATE TRIGGER closed INSTEAD OF INSERT ON people_names FOR EACH ROW EXECUTE FUNCTION closed();
