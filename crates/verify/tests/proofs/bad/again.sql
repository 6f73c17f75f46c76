-- case
-- expect again 1: a second run fails: column "age" of relation "authors" already exists
ALTER TABLE authors ADD COLUMN age integer;
-- case
-- expect again 1: a second run fails: relation "notes" already exists
CREATE TABLE notes (id uuid PRIMARY KEY);
-- case
-- expect again 2: a second run changes rows: tags: 1 more row
ALTER TABLE tags ADD COLUMN IF NOT EXISTS position integer;
INSERT INTO tags (code, label) SELECT 'new' || count(*), 'New' FROM tags;
-- case
-- base CREATE TABLE events (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL);
-- expect again 1: a second run changes rows: events: 1 more row
INSERT INTO events (name) VALUES ('start') ON CONFLICT DO NOTHING;
-- case
-- expect again 1: a second run changes rows: posts: `views`
-- expect keeps-data 1: `posts.views` changed
UPDATE posts SET views = views + 1 WHERE id > 0;
-- case
-- expect again 4: a second run fails: constraint "posts_title_check" for relation "posts" already exists
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_class WHERE relname = 'posts') THEN
        ALTER TABLE posts ADD CONSTRAINT posts_title_check CHECK (title <> '') NOT VALID;
    END IF;
END $$;
-- case
-- expect again 1: a second run fails
ALTER TABLE authors RENAME COLUMN bio TO about;
-- case
-- expect again 1: a second run fails
DROP VIEW open_posts;
-- case
-- expect again 2: a second run changes the schema
CREATE TABLE IF NOT EXISTS parts (id integer);
DO $$ BEGIN EXECUTE 'CREATE INDEX parts_' || (SELECT count(*) FROM pg_class WHERE relname LIKE 'parts%') || '_idx ON parts (id)'; END $$;
-- case
-- expect again 1: a second run changes rows: authors: `name` of
-- expect keeps-data 1: `authors.name` changed
UPDATE authors SET name = name || ' (author)' WHERE created_at < now();
-- case
-- expect again 1: a second run fails: type "colour" already exists
CREATE TYPE colour AS ENUM ('red', 'green');
-- case
-- expect again 2: a second run fails: trigger "posts_touch" for relation "posts" already exists
CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER posts_touch BEFORE UPDATE ON posts FOR EACH ROW EXECUTE FUNCTION touch();
-- case
-- expect again 1: a second run fails: policy "own" for table "posts" already exists
CREATE POLICY own ON posts USING (true);
-- case
-- expect again 1: a second run fails: function "twice" already exists with same argument types
CREATE FUNCTION twice(n integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT n * 2';
-- case
-- expect again 3: a second run fails: "measurements_2026" is already a partition
CREATE TABLE IF NOT EXISTS measurements (at date NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE IF NOT EXISTS measurements_2026 (at date NOT NULL);
ALTER TABLE measurements ATTACH PARTITION measurements_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
-- case
-- expect again 1: a second run changes rows: tags: `label` of
-- expect keeps-data 1: `tags.label` changed
UPDATE tags SET label = reverse(label) WHERE reverse(label) <> label;
