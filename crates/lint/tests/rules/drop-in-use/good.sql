ALTER TABLE teams
    ALTER COLUMN kind DROP DEFAULT,
    ALTER COLUMN kind SET DEFAULT 'plain';
ALTER TABLE teams ALTER COLUMN size DROP DEFAULT;
ALTER TABLE teams ALTER COLUMN size SET DEFAULT 2;
DROP VIEW IF EXISTS active_teams;
CREATE VIEW active_teams AS SELECT team_id FROM teams;
ALTER TABLE teams DROP CONSTRAINT IF EXISTS teams_size_check;
ALTER TABLE teams ADD CONSTRAINT teams_size_check CHECK (size > 1) NOT VALID;
ALTER TABLE teams DROP CONSTRAINT bands_check, ADD CONSTRAINT bands_check CHECK (size > 0) NOT VALID;
CREATE TABLE IF NOT EXISTS bands (band_id uuid PRIMARY KEY, name text NOT NULL);
ALTER TABLE bands ALTER COLUMN name DROP NOT NULL;
ALTER TABLE songs ADD CONSTRAINT songs_name_not_null CHECK (name IS NOT NULL) NOT VALID;
-- next migration
ALTER TABLE songs VALIDATE CONSTRAINT songs_name_not_null;
-- next migration
ALTER TABLE songs ALTER COLUMN name SET NOT NULL;
ALTER TABLE songs DROP CONSTRAINT IF EXISTS songs_name_not_null;
-- next migration
-- Destructive: no release sets it any more
ALTER TABLE teams ALTER COLUMN motto DROP DEFAULT;
DROP POLICY IF EXISTS own ON teams;
CREATE POLICY own ON teams USING (true);
-- next migration
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION names(n integer) RETURNS text LANGUAGE sql AS 'SELECT ''a''';
-- next migration
DROP FUNCTION IF EXISTS touch();
DROP FUNCTION IF EXISTS names(integer);
CREATE FUNCTION names(n integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION of_this_file() RETURNS integer LANGUAGE sql AS 'SELECT 1';
DROP FUNCTION of_this_file();
ALTER TABLE bands ADD COLUMN IF NOT EXISTS motto text DEFAULT '';
ALTER TABLE bands ALTER COLUMN motto DROP DEFAULT;
