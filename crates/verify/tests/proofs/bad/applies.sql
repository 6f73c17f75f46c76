-- case
-- expect applies 1: it fails on a database with rows: column "rating" of relation "posts" contains null values
ALTER TABLE posts ADD COLUMN IF NOT EXISTS rating integer NOT NULL;
-- case
-- expect applies 1: it fails on a database with rows: column "bio" of relation "authors" contains null values
ALTER TABLE authors ALTER COLUMN bio SET NOT NULL;
-- case
-- expect applies 2: it fails on a new database: relation "nobody" does not exist
SELECT 1;
ALTER TABLE nobody ADD COLUMN x integer;
-- case
-- expect applies 4: it fails on a new database: column "absent" does not exist
DO $$
BEGIN
    PERFORM 1;
    PERFORM absent FROM posts;
END $$;
-- case
-- expect applies 1: it fails on a database with rows: could not create unique index
CREATE UNIQUE INDEX IF NOT EXISTS posts_status_key ON posts (status);
-- case
-- expect applies 1: it fails on a database with rows: check constraint "posts_views_check1" of relation "posts" is violated by some row
ALTER TABLE posts ADD CONSTRAINT posts_views_check1 CHECK (views < 0);
-- case
-- expect applies 1: invalid transaction termination
DO $$ BEGIN UPDATE posts SET views = 1 WHERE views IS NULL; COMMIT; END $$;
-- case
-- expect applies 2: unsafe use of new value
ALTER TYPE status ADD VALUE IF NOT EXISTS 'hidden';
UPDATE posts SET status = 'hidden' WHERE status = 'hidden';
-- case
-- expect applies 1: it fails on a database with rows
ALTER TABLE posts ALTER COLUMN slug TYPE integer USING slug::integer;
-- case
-- expect applies 1: it fails on a new database: cannot drop table authors because other objects depend on it
DROP TABLE IF EXISTS authors;
-- case
-- expect applies 1: CREATE INDEX CONCURRENTLY cannot
CREATE INDEX CONCURRENTLY IF NOT EXISTS posts_title_idx ON posts (title);
-- case
-- expect applies 4: a call of `mean_price` fails: column p.amount does not exist
CREATE OR REPLACE FUNCTION mean_price(author uuid) RETURNS numeric LANGUAGE plpgsql STABLE AS $$
BEGIN
    -- The body is read when it runs.
    RETURN (SELECT avg(p.amount) FROM public.posts p WHERE p.author_id = author);
END $$;
-- case
-- expect applies 3: a call of `archive_post` fails: relation "public.archived_posts" does not exist
CREATE OR REPLACE PROCEDURE archive_post(post bigint, reason text DEFAULT 'old') LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.archived_posts (id, reason) VALUES (post, reason);
END $$;
-- case
-- expect applies 3: a call of `labels` fails: structure of query does not match function result type
CREATE OR REPLACE FUNCTION labels(part text) RETURNS TABLE (code text, size bigint) LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY SELECT t.code, char_length(t.label) FROM public.tags t;
END $$;
-- case
-- expect applies 3: fails: record "new" has no field "changed_at"
CREATE TABLE IF NOT EXISTS notes (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), body text);
CREATE OR REPLACE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.changed_at := now(); RETURN NEW; END $$;
CREATE OR REPLACE TRIGGER notes_stamp BEFORE INSERT ON notes FOR EACH ROW EXECUTE FUNCTION stamp();
-- case
-- expect applies 2: it fails on a database with rows: insert or update on table "posts" violates foreign key constraint
ALTER TABLE posts ADD COLUMN IF NOT EXISTS editor_id uuid NOT NULL DEFAULT gen_random_uuid();
ALTER TABLE posts ADD CONSTRAINT posts_editor_fkey FOREIGN KEY (editor_id) REFERENCES authors (id);
-- case
-- expect applies 1: it fails on a database with rows: could not create unique index "authors_name_key"
CREATE UNIQUE INDEX IF NOT EXISTS authors_name_key ON authors (name);
-- case
-- expect applies 1: it fails on a database with rows: could not create unique index "posts_title_key"
CREATE UNIQUE INDEX IF NOT EXISTS posts_title_key ON posts (title);
-- case
-- base CREATE DOMAIN short AS text; CREATE TABLE words (id integer PRIMARY KEY, word short NOT NULL);
-- expect applies 1: it fails on a database with rows: column "word" of table "words" contains values that violate the new constraint
ALTER DOMAIN short ADD CONSTRAINT short_length CHECK (char_length(VALUE) < 2);
-- case
-- base CREATE SCHEMA archive; CREATE TABLE archive.notes (id integer);
-- expect applies 2: it fails on a new database: relation "public.notes" does not exist
DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_class WHERE relname = 'notes') THEN CREATE TABLE public.notes (id integer); END IF; END $$;
CREATE INDEX IF NOT EXISTS notes_id_idx ON public.notes (id);
