DO $$
BEGIN
    IF to_regclass('teams') IS NOT NULL AND to_regclass('bands') IS NULL THEN
        ALTER TABLE teams RENAME TO bands;
    END IF;
END
$$;
-- next migration
DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 'Singers' AND column_name = 'name')
    THEN
        ALTER TABLE public."Singers" RENAME name TO title;
    END IF;
END
$$;
-- next migration
DO $$
BEGIN
    IF to_regclass('loud_teams') IS NOT NULL THEN
        ALTER VIEW loud_teams RENAME TO loud_bands;
    END IF;
    IF EXISTS (SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = 'music') THEN
        ALTER SCHEMA music RENAME TO songs;
    END IF;
    IF EXISTS (SELECT 1 FROM pg_catalog.pg_enum WHERE enumlabel = 'happy') THEN
        ALTER TYPE mood RENAME VALUE 'happy' TO 'glad';
    END IF;
END
$$;
