-- case
-- expect 1: SELECT of `people.nickname` no longer works
DROP VIEW people_names; ALTER TABLE people DROP COLUMN nickname; CREATE VIEW people_names AS SELECT id, name, NULL::text AS nickname FROM people; GRANT SELECT, INSERT, UPDATE, DELETE ON people_names TO test_writer;
-- case
-- expect 1: SELECT of `bookings.note` no longer works
ALTER TABLE bookings RENAME COLUMN note TO remark;
-- case
-- expect 1: SELECT from `post_tags` no longer works
DROP TABLE post_tags;
-- case
-- expect 1: SELECT from `bookings` no longer works
ALTER TABLE bookings RENAME TO reservations;
-- case
-- expect 2: SELECT from `bookings` no longer works
CREATE SCHEMA other;
ALTER TABLE bookings SET SCHEMA other;
-- case
-- expect 1: `number` is text, was int4
ALTER TABLE rooms ALTER COLUMN number TYPE text;
-- case
-- expect 1: `born` is timestamptz, was date
ALTER TABLE people ALTER COLUMN born TYPE timestamptz;
-- case
-- expect 1: `score` is float8, was numeric
ALTER TABLE people ALTER COLUMN score DROP DEFAULT, ALTER COLUMN score TYPE double precision, ALTER COLUMN score SET DEFAULT 0;
-- case
-- expect 1: `note` is _text, was text
ALTER TABLE bookings ALTER COLUMN note TYPE text[] USING ARRAY[note];
-- case
-- expect 1: `kind` is event_kind, was text
CREATE TYPE event_kind AS ENUM ('a'); ALTER TABLE events DROP CONSTRAINT events_pkey; ALTER TABLE events ADD COLUMN kind2 event_kind; ALTER TABLE events DROP COLUMN kind; ALTER TABLE events RENAME COLUMN kind2 TO kind;
-- case
-- expect 1: another value is stored than was written in `score`
ALTER TABLE people ALTER COLUMN score TYPE numeric(8, 0);
-- case
-- expect 1: value too long
ALTER TABLE bookings ALTER COLUMN seat TYPE varchar(5) USING left(seat, 5);
-- case
-- expect 2: INSERT into `rooms`
ALTER TABLE rooms ADD COLUMN floor integer NOT NULL DEFAULT 0;
ALTER TABLE rooms ALTER COLUMN floor DROP DEFAULT;
-- case
-- expect 2: null value in column "nickname"
UPDATE people SET nickname = '-' WHERE nickname IS NULL;
ALTER TABLE people ALTER COLUMN nickname SET NOT NULL;
-- case
-- expect 1: NULL is stored where a value was
ALTER TABLE rooms ALTER COLUMN open_on DROP DEFAULT, ALTER COLUMN open_on DROP NOT NULL;
-- case
-- expect 1: null value in column "id"
ALTER TABLE bookings ALTER COLUMN id DROP DEFAULT;
-- case
-- expect 1: cannot insert a non-DEFAULT value into column "id"
ALTER TABLE people ALTER COLUMN id SET GENERATED ALWAYS;
-- case
-- expect 2: cannot insert a non-DEFAULT value into column "note"
ALTER TABLE bookings DROP COLUMN note;
ALTER TABLE bookings ADD COLUMN note text GENERATED ALWAYS AS ('booked ' || code) STORED;
-- case
-- expect 1: SELECT * from `bookings` no longer works
ALTER TABLE bookings ADD COLUMN note2 text; ALTER TABLE bookings DROP COLUMN note; ALTER TABLE bookings RENAME COLUMN note2 TO note;
ALTER TABLE bookings ADD COLUMN x integer;
-- case
-- expect 1: no partition of relation "events" found for row
ALTER TABLE events DETACH PARTITION events_2025;
-- case
-- expect 1: the sequence `ticket_numbers` no longer works
DROP SEQUENCE ticket_numbers;
-- case
-- expect 1: the sequence `ticket_numbers` no longer works
ALTER SEQUENCE ticket_numbers RENAME TO ticket_seq;
-- case
-- expect 1: its values are compared or sorted in another way
ALTER TABLE bookings ALTER COLUMN seat TYPE varchar(20) COLLATE german;
-- case
-- expect 2: ORDER BY `bookings.note` no longer works
CREATE COLLATION nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
ALTER TABLE bookings ALTER COLUMN note TYPE text COLLATE nocase;
-- case
-- expect 1: `posts`
ALTER TABLE posts RENAME TO articles; CREATE VIEW posts AS SELECT id, author_id, title, slug, body, status, views, price, published_at FROM articles; GRANT SELECT ON posts TO test_reader; CREATE RULE nothing AS ON INSERT TO posts DO INSTEAD NOTHING;
-- case
-- expect 1: `id` is uuid, was int8
ALTER TABLE log ALTER COLUMN id DROP IDENTITY; ALTER TABLE log ALTER COLUMN id TYPE uuid USING gen_random_uuid();
-- case
-- expect 1: nextval: reached maximum value of sequence
ALTER SEQUENCE ticket_numbers MAXVALUE 2; SELECT setval('ticket_numbers', 2);
