-- case
CREATE TABLE IF NOT EXISTS notes (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), post_id bigint NOT NULL REFERENCES posts (id), body text NOT NULL);
CREATE INDEX IF NOT EXISTS notes_post_id_idx ON notes (post_id);
-- case
ALTER TABLE posts ADD COLUMN IF NOT EXISTS subtitle text;
-- case
ALTER TABLE posts ADD COLUMN IF NOT EXISTS rating integer NOT NULL DEFAULT 0;
-- case
-- Transaction: none

CREATE INDEX CONCURRENTLY IF NOT EXISTS posts_title_idx ON posts (title);
-- case
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = 'posts'::regclass AND conname = 'posts_title_check') THEN
        ALTER TABLE posts ADD CONSTRAINT posts_title_check CHECK (char_length(title) <= 200) NOT VALID;
    END IF;
END $$;
-- case
-- base ALTER TABLE posts ADD CONSTRAINT posts_title_check CHECK (char_length(title) <= 200) NOT VALID;
ALTER TABLE posts VALIDATE CONSTRAINT posts_title_check;
-- case
INSERT INTO tags (code, label) VALUES ('news', 'News'), ('faith', 'Faith') ON CONFLICT (code) DO NOTHING;
-- case
UPDATE authors SET bio = 'unknown' WHERE bio IS NULL;
-- case
ALTER TYPE status ADD VALUE IF NOT EXISTS 'archived';
-- case
CREATE OR REPLACE VIEW open_posts AS SELECT id, title, author_id, slug FROM posts WHERE status = 'open';
-- case
CREATE OR REPLACE FUNCTION post_count(author uuid) RETURNS bigint LANGUAGE sql STABLE AS 'SELECT count(id) FROM posts WHERE author_id = author';
-- case
ALTER TABLE posts ALTER COLUMN slug TYPE varchar(400);
-- case
ALTER TABLE posts ALTER COLUMN price TYPE numeric(14, 4);
-- case
ALTER TABLE tags ALTER COLUMN label SET DEFAULT 'empty';
-- case
ALTER TABLE authors ALTER COLUMN name DROP NOT NULL;
-- case
DROP INDEX IF EXISTS posts_author_id_idx;
-- case
-- Transaction: none

DROP INDEX CONCURRENTLY IF EXISTS posts_author_id_idx;
-- case
COMMENT ON TABLE posts IS 'Posts.';
COMMENT ON COLUMN posts.title IS 'The title.';
-- case
-- Loosens: for a test

GRANT SELECT ON post_tags TO test_reader;
-- case
ALTER TABLE posts ADD COLUMN IF NOT EXISTS updated_at timestamptz NOT NULL DEFAULT now();
CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.updated_at := now(); RETURN NEW; END $$;
CREATE OR REPLACE TRIGGER posts_touch BEFORE UPDATE ON posts FOR EACH ROW EXECUTE FUNCTION touch();
-- case
ALTER TABLE posts SET (fillfactor = 90);
ALTER TABLE posts ALTER COLUMN title SET STATISTICS 500;
-- case
CREATE SCHEMA IF NOT EXISTS archive;
CREATE TABLE IF NOT EXISTS archive.posts (LIKE public.posts INCLUDING ALL);
-- case
CREATE EXTENSION IF NOT EXISTS plpgsql;
CREATE SEQUENCE IF NOT EXISTS invoice_numbers;
-- case
DO $$ BEGIN IF to_regclass('labels') IS NULL THEN ALTER TABLE tags RENAME TO labels; CREATE VIEW tags AS SELECT code, label FROM labels; GRANT SELECT ON tags TO test_reader; END IF; END $$;
-- case
CREATE TABLE IF NOT EXISTS measurements (at date NOT NULL, value integer) PARTITION BY RANGE (at);
CREATE TABLE IF NOT EXISTS measurements_2026 PARTITION OF measurements FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
-- case
CREATE MATERIALIZED VIEW IF NOT EXISTS totals AS SELECT author_id, count(*) AS posts FROM posts GROUP BY author_id;
CREATE UNIQUE INDEX IF NOT EXISTS totals_author_id_key ON totals (author_id);
-- case
CREATE INDEX IF NOT EXISTS posts_title_idx ON posts (title);
COMMENT ON TABLE tags IS 'Tags.';
-- next migration
ALTER TABLE tags ADD COLUMN IF NOT EXISTS position integer;
-- next migration
-- Reverts: 0002
-- Incident: for a test

DROP INDEX IF EXISTS posts_title_idx;
COMMENT ON TABLE tags IS NULL;
