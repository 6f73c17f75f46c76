-- case
-- expect same-schema 1: a database with rows gets another schema than a new one
DO $$ BEGIN IF EXISTS (SELECT FROM authors) THEN ALTER TABLE authors ADD COLUMN IF NOT EXISTS legacy boolean; END IF; END $$;
-- case
-- expect same-schema 1: a database with rows gets another schema than a new one
DO $$ BEGIN IF NOT EXISTS (SELECT FROM posts) THEN CREATE INDEX IF NOT EXISTS posts_title_idx ON posts (title); END IF; END $$;
-- case
-- expect same-schema 1: order of columns
DO $$ BEGIN IF EXISTS (SELECT FROM tags) THEN ALTER TABLE tags ADD COLUMN IF NOT EXISTS a integer, ADD COLUMN IF NOT EXISTS b integer; ELSE ALTER TABLE tags ADD COLUMN IF NOT EXISTS b integer, ADD COLUMN IF NOT EXISTS a integer; END IF; END $$;
-- case
-- expect same-schema 1: default
DO $$ BEGIN EXECUTE format('ALTER TABLE posts ALTER COLUMN views SET DEFAULT %s', (SELECT count(*) FROM posts)); END $$;
-- case
-- expect same-schema 1: a database with rows gets another schema than a new one
DO $$ BEGIN IF NOT EXISTS (SELECT FROM posts WHERE price IS NULL) THEN ALTER TABLE posts ALTER COLUMN price SET NOT NULL; END IF; END $$;
-- case
-- expect same-schema 1: a database with rows gets another schema than a new one
DO $$ BEGIN FOR n IN 1..(SELECT least(2, count(*)) FROM tags) LOOP EXECUTE format('CREATE TABLE IF NOT EXISTS tag_%s (id integer)', n); END LOOP; END $$;
