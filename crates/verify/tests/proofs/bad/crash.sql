-- case
-- expect crash 3: after a crash
-- expect again 3: already exists
-- Transaction: none

CREATE INDEX CONCURRENTLY posts_title_idx ON posts (title);
-- case
-- expect crash 3: it cannot be run again
-- Transaction: none

ALTER TABLE posts ADD COLUMN rating integer;
CREATE INDEX CONCURRENTLY IF NOT EXISTS posts_rating_idx ON posts (rating);
-- case
-- expect crash 9: a second run comes to another end
-- Transaction: none

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_class WHERE relname = 'moved') THEN
        CREATE TABLE moved AS SELECT code, label FROM tags;
    END IF;
END $$;
INSERT INTO moved SELECT 'extra', 'Extra';
-- case
-- expect crash 3: comes to another end: index
-- Transaction: none

REINDEX INDEX CONCURRENTLY posts_slug_key;
-- case
-- base CREATE SEQUENCE numbers;
-- expect crash 2: after a crash after this statement, a second run comes to another end: tags: 1 fewer row
ALTER TABLE tags ADD COLUMN IF NOT EXISTS colour text;
DO $$
BEGIN
    IF nextval('numbers') = 1 THEN
        INSERT INTO tags (code, label) VALUES ('first of all', 'First') ON CONFLICT (code) DO NOTHING;
    END IF;
END $$;
-- case
-- expect crash 3: a second run comes to another end
-- expect again 3: a second run changes rows
-- Transaction: none

UPDATE posts SET views = views + 1 WHERE views < 1000000;
CREATE INDEX CONCURRENTLY IF NOT EXISTS posts_views_idx ON posts (views);
-- case
-- expect crash 3: it cannot be run again
-- Transaction: none

DROP INDEX CONCURRENTLY posts_author_id_idx;
CREATE INDEX CONCURRENTLY IF NOT EXISTS posts_author_idx ON posts (author_id);
-- case
-- expect crash 3: it cannot be run again
-- Transaction: none

ALTER TYPE status ADD VALUE 'hidden';
CREATE INDEX CONCURRENTLY IF NOT EXISTS posts_hidden_idx ON posts (id) WHERE status = 'hidden';
