CREATE TABLE IF NOT EXISTS teams (
    team_id uuid NOT NULL DEFAULT gen_random_uuid() CONSTRAINT teams_pkey PRIMARY KEY,
    slug text NOT NULL CONSTRAINT teams_slug_key UNIQUE CONSTRAINT teams_slug_check CHECK (slug <> ''),
    member_count integer NULL DEFAULT 0,
    title text GENERATED ALWAYS AS (upper(slug)) STORED
);
CREATE TEMPORARY TABLE IF NOT EXISTS incoming (slug text CHECK (slug <> '')) ON COMMIT DROP;
-- next migration
-- It takes the name of its index.
DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'teams_title_key') THEN
        ALTER TABLE teams ADD UNIQUE USING INDEX teams_title_key;
    END IF;
END
$$;
-- next migration
-- Nobody has to guess these.
CREATE TABLE IF NOT EXISTS choirs (
    choir_id uuid PRIMARY KEY,
    team_id uuid NOT NULL REFERENCES teams (team_id),
    name text NOT NULL UNIQUE,
    UNIQUE (team_id, name)
);
