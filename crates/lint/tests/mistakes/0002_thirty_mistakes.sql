-- Migration: 0003_thirty_mistakes
-- Database: codex
-- Author: Your Name
-- Date: 2026-11-21
-- Description: choirs, their songs and their rehearsals, written in a hurry

BEGIN;

CREATE SCHEMA archive;

-- check:allow timestamptz
CREATE TABLE IF NOT EXISTS rehearsals (
    rehearsal_id bigserial,
    begins_at timestamp NOT NULL,
    room_id uuid NOT NULL,
    period tstzrange NOT NULL,
    CONSTRAINT rehearsals_pkey PRIMARY KEY (rehearsal_id),
    EXCLUDE USING gist (room_id WITH =, period WITH &&)
);

CREATE TABLE choirs (
    choir_id uuid NOT NULL DEFAULT gen_random_uuid(),
    name varchar(100) NOT NULL,
    slug text NOT NULL UNIQUE,
    country_code char(2),
    region_code text,
    settings json NOT NULL DEFAULT '{}',
    member_count integer NOT NULL DEFAULT 0 CHECK (member_count >= 0),
    "order" smallint NOT NULL DEFAULT 0,
    "displayName" text,
    conductor_id uuid REFERENCES people (person_id),
    deputy_id uuid,
    founder_id uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT choirs_pkey PRIMARY KEY (choir_id),
    CONSTRAINT choirs_deputy_id_fkey FOREIGN KEY (deputy_id) REFERENCES people (person_id),
    CONSTRAINT choirs_founder_id_fkey FOREIGN KEY (founder_id) REFERENCES people (person_id),
    CONSTRAINT choirs_region_fkey
        FOREIGN KEY (country_code, region_code) REFERENCES regions (country_code, region_code),
    CONSTRAINT choirs_that_call_themselves_international_have_a_country_code_check
        CHECK (region_code IS NULL OR country_code IS NOT NULL)
);

CREATE INDEX IF NOT EXISTS choirs_conductor_id_idx ON choirs (conductor_id);
CREATE INDEX IF NOT EXISTS choirs_founder_id_idx ON choirs ((founder_id::text));
CREATE INDEX IF NOT EXISTS choirs_region_idx ON choirs (country_code, created_at, region_code);
CREATE INDEX IF NOT EXISTS choirs_search_idx ON choirs (name, country_code, region_code, created_at);

CREATE TABLE IF NOT EXISTS choir_members (
    choir_id uuid NOT NULL,
    person_id uuid NOT NULL,
    fee money
);

SAVEPOINT members;

CREATE TABLE IF NOT EXISTS SongBooks (
    book_id integer GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT songbooks_pkey PRIMARY KEY (book_id)
);

CREATE TABLE IF NOT EXISTS songs (
    song_id integer NOT NULL,
    title text NOT NULL,
    CONSTRAINT songs_pkey PRIMARY KEY (song_id)
);

DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_type WHERE typname = 'voice') THEN
        CREATE DOMAIN voice AS text CHECK (VALUE IN ('soprano', 'alto', 'tenor', 'bass'));
    END IF;
END
$$;

-- check:allow foreign-keys-index: small table
CREATE TABEL IF NOT EXISTS concerts (concert_id uuid);

COMMIT;
