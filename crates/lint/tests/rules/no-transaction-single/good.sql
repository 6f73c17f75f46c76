-- Transaction: none
DROP INDEX CONCURRENTLY IF EXISTS teams_name_idx;
CREATE INDEX CONCURRENTLY IF NOT EXISTS teams_name_idx ON teams (lower(name));
ANALYZE teams;
-- next migration
-- Transaction: none
DROP INDEX CONCURRENTLY IF EXISTS public.teams_old_idx;
