-- case
CREATE OR REPLACE FUNCTION mean_price(author uuid) RETURNS numeric LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (SELECT avg(p.price) FROM public.posts p WHERE p.author_id = author);
END $$;
CREATE OR REPLACE PROCEDURE close_posts(author uuid) LANGUAGE plpgsql AS $$
BEGIN
    UPDATE public.posts SET status = 'closed' WHERE author_id = author;
END $$;
-- case
CREATE OR REPLACE FUNCTION rows_of(name text) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
DECLARE
    counted bigint;
BEGIN
    EXECUTE format('SELECT count(*) FROM public.%I', name) INTO counted;
    RETURN counted;
END $$;
-- case
CREATE OR REPLACE FUNCTION require(n integer) RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
    IF n IS NULL OR n > -1 THEN
        RAISE EXCEPTION 'not so';
    END IF;
    RETURN n;
END $$;
-- case
CREATE TABLE IF NOT EXISTS posts_log (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, post_id bigint, what text NOT NULL, at timestamptz NOT NULL DEFAULT now());
CREATE OR REPLACE FUNCTION log_post() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    INSERT INTO public.posts_log (post_id, what) VALUES (COALESCE(NEW.id, OLD.id), TG_OP);
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER posts_log AFTER INSERT OR UPDATE OR DELETE ON posts FOR EACH ROW EXECUTE FUNCTION log_post();
-- case
DO $$ BEGIN CREATE TYPE colour AS ENUM ('red', 'green'); EXCEPTION WHEN duplicate_object THEN NULL; END $$;
ALTER TABLE tags ADD COLUMN IF NOT EXISTS colour colour NOT NULL DEFAULT 'red';
-- case
ALTER TABLE posts ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS all_of_them ON posts;
CREATE POLICY all_of_them ON posts USING (true) WITH CHECK (true);
-- case
ALTER TABLE authors ADD COLUMN IF NOT EXISTS search tsvector GENERATED ALWAYS AS (to_tsvector('english', name)) STORED;
CREATE INDEX IF NOT EXISTS authors_search_idx ON authors USING gin (search);
-- case
ALTER TABLE posts DROP CONSTRAINT IF EXISTS posts_author_id_fkey;
ALTER TABLE posts ADD CONSTRAINT posts_author_id_fkey FOREIGN KEY (author_id) REFERENCES authors (id) ON UPDATE CASCADE;
-- case
CREATE UNIQUE INDEX IF NOT EXISTS authors_email_name_key ON authors (email, name);
-- case
-- Transaction: none

CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS posts_id_slug_key ON posts (id, slug);
-- case
DO $$
DECLARE
    last uuid := '00000000-0000-0000-0000-000000000000';
BEGIN
    LOOP
        WITH batch AS (SELECT id FROM authors WHERE id > last AND bio IS NULL ORDER BY id LIMIT 5),
            done AS (UPDATE authors SET bio = '' FROM batch WHERE authors.id = batch.id RETURNING authors.id)
        SELECT id INTO last FROM done ORDER BY id DESC LIMIT 1;
        EXIT WHEN last IS NULL;
    END LOOP;
END $$;
-- case
ALTER TABLE posts ADD COLUMN IF NOT EXISTS kind text;
UPDATE posts SET kind = 'article' WHERE kind IS NULL;
ALTER TABLE posts ALTER COLUMN kind SET DEFAULT 'article';
ALTER TABLE posts ALTER COLUMN kind SET NOT NULL;
