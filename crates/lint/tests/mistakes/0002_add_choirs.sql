-- Migration: 0002_add_choirs
-- Database: codex
-- Author: Your Name
-- Date: 2026-11-21
-- Description: choirs, who sings in them, what they sing, and when they rehearse

BEGIN;

SET lock_timeout = '5s';

-- Songs were entered in minutes; choirs plan in seconds.
UPDATE songs SET duration = duration * 60 WHERE duration IS NOT NULL;
UPDATE people SET locale = 'de';

CREATE TYPE voice AS ENUM ('soprano', 'alto', 'tenor', 'bass');

CREATE TABLE choirs (
    choir_id uuid NOT NULL DEFAULT gen_random_uuid(),
    name varchar(100) NOT NULL,
    conductor_id uuid CONSTRAINT choirs_conductor_id_fkey REFERENCES people (person_id),
    founded_at timestamp,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT choirs_pkey PRIMARY KEY (choir_id),
    CHECK (name <> '')
);

CREATE TABLE IF NOT EXISTS choir_members (
    choir_id uuid NOT NULL CONSTRAINT choir_members_choir_id_fkey REFERENCES choirs (choir_id),
    person_id uuid NOT NULL CONSTRAINT choir_members_person_id_fkey REFERENCES people (person_id),
    voice voice NOT NULL,
    joined_on date NOT NULL DEFAULT current_date
);

CREATE INDEX IF NOT EXISTS choir_members_choir_id_idx ON choir_members (choir_id, voice);
CREATE INDEX IF NOT EXISTS choir_members_person_id_idx ON choir_members (person_id);

CREATE TABLE IF NOT EXISTS rehearsals (
    rehearsal_id uuid NOT NULL DEFAULT gen_random_uuid(),
    choir_id uuid NOT NULL CONSTRAINT rehearsals_choir_id_fkey REFERENCES choirs (choir_id),
    begins_at timestamptz NOT NULL,
    room text NOT NULL,
    CONSTRAINT rehearsals_pkey PRIMARY KEY (rehearsal_id),
    CONSTRAINT rehearsals_choir_id_begins_at_key UNIQUE (choir_id, begins_at)
);

CREATE FUNCTION next_rehearsal(choir uuid) RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT min(begins_at) FROM rehearsals WHERE choir_id = choir AND begins_at > now()
$$;

CREATE OR REPLACE VIEW choir_programmes AS
SELECT c.choir_id, c.name, h.title
FROM choirs AS c
JOIN inspire.hymns AS h ON h.choir_id = c.choir_id;

INSERT INTO choirs (name) VALUES ('Jubilee Singers');

-- The programme of the rehearsals logs in by itself.
ALTER ROLE rehearsal_planner LOGIN PASSWORD 'Cantate-Domino-1625';
GRANT SELECT ON choirs, rehearsals TO rehearsal_planner;

ALTER TABLE people ADD COLUMN phone text;
ALTER TABLE people DROP COLUMN IF EXISTS fax;

DO $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM pg_catalog.pg_attribute
        WHERE attrelid = 'people'::regclass AND attname = 'full_name'
    ) THEN
        ALTER TABLE people RENAME COLUMN full_name TO display_name;
    END IF;
END
$$;

-- check:allow index-concurrent: not many people yet
CREATE INDEX IF NOT EXISTS people_phone_idx ON people (phone);

LOCK TABLE songs;
ALTER TABLE songs ADD COLUMN IF NOT EXISTS share_code uuid DEFAULT gen_random_uuid();
ALTER TABLE songs ALTER COLUMN duration TYPE bigint;
ALTER TABLE songs ALTER COLUMN composer SET NOT NULL;
ALTER TABLE songs ADD CONSTRAINT songs_title_check CHECK (title <> '') NOT VALID;

DO $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM pg_catalog.pg_constraint
        WHERE conname = 'songs_duration_check' AND conrelid = 'songs'::regclass
    ) THEN
        ALTER TABLE songs ADD CONSTRAINT songs_duration_check CHECK (duration > 0);
    END IF;

    IF NOT EXISTS (
        SELECT 1 FROM pg_catalog.pg_constraint
        WHERE conname = 'songs_translator_id_fkey' AND conrelid = 'songs'::regclass
    ) THEN
        ALTER TABLE songs ADD CONSTRAINT songs_translator_id_fkey
            FOREIGN KEY (translator_id) REFERENCES people (person_id);
    END IF;

    IF NOT EXISTS (
        SELECT 1 FROM pg_catalog.pg_constraint
        WHERE conname = 'songs_share_code_key' AND conrelid = 'songs'::regclass
    ) THEN
        ALTER TABLE songs ADD CONSTRAINT songs_share_code_key UNIQUE (share_code);
    END IF;
END
$$;

UPDATE songs SET composer = 'unknown' WHERE composer IS NULL;

VACUUM songs;

COMMIT;
