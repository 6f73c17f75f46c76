CREATE TABLE IF NOT EXISTS teams (team_id uuid CONSTRAINT teams_pkey PRIMARY KEY, name text);
ALTER TABLE teams SET TABLESPACE fast;
CLUSTER teams USING teams_pkey;
-- next migration
-- Transaction: none
VACUUM (ANALYZE, FULL off) teams;
