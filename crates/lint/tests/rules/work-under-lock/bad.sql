SELECT pg_sleep(10);
ALTER TABLE singers ADD COLUMN IF NOT EXISTS motto text;
CREATE MATERIALIZED VIEW IF NOT EXISTS totals AS SELECT count(*) AS total FROM singers;
CREATE TABLE IF NOT EXISTS copies AS SELECT * FROM singers;
SELECT count(*) FROM singers;
DO $$
DECLARE
    r record;
BEGIN
    FOR r IN SELECT * FROM rehearsals LOOP
        RAISE NOTICE '%', r;
    END LOOP;
END
$$;
