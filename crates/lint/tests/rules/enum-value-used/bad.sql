CREATE TABLE IF NOT EXISTS people (
    person_id uuid NOT NULL,
    current_mood mood,
    CONSTRAINT people_pkey PRIMARY KEY (person_id)
);
-- next migration
ALTER TYPE mood ADD VALUE IF NOT EXISTS 'calm';
ALTER TABLE people ALTER COLUMN current_mood SET DEFAULT 'calm';
CREATE OR REPLACE VIEW calm_people AS SELECT person_id FROM people WHERE current_mood = 'calm';
DO $$
BEGIN
    PERFORM 'calm'::public.mood;
END;
$$;
