-- case
-- base CREATE TABLE kinds (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE);
INSERT INTO kinds (name) VALUES ('a kind of its own'), ('and another') ON CONFLICT (name) DO NOTHING;
UPDATE authors SET bio = 'unknown' WHERE bio IS NULL;
ALTER TABLE kinds ADD COLUMN IF NOT EXISTS number serial;
