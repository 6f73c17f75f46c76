CREATE TABLE IF NOT EXISTS users (
    user_id uuid CONSTRAINT users_pkey PRIMARY KEY,
    email text
);
CREATE TABLE IF NOT EXISTS visits (
    visit_id uuid,
    at timestamptz
) PARTITION BY RANGE (at);
-- next migration
DO $$
DECLARE
    bound timestamptz := (SELECT max(at) FROM visits);
    holder text := (SELECT relowner::regrole FROM pg_class WHERE relname = 'visits');
BEGIN
    EXECUTE format('ALTER TABLE visits ADD CONSTRAINT visits_at_check CHECK (at < %L) NOT VALID', bound);
    EXECUTE format('ALTER TABLE visits OWNER TO %s', holder);
    EXECUTE 'DROP TABLE ' || holder;
END
$$;
-- next migration
ALTER TABLE userz ADD COLUMN IF NOT EXISTS theme text;
-- next migration
CREATE OR REPLACE FUNCTION make_visits(months integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    part text;
BEGIN
    FOR month IN 1 .. months LOOP
        part := 'visits_' || to_char(now(), 'YYYY_MM');
        EXECUTE format('CREATE TABLE public.%I (LIKE public.visits)', part);
        EXECUTE format('ALTER TABLE public.visits ATTACH PARTITION public.%I DEFAULT', part);
    END LOOP;
END
$$;
SELECT make_visits(3);
-- next migration
ALTER TABLE userz ADD COLUMN IF NOT EXISTS theme text;
ALTER TABLE visits_2024_01 ADD COLUMN IF NOT EXISTS theme text;
ALTER TABLE users ALTER COLUMN emial SET DEFAULT '';
-- next migration
DO $$
DECLARE
    part text := (SELECT tablename FROM pg_tables LIMIT 1);
BEGIN
    EXECUTE format('CREATE TABLE %I PARTITION OF visits DEFAULT', part);
END
$$;
-- next migration
ALTER TABLE userz ADD COLUMN IF NOT EXISTS theme text;
ALTER TABLE users ALTER COLUMN emial SET DEFAULT '';
