UPDATE teams SET motto = name WHERE motto IS NULL;
ALTER TABLE teams ADD COLUMN IF NOT EXISTS song text;
-- next migration
CREATE TABLE IF NOT EXISTS moods (
    mood_id uuid CONSTRAINT moods_pkey PRIMARY KEY,
    name text
);
UPDATE moods SET name = 'glad' WHERE name = 'happy';
COMMENT ON TABLE teams IS 'who plays together';
UPDATE teams SET song = name WHERE song IS NULL;
-- next migration
ALTER TABLE teams ADD COLUMN IF NOT EXISTS mood text;
INSERT INTO settings (code, note) VALUES ('mood', 'glad') ON CONFLICT DO NOTHING;
INSERT INTO settings (code, note)
SELECT 'song', (SELECT max(song) FROM teams)
WHERE NOT EXISTS (SELECT 1 FROM settings WHERE code = 'song')
ON CONFLICT DO NOTHING;
-- next migration
CREATE TABLE IF NOT EXISTS versions (
    name text CONSTRAINT versions_pkey PRIMARY KEY,
    number integer
);
-- next migration
-- A row that its key chooses.
ALTER TABLE teams ADD COLUMN IF NOT EXISTS anthem text;
UPDATE versions SET number = 7 WHERE name = 'schema' AND number < 7;
DELETE FROM versions WHERE 'old' = versions.name;
