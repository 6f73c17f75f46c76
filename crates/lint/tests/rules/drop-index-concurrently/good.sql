CREATE TABLE IF NOT EXISTS teams (team_id uuid CONSTRAINT teams_pkey PRIMARY KEY, name text);
CREATE INDEX IF NOT EXISTS teams_name_idx ON teams (name);
DROP INDEX IF EXISTS teams_name_idx;
-- next migration
-- Transaction: none
DROP INDEX CONCURRENTLY IF EXISTS other_idx;
