CREATE TABLE IF NOT EXISTS teams (team_id uuid PRIMARY KEY, size integer);
CREATE TABLE IF NOT EXISTS bands (band_id uuid PRIMARY KEY);
CREATE VIEW names AS SELECT 1 AS one;
CREATE INDEX IF NOT EXISTS teams_size_idx ON teams (size);
-- next migration
CREATE TABLE IF NOT EXISTS teams (team_id uuid PRIMARY KEY, motto text);
CREATE TABLE IF NOT EXISTS teams (team_id bigint PRIMARY KEY);
CREATE TABLE IF NOT EXISTS names (one integer);
CREATE INDEX IF NOT EXISTS teams_size_idx ON teams (size, team_id);
CREATE UNIQUE INDEX IF NOT EXISTS teams_size_idx ON teams (size);
CREATE INDEX IF NOT EXISTS teams_size_idx ON bands (band_id);
ALTER TABLE teams ADD COLUMN IF NOT EXISTS size text;
