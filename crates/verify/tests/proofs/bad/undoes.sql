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
-- case
-- expect undoes 0: trigger
CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE OR REPLACE TRIGGER tags_touch BEFORE UPDATE ON tags FOR EACH ROW EXECUTE FUNCTION touch();
ALTER TABLE tags ADD COLUMN IF NOT EXISTS position integer;
-- next migration
-- Reverts: 0002
-- Incident: for a test
-- Destructive: for a test
-- Contract: release

ALTER TABLE tags DROP COLUMN IF EXISTS position;
-- case
-- expect undoes 0: privileges
REVOKE SELECT ON tags FROM test_reader;
ALTER TABLE tags ADD COLUMN IF NOT EXISTS position integer;
-- next migration
-- Reverts: 0002
-- Incident: for a test
-- Destructive: for a test
-- Contract: release

ALTER TABLE tags DROP COLUMN IF EXISTS position;
-- case
-- expect undoes 0: column public.tags.label
ALTER TABLE tags DROP COLUMN IF EXISTS label CASCADE;
-- next migration
-- Reverts: 0002
-- Incident: for a test

ALTER TABLE tags ADD COLUMN IF NOT EXISTS label varchar(40);
