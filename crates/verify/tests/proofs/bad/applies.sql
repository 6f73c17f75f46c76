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
