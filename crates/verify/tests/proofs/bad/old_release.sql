-- case
-- expect old-release 3: SELECT of `authors.bio` no longer works
-- Destructive: for a test

ALTER TABLE authors DROP COLUMN IF EXISTS bio;
-- case
-- expect old-release 1: `authors.bio` no longer works
DO $$ BEGIN IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'authors'::regclass AND attname = 'bio') THEN ALTER TABLE authors RENAME COLUMN bio TO about; END IF; END $$;
-- case
-- expect old-release 3: INSERT into `authors`
ALTER TABLE authors ADD COLUMN IF NOT EXISTS country text;
UPDATE authors SET country = 'DE' WHERE country IS NULL;
ALTER TABLE authors ALTER COLUMN country SET NOT NULL;
-- case
-- expect old-release 1: `views` is int8, was int4
ALTER TABLE posts ALTER COLUMN views TYPE bigint;
-- case
-- expect old-release 1: ON CONFLICT (slug) no longer works
DROP INDEX IF EXISTS x; ALTER TABLE posts DROP CONSTRAINT IF EXISTS posts_slug_key;
-- case
-- expect old-release 1: ON CONSTRAINT posts_slug_key no longer works
DO $$ BEGIN IF EXISTS (SELECT FROM pg_constraint WHERE conname = 'posts_slug_key') THEN ALTER TABLE posts RENAME CONSTRAINT posts_slug_key TO posts_slug_unique; END IF; END $$;
-- case
-- expect old-release 1: the view `open_posts` no longer works
DROP VIEW IF EXISTS open_posts;
-- case
-- expect old-release 1: a call of the function `post_count` no longer works
DROP FUNCTION IF EXISTS post_count(uuid);
-- case
-- expect old-release 2: `post_count` is int4, was int8
DROP FUNCTION IF EXISTS post_count(uuid);
CREATE FUNCTION post_count(author uuid) RETURNS integer LANGUAGE sql STABLE AS 'SELECT 1';
-- case
-- expect old-release 1: SELECT on table `posts` by the role `test_reader`
REVOKE SELECT ON posts FROM test_reader;
-- case
-- expect old-release 1: NULL is stored where a value was
DO $$ BEGIN ALTER TABLE posts ALTER COLUMN views DROP NOT NULL; ALTER TABLE posts ALTER COLUMN views DROP DEFAULT; END $$;
-- case
-- expect old-release 1: with the columns that it must have no longer works
ALTER TABLE posts ALTER COLUMN body DROP DEFAULT;
-- case
-- expect old-release 1: `posts`
DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 'posts_title_short') THEN ALTER TABLE posts ADD CONSTRAINT posts_title_short CHECK (char_length(title) < 2) NOT VALID; END IF; END $$;
-- case
-- expect old-release 1: INSERT into `authors`
DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgname = 'no_more') THEN CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''closed''; END'; CREATE TRIGGER no_more BEFORE INSERT ON authors FOR EACH ROW EXECUTE FUNCTION refuse(); END IF; END $$;
-- case
-- expect old-release 1: SELECT from `tags` no longer works
DO $$ BEGIN IF to_regclass('labels') IS NULL THEN ALTER TABLE tags RENAME TO labels; END IF; END $$;
-- case
-- expect old-release 1: SELECT from `tags` no longer works
DO $$ BEGIN IF to_regclass('other.tags') IS NULL THEN CREATE SCHEMA other; ALTER TABLE tags SET SCHEMA other; END IF; END $$;
-- case
-- expect old-release 1: a value of the type `status` no longer works
DO $$ BEGIN IF EXISTS (SELECT FROM pg_enum WHERE enumlabel = 'closed') THEN ALTER TYPE status RENAME VALUE 'closed' TO 'done'; END IF; END $$;
-- case
-- expect old-release 1: SELECT from `posts` by the role `test_reader` no longer works
ALTER TABLE posts ENABLE ROW LEVEL SECURITY;
-- case
-- expect old-release 1: of a row that differs from another in its keys only
CREATE UNIQUE INDEX IF NOT EXISTS posts_author_key ON posts (author_id, title, body);
-- case
-- expect old-release 1: DELETE from `tags` no longer works
DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgname = 'keep') THEN CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''kept''; END'; CREATE TRIGGER keep BEFORE DELETE ON tags FOR EACH ROW EXECUTE FUNCTION keep(); END IF; END $$;
