CREATE TABLE IF NOT EXISTS teams (
    team_id uuid NOT NULL,
    owner_id uuid NOT NULL,
    CONSTRAINT teams_pkey PRIMARY KEY (team_id)
);
CREATE INDEX IF NOT EXISTS teams_owner_id_idx ON teams (owner_id);
DO $$
BEGIN
    IF to_regclass('public.teams') IS NOT NULL AND to_regclass('public.choirs') IS NULL THEN
        ALTER TABLE teams RENAME TO choirs;
    END IF;
END
$$;
-- next migration
DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'choirs_owner_id_fkey') THEN
        ALTER TABLE choirs
            ADD CONSTRAINT choirs_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES users (user_id) NOT VALID;
    END IF;
END
$$;
