CREATE TABLE IF NOT EXISTS people (
    person_id uuid NOT NULL,
    current_mood mood,
    CONSTRAINT people_pkey PRIMARY KEY (person_id)
);
CREATE TABLE IF NOT EXISTS words (
    word text NOT NULL,
    CONSTRAINT words_pkey PRIMARY KEY (word)
);
-- next migration
ALTER TYPE mood ADD VALUE IF NOT EXISTS 'calm';
ALTER TYPE mood ADD VALUE IF NOT EXISTS 'serene' AFTER 'calm';
COMMENT ON COLUMN people.current_mood IS 'calm';
INSERT INTO words (word) VALUES ('calm') ON CONFLICT DO NOTHING;
-- next migration
ALTER TABLE people ALTER COLUMN current_mood SET DEFAULT 'calm';
