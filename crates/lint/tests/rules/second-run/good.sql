-- Destructive: an example
CREATE TEMPORARY TABLE kept ON COMMIT DROP AS SELECT 1 AS choir_id;
INSERT INTO choirs (choir_id) SELECT choir_id FROM kept ON CONFLICT (choir_id) DO NOTHING;
DROP TABLE kept;
DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM information_schema.columns
               WHERE table_name = 'singers' AND column_name = 'nickname') THEN
        UPDATE singers SET name = nickname WHERE name IS NULL;
        ALTER TABLE singers DROP COLUMN nickname;
    END IF;
END
$$;
ALTER TABLE plays ADD COLUMN IF NOT EXISTS new_size bigint;
UPDATE plays SET new_size = size WHERE new_size IS NULL;
ALTER TABLE plays DROP COLUMN IF EXISTS size;
ALTER TABLE plays RENAME COLUMN new_size TO size;
-- next migration
ALTER TYPE voice RENAME TO old_voice;
CREATE TYPE voice AS ENUM ('alto', 'bass');
DROP TYPE old_voice;
ALTER TABLE plays DROP COLUMN IF EXISTS act;
DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM information_schema.columns
               WHERE table_name = 'choirs' AND column_name = 'city') THEN
        UPDATE choirs SET town = city WHERE town IS NULL;
        ALTER TABLE choirs RENAME COLUMN city TO place;
    END IF;
END
$$;
DELETE FROM jobs WHERE name = 'count' AND state = 'old';
UPDATE jobs SET name = 'count' WHERE name = 'count_again';
DELETE FROM jobs WHERE name = 'sum';
