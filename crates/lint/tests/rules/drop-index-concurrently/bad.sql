CREATE TABLE IF NOT EXISTS teams (team_id uuid CONSTRAINT teams_pkey PRIMARY KEY, name text, motto text);
CREATE INDEX IF NOT EXISTS teams_name_idx ON teams (name);
CREATE INDEX IF NOT EXISTS teams_motto_idx ON teams (motto);
CREATE TABLE IF NOT EXISTS visits (visit_id uuid, day date, CONSTRAINT visits_pkey PRIMARY KEY (visit_id, day)) PARTITION BY RANGE (day);
CREATE INDEX IF NOT EXISTS visits_day_idx ON visits (day);
-- next migration
CREATE TABLE IF NOT EXISTS teams (team_id uuid CONSTRAINT teams_pkey PRIMARY KEY, name text);
DROP INDEX IF EXISTS teams_name_idx;
DROP INDEX IF EXISTS old_idx, "Older_idx";
DO $$
BEGIN
    EXECUTE 'DROP INDEX IF EXISTS public.unknown_idx';
END
$$;
-- next migration
DROP INDEX IF EXISTS visits_day_idx;
-- next migration
-- Transaction: none
DROP INDEX IF EXISTS teams_motto_idx;
