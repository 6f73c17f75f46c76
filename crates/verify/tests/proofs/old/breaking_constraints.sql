-- case
-- expect 1: violates check constraint "people_name_short"
ALTER TABLE people ADD CONSTRAINT people_name_short CHECK (char_length(name) < 4) NOT VALID;
-- case
-- expect 1: violates check constraint "people_nicknamed"
ALTER TABLE people ADD CONSTRAINT people_nicknamed CHECK (nickname IS NOT NULL) NOT VALID;
-- case
-- expect 1: violates unique constraint "bookings_room_key"
DELETE FROM bookings a USING bookings b WHERE a.room_id = b.room_id AND a.id > b.id; CREATE UNIQUE INDEX bookings_room_key ON bookings (room_id);
-- case
-- expect 1: violates unique constraint "rooms_building_key"
DELETE FROM rooms a USING rooms b WHERE a.building = b.building AND a.id > b.id; CREATE UNIQUE INDEX rooms_building_key ON rooms (building);
-- case
-- expect 1: violates unique constraint "bookings_open_key"
DELETE FROM bookings a USING bookings b WHERE a.note IS NULL AND b.note IS NULL AND a.id > b.id; CREATE UNIQUE INDEX bookings_open_key ON bookings ((1)) WHERE note IS NULL;
-- case
-- expect 1: violates unique constraint
CREATE UNIQUE INDEX post_tags_tag_key ON posts (author_id, title, body);
-- case
-- expect 1: violates foreign key constraint "bookings_person_fkey"
ALTER TABLE bookings ADD CONSTRAINT bookings_person_fkey FOREIGN KEY (person_id) REFERENCES people (id) NOT VALID;
-- case
-- expect 1: conflicting key value violates exclusion constraint
DELETE FROM bookings a USING bookings b WHERE a.during && b.during AND a.id > b.id; ALTER TABLE bookings ADD CONSTRAINT bookings_during_excl EXCLUDE USING gist (during WITH &&);
-- case
-- expect 1: ON CONFLICT (building, number) no longer works
ALTER TABLE rooms DROP CONSTRAINT rooms_place_key;
-- case
-- expect 1: ON CONFLICT (code) no longer works
ALTER TABLE bookings DROP CONSTRAINT bookings_code_key;
CREATE INDEX ON bookings (code);
-- case
-- expect 1: ON CONFLICT (building, number) no longer works
ALTER TABLE rooms DROP CONSTRAINT rooms_place_key; ALTER TABLE rooms ADD CONSTRAINT rooms_place_key UNIQUE (building, number) DEFERRABLE;
-- case
-- expect 1: ON CONSTRAINT rooms_place_key no longer works
ALTER TABLE rooms RENAME CONSTRAINT rooms_place_key TO rooms_place_unique;
-- case
-- expect 1: the constraint `bookings_room_fkey` deferred no longer works
ALTER TABLE bookings ALTER CONSTRAINT bookings_room_fkey NOT DEFERRABLE;
-- case
-- expect 1: DELETE from `rooms` no longer works
ALTER TABLE bookings DROP CONSTRAINT bookings_room_fkey; ALTER TABLE bookings ADD CONSTRAINT bookings_room_fkey FOREIGN KEY (room_id) REFERENCES rooms (id) DEFERRABLE;
-- case
-- expect 1: violates check constraint "phone_short"
ALTER DOMAIN phone ADD CONSTRAINT phone_short CHECK (char_length(VALUE) < 3) NOT VALID;
-- case
-- expect 2: domain phone does not allow null values
UPDATE people SET phone = '112' WHERE phone IS NULL;
ALTER DOMAIN phone SET NOT NULL;
-- case
-- expect 1: a value of the type `weekday` no longer works
ALTER TYPE weekday RENAME VALUE 'sunday' TO 'sonntag';
-- case
-- expect 1: no longer works
DROP OPERATOR <-> (weekday, weekday); DROP FUNCTION differs(weekday, weekday); DROP CAST (weekday AS integer); DROP FUNCTION weekday_rank(weekday); ALTER TABLE rooms ALTER COLUMN open_on DROP DEFAULT; ALTER TYPE weekday RENAME TO weekday_old; CREATE TYPE weekday AS ENUM ('monday', 'tuesday'); ALTER TABLE rooms ALTER COLUMN open_on TYPE weekday USING (CASE WHEN open_on::text = 'sunday' THEN 'monday' ELSE open_on::text END)::weekday; DROP TYPE weekday_old; ALTER TABLE rooms ALTER COLUMN open_on SET DEFAULT 'monday';
-- case
-- expect 1: the type `weekday`
ALTER TYPE weekday RENAME TO day_of_week;
-- case
-- expect 1: `address.city` no longer works
ALTER TYPE address RENAME ATTRIBUTE city TO town;
-- case
-- expect 1: a trigger says no
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.note IS NULL THEN RAISE 'a trigger says no'; END IF; RETURN NEW; END $$; CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON bookings FOR EACH ROW EXECUTE FUNCTION refuse();
-- case
-- expect 2: it affects 0 rows, was 1
CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER swallow BEFORE DELETE ON log FOR EACH ROW EXECUTE FUNCTION swallow();
-- case
-- expect 2: another value is stored than was written in `name`
CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.name := upper(NEW.name); RETURN NEW; END $$;
CREATE TRIGGER shout BEFORE INSERT OR UPDATE ON people FOR EACH ROW EXECUTE FUNCTION shout();
-- case
-- expect 2: record "new" has no field "missing"
CREATE FUNCTION faulty() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.missing := 1; RETURN NEW; END $$;
CREATE TRIGGER faulty BEFORE UPDATE ON tags FOR EACH ROW EXECUTE FUNCTION faulty();
-- case
-- expect 1: `rooms`
ALTER TABLE log RENAME COLUMN what TO message;
-- case
-- expect 2: too late
CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'too late'; END $$;
CREATE CONSTRAINT TRIGGER late AFTER INSERT ON bookings DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION late();
-- case
-- expect 1: `updated_at` is no longer set
DROP TRIGGER people_stamp ON people;
-- case
-- base CREATE FUNCTION name_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.code := COALESCE(NEW.code, gen_random_uuid()::text); RETURN NEW; END $$; CREATE TRIGGER name_it BEFORE INSERT ON bookings FOR EACH ROW EXECUTE FUNCTION name_it();
-- expect 1: INSERT into `bookings` without `code` no longer works
ALTER TABLE bookings DISABLE TRIGGER name_it;
-- case
-- expect 1: malformed record literal
ALTER TYPE address ADD ATTRIBUTE zip text;
-- case
-- base CREATE TABLE keyless (a integer, b text);
-- expect 1: `keyless`
CREATE PUBLICATION everything FOR ALL TABLES;
