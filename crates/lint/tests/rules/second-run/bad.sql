-- Destructive: an example
UPDATE singers SET name = nickname WHERE name IS NULL;
ALTER TABLE singers DROP COLUMN IF EXISTS nickname;
INSERT INTO choirs (choir_id) SELECT choir_id FROM old_choirs ON CONFLICT (choir_id) DO NOTHING;
DROP TABLE IF EXISTS old_choirs;
-- next migration
ALTER TABLE IF EXISTS plays RENAME TO old_plays;
CREATE TABLE IF NOT EXISTS plays (play_id uuid PRIMARY KEY);
