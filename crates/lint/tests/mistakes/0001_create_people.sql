-- Migration: 0001_create_people
-- Database: codex
-- Author: Ada Lovelace
-- Date: 2026-11-20
-- Description: people, and the songs that they know

BEGIN;

CREATE TABLE IF NOT EXISTS people (
    person_id uuid NOT NULL DEFAULT gen_random_uuid(),
    email text NOT NULL,
    full_name text NOT NULL,
    locale text NOT NULL DEFAULT 'en',
    fax text,
    CONSTRAINT people_pkey PRIMARY KEY (person_id)
);

CREATE UNIQUE INDEX IF NOT EXISTS people_email_key ON people (lower(email));

CREATE TABLE IF NOT EXISTS songs (
    song_id uuid NOT NULL DEFAULT gen_random_uuid(),
    title text NOT NULL,
    composer text,
    duration integer,
    translator_id uuid,
    CONSTRAINT songs_pkey PRIMARY KEY (song_id)
);

CREATE INDEX IF NOT EXISTS songs_translator_id_idx ON songs (translator_id);

COMMIT;
