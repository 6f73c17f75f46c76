-- case
-- expect undoes 0: index public.posts_title_idx
ALTER TABLE posts ADD COLUMN IF NOT EXISTS rating integer;
CREATE INDEX IF NOT EXISTS posts_title_idx ON posts (title);
-- next migration
-- Reverts: 0002
-- Incident: for a test
-- Destructive: for a test
-- Contract: release

ALTER TABLE posts DROP COLUMN IF EXISTS rating;
-- case
-- expect undoes 0: default
ALTER TABLE posts ALTER COLUMN views SET DEFAULT 5;
-- next migration
-- Reverts: 0002
-- Incident: for a test

ALTER TABLE posts ALTER COLUMN views SET DEFAULT 1;
