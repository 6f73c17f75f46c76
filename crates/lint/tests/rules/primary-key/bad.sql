CREATE TABLE IF NOT EXISTS teams (
    team_id uuid,
    CONSTRAINT teams_team_id_key UNIQUE (team_id)
);
CREATE UNLOGGED TABLE IF NOT EXISTS audit.visits (visited_at timestamptz);
CREATE TABLE IF NOT EXISTS old_teams (LIKE teams INCLUDING ALL EXCLUDING INDEXES);
-- Keys are not inherited.
CREATE TABLE IF NOT EXISTS choirs (voices smallint) INHERITS (teams);
CREATE TABLE IF NOT EXISTS muted (user_id uuid NOT NULL, other_id uuid, until timestamptz);
CREATE UNIQUE INDEX IF NOT EXISTS muted_key ON muted (user_id, other_id);
CREATE UNIQUE INDEX IF NOT EXISTS muted_now ON muted (user_id) WHERE until IS NULL;
