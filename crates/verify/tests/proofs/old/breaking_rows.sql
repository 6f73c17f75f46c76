-- case
-- expect 1: DELETE from `authors` of a row that `posts` refers to does something else: the rows that refer to it are deleted too; before, it was refused
ALTER TABLE posts DROP CONSTRAINT posts_author_id_fkey; ALTER TABLE posts ADD CONSTRAINT posts_author_id_fkey FOREIGN KEY (author_id) REFERENCES authors (id) ON DELETE CASCADE;
-- case
-- expect 1: DELETE from `authors` of a row that `posts` refers to does something else: the rows that refer to it stay, and refer to nothing; before, it was refused
ALTER TABLE posts DROP CONSTRAINT posts_author_id_fkey;
-- case
-- expect 2: of a row that `post_tags` refers to does something else: the rows that refer to it stay, and refer to nothing; before, they were deleted too
SELECT 1;
ALTER TABLE post_tags DROP CONSTRAINT post_tags_post_id_fkey;
-- case
-- expect 1: of a row that `bookings` refers to does something else: the rows that refer to it lose their reference; before, they were deleted too
ALTER TABLE bookings ALTER COLUMN room_id DROP NOT NULL; ALTER TABLE bookings DROP CONSTRAINT bookings_room_fkey; ALTER TABLE bookings ADD CONSTRAINT bookings_room_fkey FOREIGN KEY (room_id) REFERENCES rooms (id) ON DELETE SET NULL DEFERRABLE;
-- case
-- base CREATE TABLE keys (room_id integer NOT NULL REFERENCES rooms (id), code text); CREATE TABLE seats (booking_id uuid NOT NULL REFERENCES bookings (id));
-- expect 1: of a row that `bookings` refers to no longer works: update or delete on table "rooms" violates
ALTER TABLE bookings DROP CONSTRAINT bookings_room_fkey; ALTER TABLE bookings ADD CONSTRAINT bookings_room_fkey FOREIGN KEY (room_id) REFERENCES rooms (id) ON DELETE RESTRICT DEFERRABLE;
-- case
-- base CREATE TABLE folders (id integer PRIMARY KEY, parent_id integer REFERENCES folders (id));
-- expect 1: DELETE from `folders` of a row that `folders` refers to does something else: the rows that refer to it are deleted too
ALTER TABLE folders DROP CONSTRAINT folders_parent_id_fkey; ALTER TABLE folders ADD CONSTRAINT folders_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES folders (id) ON DELETE CASCADE;
-- case
-- base CREATE TABLE shelves (room text, place integer, PRIMARY KEY (room, place)); CREATE TABLE books (isbn text, room text, place integer, FOREIGN KEY (room, place) REFERENCES shelves);
-- expect 1: DELETE from `shelves` of a row that `books` refers to does something else: the rows that refer to it are deleted too
DO $$ BEGIN ALTER TABLE books DROP CONSTRAINT books_room_place_fkey; ALTER TABLE books ADD FOREIGN KEY (room, place) REFERENCES shelves ON DELETE CASCADE; END $$;
-- case
-- expect 1: the numbers of `rooms.id` come again: the next one is 1, and there are rows up to
ALTER SEQUENCE rooms_id_seq RESTART;
-- case
-- expect 2: the numbers of `posts.id` come again: the next one is 3, and there are rows up to
SELECT 1;
ALTER TABLE posts ALTER COLUMN id RESTART WITH 3;
-- case
-- expect 1: the numbers of `log.id` come again: the next one is 2,
SELECT setval(pg_get_serial_sequence('log', 'id'), 1);
-- case
-- expect 1: the numbers of `log.id` come again
DO $$ BEGIN PERFORM setval(pg_get_serial_sequence('log', 'id'), (SELECT min(id) FROM log)); END $$;
-- case
-- expect 1: the numbers of `people.id` come again: the next one is
INSERT INTO people (id, name) VALUES (100000, 'Ada');
-- case
-- base SELECT setval('ticket_numbers', 100);
-- expect 1: the numbers of the sequence `ticket_numbers` come again: the next one is 1, was 101
ALTER SEQUENCE ticket_numbers RESTART;
-- case
-- base CREATE SEQUENCE down INCREMENT BY -1; CREATE TABLE downs (id integer PRIMARY KEY DEFAULT nextval('down'));
-- expect 1: the numbers of `downs.id` come again: the next one is -1, and there are rows down to
ALTER SEQUENCE down RESTART;
-- case
-- expect 1: INSERT into `people` with the columns that it must have does something else, and 1 more statement: `score` is '5.00', was '0.00'
ALTER TABLE people ALTER COLUMN score SET DEFAULT 5;
-- case
-- expect 1: `status` is 'open', was 'draft'
ALTER TABLE posts ALTER COLUMN status SET DEFAULT 'open';
-- case
-- expect 1: `data` is '{"new": true}', was '{}'
ALTER TABLE people ALTER COLUMN data SET DEFAULT '{"new": true}';
-- case
-- expect 1: `updated_at` is '2000-01-01 00:00:00+00', was
ALTER TABLE people ALTER COLUMN updated_at SET DEFAULT '2000-01-01';
-- case
-- base CREATE TABLE doors (id uuid PRIMARY KEY, state text DEFAULT 'open', key text CHECK (key IS NOT NULL));
-- expect 1: INSERT into `doors` without `state` does something else: `state` is 'shut', was 'open'
ALTER TABLE doors ALTER COLUMN state SET DEFAULT 'shut';
-- case
-- base CREATE FUNCTION first_state() RETURNS text LANGUAGE sql STABLE AS $$ SELECT 'new' $$; CREATE TABLE orders (id uuid PRIMARY KEY, state text NOT NULL DEFAULT first_state());
-- expect 1: `state` is 'paid', was 'new'
CREATE OR REPLACE FUNCTION first_state() RETURNS text LANGUAGE sql STABLE AS $$ SELECT 'paid' $$;
-- case
-- base CREATE TABLE hand_overs (id integer PRIMARY KEY, giver text, taker text);
-- expect 3: `public.hand_overs.giver` and `public.hand_overs.taker` exchange their names
ALTER TABLE hand_overs RENAME giver TO other;
ALTER TABLE hand_overs RENAME taker TO giver;
ALTER TABLE hand_overs RENAME other TO taker;
