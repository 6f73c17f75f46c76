-- Transaction: none
COMMENT ON TABLE teams IS 'who plays together';
COMMENT ON TABLE bands IS 'who sings together';
-- next migration
-- Transaction: none
CREATE INDEX CONCURRENTLY IF NOT EXISTS teams_name_idx ON teams (name);
COMMENT ON INDEX teams_name_idx IS 'for the search';
-- next migration
-- Transaction: none
DROP INDEX CONCURRENTLY IF EXISTS teams_name_idx_ccnew;
REINDEX INDEX CONCURRENTLY teams_name_idx;
-- next migration
-- Transaction: none
REINDEX TABLE CONCURRENTLY teams;
-- next migration
-- Transaction: none
ALTER TABLE visits DETACH PARTITION visits_2024 CONCURRENTLY;
