CLUSTER teams USING teams_pkey;
ALTER TABLE teams SET UNLOGGED;
ALTER TABLE teams SET LOGGED;
ALTER TABLE teams SET ACCESS METHOD columnar, ALTER COLUMN name SET STATISTICS 100;
ALTER INDEX teams_name_idx SET TABLESPACE fast;
-- next migration
ALTER MATERIALIZED VIEW team_sizes SET TABLESPACE fast;
ALTER TABLE ALL IN TABLESPACE slow SET TABLESPACE fast;
-- next migration
-- Transaction: none
VACUUM (FULL, ANALYZE) public.teams;
-- next migration
-- Transaction: none
VACUUM FULL;
