-- Transaction: none
DROP INDEX CONCURRENTLY IF EXISTS teams_old_idx;
CREATE INDEX CONCURRENTLY IF NOT EXISTS teams_name_idx ON teams (name);
CREATE INDEX CONCURRENTLY IF NOT EXISTS bands_name_idx ON bands (name);
-- next migration
-- Transaction: none
CREATE INDEX CONCURRENTLY IF NOT EXISTS teams_name_idx ON teams (name);
DROP INDEX CONCURRENTLY IF EXISTS teams_old_idx;
