-- Migration: 0001_create_people
-- Database: codex
-- Author: Ada Lovelace
-- Date: 2026-11-20
-- Description: people and the regions in which they live, on which everything else stands

BEGIN;

CREATE TABLE IF NOT EXISTS regions (
    country_code text NOT NULL,
    region_code text NOT NULL,
    CONSTRAINT regions_pkey PRIMARY KEY (country_code, region_code)
);

CREATE TABLE IF NOT EXISTS people (
    person_id uuid NOT NULL DEFAULT gen_random_uuid(),
    email text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT people_pkey PRIMARY KEY (person_id),
    CONSTRAINT people_email_check CHECK (char_length(email) <= 254)
);

CREATE UNIQUE INDEX IF NOT EXISTS people_email_key ON people (lower(email));

COMMIT;
