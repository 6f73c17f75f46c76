-- Destructive: an example of it
DROP INDEX IF EXISTS users_status_idx;
DROP FUNCTION IF EXISTS double(integer);
DROP OWNED BY reader;
ALTER TABLE users DROP COLUMN IF EXISTS nickname;
ALTER TABLE users DROP CONSTRAINT IF EXISTS users_age_check;
ALTER TABLE users ALTER COLUMN total DROP EXPRESSION IF EXISTS;
ALTER TABLE users ALTER COLUMN number DROP IDENTITY IF EXISTS, ALTER COLUMN number DROP NOT NULL;
ALTER TYPE address DROP ATTRIBUTE IF EXISTS street;

DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_catalog.pg_tables WHERE tablename = 'bands') THEN
        DROP TABLE bands;
    END IF;
    IF to_regclass('teams') IS NOT NULL THEN
        DROP TABLE teams;
    END IF;
    BEGIN
        ALTER TABLE users DROP COLUMN title;
    EXCEPTION
        WHEN undefined_column THEN NULL;
    END;
END
$$;

CREATE TEMPORARY TABLE chosen (id uuid NOT NULL, CONSTRAINT chosen_pkey PRIMARY KEY (id));
DROP TABLE chosen;
