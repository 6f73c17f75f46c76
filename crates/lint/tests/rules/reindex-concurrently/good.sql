CREATE TABLE IF NOT EXISTS teams (team_id uuid CONSTRAINT teams_pkey PRIMARY KEY, name text);
CREATE INDEX IF NOT EXISTS teams_name_idx ON teams (name);
REINDEX TABLE teams;
REINDEX INDEX teams_name_idx;
-- next migration
-- The name of the old table goes to a new one.
DO $$
BEGIN
    IF to_regclass('bands') IS NULL THEN
        ALTER TABLE teams RENAME TO bands;
    END IF;
END
$$;
CREATE TABLE IF NOT EXISTS teams (team_id uuid CONSTRAINT new_teams_pkey PRIMARY KEY, name text);
REINDEX TABLE teams;
-- next migration
-- Transaction: none
DROP INDEX CONCURRENTLY IF EXISTS teams_name_idx_ccnew;
DROP INDEX CONCURRENTLY IF EXISTS teams_name_idx_ccold;
REINDEX (VERBOSE, CONCURRENTLY) INDEX teams_name_idx;
