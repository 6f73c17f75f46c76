CREATE TABLE IF NOT EXISTS teams (
    team_id uuid NOT NULL,
    CONSTRAINT teams_team_id_key UNIQUE (team_id)
);
CREATE UNLOGGED TABLE IF NOT EXISTS audit.visits (visited_at timestamptz);
CREATE TABLE IF NOT EXISTS old_teams (LIKE teams INCLUDING ALL EXCLUDING INDEXES);
-- Keys are not inherited.
CREATE TABLE IF NOT EXISTS choirs (voices smallint) INHERITS (teams);
