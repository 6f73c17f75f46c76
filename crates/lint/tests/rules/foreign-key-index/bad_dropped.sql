CREATE TABLE IF NOT EXISTS teams (
    team_id uuid NOT NULL,
    owner_id uuid NOT NULL,
    CONSTRAINT teams_pkey PRIMARY KEY (team_id)
);
CREATE INDEX IF NOT EXISTS teams_owner_id_idx ON teams (owner_id);
-- next migration
-- Transaction: none
DROP INDEX CONCURRENTLY IF EXISTS teams_owner_id_idx;
-- next migration
DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'teams_owner_id_fkey') THEN
        ALTER TABLE teams
            ADD CONSTRAINT teams_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES users (user_id) NOT VALID;
    END IF;
END
$$;
