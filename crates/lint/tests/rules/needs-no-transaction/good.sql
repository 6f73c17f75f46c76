-- Transaction: none
CREATE INDEX CONCURRENTLY IF NOT EXISTS teams_name_idx ON teams (name);
-- next migration
REFRESH MATERIALIZED VIEW CONCURRENTLY team_sizes;
ALTER TYPE mood ADD VALUE IF NOT EXISTS 'glad';
