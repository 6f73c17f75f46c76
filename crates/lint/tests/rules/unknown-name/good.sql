CREATE TABLE IF NOT EXISTS user_settings (setting_id uuid PRIMARY KEY, theme text);
CREATE TABLE IF NOT EXISTS copies (LIKE user_settings INCLUDING ALL, more text);
CREATE TABLE IF NOT EXISTS parts (day date NOT NULL) PARTITION BY RANGE (day);
CREATE VIEW settings AS SELECT * FROM user_settings;
-- next migration
ALTER TABLE user_settings RENAME COLUMN theme TO colour;
ALTER TABLE user_settings ADD COLUMN IF NOT EXISTS size integer, ADD CONSTRAINT size_check CHECK (size > 0);
ALTER TABLE user_settings ADD COLUMN a integer, ADD UNIQUE (a);
UPDATE user_settings SET colour = 'dark', size = 1 WHERE colour IS NULL AND ctid IS NOT NULL;
WITH odd AS (SELECT setting_id FROM user_settings) SELECT * FROM odd;
SELECT * FROM pg_class, information_schema.tables, settings;
CREATE TEMPORARY TABLE work ON COMMIT DROP AS SELECT 1 AS one;
UPDATE work SET two = 2 WHERE one = 1;
CREATE TABLE IF NOT EXISTS parts_1 PARTITION OF parts FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
UPDATE parts_1 SET day = '2026-02-01' WHERE day = '2026-01-01';
ALTER TABLE copies ALTER COLUMN theme SET DEFAULT 'x';
DROP TABLE IF EXISTS never_made;
DO $$ BEGIN IF to_regclass('legacy') IS NOT NULL THEN DELETE FROM legacy WHERE true; END IF; END $$;
ALTER TABLE user_settings RENAME TO preferences;
-- next migration
ALTER TABLE preferences ALTER COLUMN colour SET DEFAULT 'x';
SELECT * FROM auth.users, extensions.things;
-- next migration
DO $$ BEGIN EXECUTE (SELECT statement FROM statements); END $$;
-- next migration
ALTER TABLE made_by_that ADD COLUMN IF NOT EXISTS x text;
