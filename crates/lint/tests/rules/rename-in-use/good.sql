DO $$
BEGIN
    IF to_regclass('teams') IS NOT NULL AND to_regclass('bands') IS NULL THEN
        ALTER TABLE teams RENAME TO bands;
    END IF;
END
$$;
CREATE OR REPLACE VIEW teams AS SELECT band_id AS team_id, name FROM bands;
-- next migration
-- The names of two tables are switched.
DO $$
BEGIN
    IF to_regclass('songs_new') IS NOT NULL THEN
        ALTER TABLE public.songs RENAME TO songs_old;
        -- check:allow several-strong-locks: both are locked for an instant
        ALTER TABLE songs_new RENAME TO songs;
    END IF;
END
$$;
-- next migration
CREATE TABLE IF NOT EXISTS places (place_id uuid CONSTRAINT places_pkey PRIMARY KEY, name text);
DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 'places' AND column_name = 'name')
    THEN
        ALTER TABLE places RENAME COLUMN name TO title;
    END IF;
END
$$;
-- next migration
-- A view takes the place of the table; what the file made, or what stays, is no matter.
CREATE TABLE IF NOT EXISTS venues (venue_id uuid CONSTRAINT venues_pkey PRIMARY KEY);
DO $$
BEGIN
    IF to_regclass('archive.singers') IS NULL THEN
        ALTER TABLE singers SET SCHEMA archive;
        ALTER TABLE venues SET SCHEMA archive;
        ALTER TABLE owners SET SCHEMA public;
        CREATE INDEX IF NOT EXISTS venues_idx ON archive.venues (venue_id);
    END IF;
END
$$;
CREATE OR REPLACE VIEW singers AS SELECT singer_id, name FROM archive.singers;
