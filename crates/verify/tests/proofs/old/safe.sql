-- case
ALTER TABLE people ADD COLUMN middle_name text;
-- case
ALTER TABLE people ADD COLUMN active boolean NOT NULL DEFAULT true;
-- case
ALTER TABLE bookings ADD COLUMN made_at timestamptz NOT NULL DEFAULT clock_timestamp(), ADD COLUMN made_by uuid DEFAULT gen_random_uuid();
-- case
ALTER TABLE bookings ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY;
-- case
ALTER TABLE rooms ADD COLUMN label text GENERATED ALWAYS AS (building || ' ' || number::text) STORED;
-- case
CREATE TABLE guests (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), booking_id uuid REFERENCES bookings (id), name text NOT NULL);
-- case
CREATE INDEX bookings_during_idx ON bookings USING gist (during); CREATE INDEX ON people (lower(name));
-- case
CREATE UNIQUE INDEX rooms_place_id_key ON rooms (building, number, open_on);
-- case
ALTER TABLE bookings ALTER COLUMN seat TYPE text;
-- case
ALTER TABLE bookings ALTER COLUMN seat TYPE varchar(400);
-- case
ALTER TABLE people ALTER COLUMN score TYPE numeric(12, 4);
-- case
ALTER TABLE people ALTER COLUMN score TYPE numeric;
-- case
ALTER TYPE weekday ADD VALUE 'friday' AFTER 'tuesday';
-- case
ALTER TABLE posts ADD CONSTRAINT posts_title_length CHECK (char_length(title) <= 200) NOT VALID;
-- case
ALTER TABLE posts ADD CONSTRAINT posts_views_low CHECK (views >= -1);
-- case
ALTER TABLE people ADD CONSTRAINT people_name_present CHECK (name IS NOT NULL) NOT VALID;
-- case
COMMENT ON TABLE people IS 'People.'; COMMENT ON COLUMN people.name IS 'Their name.'; COMMENT ON FUNCTION greet(text, text) IS 'Greets.';
-- case
GRANT SELECT ON bookings TO test_reader; GRANT SELECT (nickname) ON people TO test_reader;
-- case
CREATE FUNCTION greet(times integer) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT repeat('Hello', times) $$;
-- case
CREATE FUNCTION post_count(author uuid, state status) RETURNS bigint LANGUAGE sql STABLE AS $$ SELECT count(*) FROM public.posts WHERE author_id = author AND status = state $$;
-- case
DROP FUNCTION greet(text, text); CREATE FUNCTION greet(who text, greeting text DEFAULT 'Hello', mark text DEFAULT '!') RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT greeting || ', ' || who || mark $$;
-- case
DROP PROCEDURE clear_log(bigint); CREATE PROCEDURE clear_log(before bigint, really boolean DEFAULT true) LANGUAGE plpgsql AS $$ BEGIN DELETE FROM public.log WHERE id < before AND really; END $$;
-- case
CREATE VIEW open_rooms AS SELECT id, building FROM rooms; CREATE MATERIALIZED VIEW kinds AS SELECT kind, count(*) FROM events GROUP BY kind;
-- case
CREATE OR REPLACE VIEW people_names AS SELECT id, name, nickname, born FROM people;
-- case
CREATE OR REPLACE VIEW people_names AS SELECT p.id, p.name, p.nickname FROM people AS p WHERE p.id IS NOT NULL;
-- case
CREATE TABLE people_log (at timestamptz NOT NULL DEFAULT now(), person_id bigint);
CREATE FUNCTION log_person() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$ BEGIN INSERT INTO public.people_log (person_id) VALUES (NEW.id); RETURN NULL; END $$;
CREATE TRIGGER people_log AFTER INSERT OR UPDATE ON people FOR EACH ROW EXECUTE FUNCTION log_person();
-- case
CREATE OR REPLACE FUNCTION nickname_of(person bigint) RETURNS text LANGUAGE sql STABLE AS $$ SELECT p.nickname FROM public.people p WHERE p.id = person $$;
-- case
CREATE OR REPLACE FUNCTION people_named(part text) RETURNS TABLE (id bigint, name text) LANGUAGE sql STABLE AS $$ SELECT p.id, p.name FROM public.people p WHERE starts_with(p.name, part) ORDER BY p.id $$;
-- case
CREATE OR REPLACE FUNCTION greet(who text, greeting text DEFAULT 'Good morning') RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT greeting || ', ' || who || '.' $$;
-- case
ALTER TABLE tags ALTER COLUMN label SET DEFAULT 'none'; ALTER TABLE people ALTER COLUMN score SET DEFAULT 0.0; ALTER TABLE people ALTER COLUMN updated_at SET DEFAULT clock_timestamp();
-- case
ALTER TABLE posts DROP CONSTRAINT posts_views_check;
-- case
ALTER TABLE bookings DROP CONSTRAINT bookings_room_fkey; ALTER TABLE bookings ADD CONSTRAINT bookings_room_fkey FOREIGN KEY (room_id) REFERENCES rooms (id) ON DELETE CASCADE ON UPDATE CASCADE DEFERRABLE;
-- case
ALTER TABLE people ALTER COLUMN name DROP NOT NULL;
-- case
DROP INDEX posts_author_id_idx;
-- case
CREATE TABLE events_2027 PARTITION OF events FOR VALUES FROM ('2027-01-01') TO ('2028-01-01'); CREATE TABLE events_rest PARTITION OF events DEFAULT;
-- case
ALTER TABLE people ENABLE ROW LEVEL SECURITY; CREATE POLICY everybody ON people USING (true) WITH CHECK (true);
-- case
ALTER TABLE people RENAME TO persons; CREATE VIEW people AS SELECT id, name, nickname, phone, home, born, score, data, updated_at FROM persons; ALTER VIEW people ALTER COLUMN score SET DEFAULT 0; GRANT SELECT, INSERT, UPDATE, DELETE ON people TO test_writer; GRANT SELECT (id, name) ON people TO test_reader;
-- case
ALTER TABLE bookings ADD CONSTRAINT bookings_code_again UNIQUE (code); ALTER TABLE bookings ADD UNIQUE (id, code);
-- case
ALTER DOMAIN phone DROP CONSTRAINT phone_check;
-- case
ALTER DOMAIN phone ADD CONSTRAINT phone_long CHECK (char_length(VALUE) <= 40);
-- case
ALTER TABLE rooms SET (fillfactor = 80); ALTER TABLE people ALTER COLUMN data SET STORAGE EXTERNAL; ALTER TABLE log CLUSTER ON log_pkey; ALTER TABLE people REPLICA IDENTITY FULL; CREATE STATISTICS rooms_stat ON building, number FROM rooms;
-- case
ALTER TABLE posts RENAME CONSTRAINT posts_author_id_fkey TO posts_author_fk;
-- case
ALTER INDEX posts_author_id_idx RENAME TO posts_author_idx;
-- case
CREATE TYPE colour AS ENUM ('red'); CREATE DOMAIN year AS integer CHECK (VALUE > 0); CREATE SEQUENCE more; CREATE EXTENSION pgcrypto; CREATE SCHEMA archive;
-- case
ALTER TABLE people ALTER COLUMN nickname SET DEFAULT ''; UPDATE people SET nickname = '' WHERE nickname IS NULL;
-- case
ALTER FUNCTION greet(text, text) PARALLEL SAFE COST 5; ALTER FUNCTION nickname_of(bigint) IMMUTABLE; ALTER FUNCTION post_count(uuid) SECURITY DEFINER;
-- case
ALTER SEQUENCE ticket_numbers CACHE 10; ALTER TABLE log ALTER COLUMN id SET INCREMENT BY 2;
-- case
ALTER TABLE bookings ALTER CONSTRAINT bookings_room_fkey DEFERRABLE INITIALLY DEFERRED;
-- case
DELETE FROM events; INSERT INTO tags (code, label) VALUES ('new-one', 'New'); UPDATE rooms SET open_on = 'tuesday';
-- case
CREATE TRIGGER people_stamp_again BEFORE UPDATE ON people FOR EACH ROW EXECUTE FUNCTION stamp(); DROP TRIGGER people_stamp ON people;
-- case
CREATE OR REPLACE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.updated_at := clock_timestamp(); RETURN NEW; END $$;
-- case
CREATE PUBLICATION people_changes FOR TABLE people;
-- case
ALTER TABLE bookings ADD CONSTRAINT bookings_late FOREIGN KEY (room_id) REFERENCES rooms (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
-- case
ALTER TABLE posts DROP CONSTRAINT posts_author_id_fkey; ALTER TABLE posts ADD CONSTRAINT posts_author_again FOREIGN KEY (author_id) REFERENCES authors (id) ON DELETE RESTRICT NOT VALID;
-- case
ALTER TABLE post_tags DROP CONSTRAINT post_tags_post_id_fkey; CREATE FUNCTION drop_tags() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM public.post_tags WHERE post_id = OLD.id; RETURN OLD; END $$; CREATE TRIGGER drop_tags BEFORE DELETE ON posts FOR EACH ROW EXECUTE FUNCTION drop_tags();
-- case
DELETE FROM post_tags; ALTER TABLE posts ALTER COLUMN id RESTART WITH 1000; SELECT setval('rooms_id_seq', (SELECT max(id) FROM rooms)); SELECT nextval('ticket_numbers');
-- case
TRUNCATE log RESTART IDENTITY;
-- case
INSERT INTO rooms (building, number) SELECT 'new', n FROM generate_series(1, 3) n; INSERT INTO people (id, name) VALUES (-1, 'Ada');
-- case
ALTER TABLE rooms ALTER COLUMN id DROP DEFAULT; DROP SEQUENCE rooms_id_seq; ALTER TABLE rooms ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (START WITH 1000); GRANT USAGE ON SEQUENCE rooms_id_seq TO test_writer;
