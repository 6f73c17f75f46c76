CREATE TABLE IF NOT EXISTS teams (team_id uuid PRIMARY KEY, size int4, n varchar(10));
CREATE INDEX IF NOT EXISTS teams_size_idx ON teams USING btree (size ASC) WHERE size > 0;
-- next migration
CREATE TABLE IF NOT EXISTS public.teams (team_id uuid, size integer, n varchar(20), PRIMARY KEY (team_id));
CREATE INDEX IF NOT EXISTS teams_size_idx ON public.teams (SIZE) WHERE (size > 0);
ALTER TABLE teams ADD COLUMN IF NOT EXISTS size integer;
DROP INDEX IF EXISTS teams_size_idx;
CREATE INDEX IF NOT EXISTS teams_size_idx ON teams (team_id, size);
