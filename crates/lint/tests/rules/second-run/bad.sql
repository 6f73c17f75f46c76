-- Destructive: an example
UPDATE singers SET name = nickname WHERE name IS NULL;
ALTER TABLE singers DROP COLUMN IF EXISTS nickname;
INSERT INTO choirs (choir_id) SELECT choir_id FROM old_choirs ON CONFLICT (choir_id) DO NOTHING;
DROP TABLE IF EXISTS old_choirs;
-- next migration
ALTER TABLE IF EXISTS plays RENAME TO old_plays;
CREATE TABLE IF NOT EXISTS plays (play_id uuid PRIMARY KEY);
-- next migration
ALTER TABLE plays RENAME COLUMN title TO long_title;
ALTER TABLE plays ADD COLUMN IF NOT EXISTS title text;
UPDATE choirs SET town = city WHERE town IS NULL;
ALTER TABLE choirs RENAME COLUMN city TO place;
-- next migration
DELETE FROM jobs WHERE name = 'count';
UPDATE jobs SET name = 'count' WHERE name = 'count_again';
