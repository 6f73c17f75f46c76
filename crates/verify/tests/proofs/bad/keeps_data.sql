-- case
-- expect keeps-data 1: the column `authors.bio` and its
ALTER TABLE authors DROP COLUMN IF EXISTS bio;
-- case
-- expect keeps-data 1: the table `post_tags` and its
DROP TABLE IF EXISTS post_tags;
-- case
-- expect keeps-data 1: of `post_tags`
DELETE FROM post_tags WHERE tag IS NOT NULL;
-- case
-- expect keeps-data 1: of `post_tags`
TRUNCATE post_tags;
-- case
-- expect keeps-data 1: `authors.name` changed in
ALTER TABLE authors ALTER COLUMN name TYPE varchar(5) USING left(name, 5);
-- case
-- expect keeps-data 1: `posts.price` changed in
ALTER TABLE posts ALTER COLUMN price TYPE numeric(10, 0);
-- case
-- expect keeps-data 3: `posts.published_at` changed in
DO $$
BEGIN
    ALTER TABLE posts ALTER COLUMN published_at TYPE date;
END $$;
-- case
-- expect keeps-data 1: `authors.bio` changed in
UPDATE authors SET bio = NULL WHERE bio IS NOT NULL;
-- case
-- expect keeps-data 2: of `tags`
CREATE TABLE IF NOT EXISTS tags2 (code text PRIMARY KEY, label text NOT NULL);
DO $$ BEGIN IF to_regclass('tags3') IS NULL THEN INSERT INTO tags2 SELECT code, label FROM tags ORDER BY 1 LIMIT 3; ALTER TABLE post_tags DROP CONSTRAINT post_tags_tag_fkey; DROP TABLE tags; ALTER TABLE tags2 RENAME TO tags; CREATE TABLE tags3 (); END IF; END $$;
-- case
-- expect keeps-data 1: the column `authors.bio` is dropped and added again, without its
ALTER TABLE authors DROP COLUMN IF EXISTS bio;
ALTER TABLE authors ADD COLUMN bio text;
-- case
-- base ALTER TABLE authors ADD COLUMN nickname text CHECK (nickname IS NULL);
-- expect keeps-data 1: the column `authors.nickname` and the values that it has in production are gone
ALTER TABLE authors DROP COLUMN IF EXISTS nickname;
-- case
-- expect keeps-data 1: `posts.published_at` changed in
ALTER TABLE posts ALTER COLUMN published_at TYPE timestamptz USING (published_at AT TIME ZONE 'UTC') AT TIME ZONE 'America/New_York';
-- case
-- expect keeps-data 1: `authors.email` changed in
UPDATE authors SET email = upper(email) WHERE email <> upper(email);
-- case
-- expect keeps-data 1: of `post_tags`
DELETE FROM posts WHERE status = 'closed' OR id > 0;
-- case
-- expect keeps-data 1: `posts.views` changed in
UPDATE posts SET views = views % 10 WHERE views >= 10;
