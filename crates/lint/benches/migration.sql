-- Migration: {name}
-- Database: codex
-- Author: Ada Lovelace
-- Date: 2026-11-22
-- Description: teams of number {n}, their members, and who leads them

BEGIN;

CREATE TABLE IF NOT EXISTS teams_{n} (
    team_id     uuid        CONSTRAINT teams_{n}_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
    name        text        NOT NULL,
    motto       text,
    founded_on  date        NOT NULL,
    leader_id   uuid        NOT NULL CONSTRAINT teams_{n}_leader_id_fkey REFERENCES users (user_id) ON DELETE CASCADE,
    settings    jsonb       NOT NULL DEFAULT '{}'::jsonb,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT teams_{n}_name_key UNIQUE (name),
    CONSTRAINT teams_{n}_name_check CHECK (length(name) BETWEEN 1 AND 200)
);

COMMENT ON TABLE teams_{n} IS 'Teams that serve together.';
COMMENT ON COLUMN teams_{n}.motto IS 'What the team says of itself.';

CREATE INDEX IF NOT EXISTS teams_{n}_leader_id_idx ON teams_{n} (leader_id);
CREATE INDEX IF NOT EXISTS teams_{n}_founded_on_idx ON teams_{n} (founded_on) WHERE motto IS NOT NULL;

CREATE OR REPLACE FUNCTION touch_teams_{n}() RETURNS trigger
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
    -- What was changed now says when.
    NEW.updated_at := now();
    RETURN NEW;
END
$$;

DROP TRIGGER IF EXISTS teams_{n}_touch ON teams_{n};
CREATE TRIGGER teams_{n}_touch
    BEFORE UPDATE ON teams_{n}
    FOR EACH ROW EXECUTE FUNCTION touch_teams_{n}();

DO $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM pg_constraint
        WHERE conname = 'teams_{n}_founded_on_check' AND conrelid = 'public.teams_{n}'::regclass
    ) THEN
        ALTER TABLE teams_{n}
            ADD CONSTRAINT teams_{n}_founded_on_check CHECK (founded_on > '1900-01-01') NOT VALID;
    END IF;
END
$$;

INSERT INTO settings (key, value, description) VALUES
    ('teams_{n}.limit', '100', 'how many teams there may be'),
    ('teams_{n}.motto', '"serve"', 'the motto of a team that has none')
ON CONFLICT (key) DO NOTHING;

COMMIT;
