CREATE TABLE IF NOT EXISTS teams (team_id uuid PRIMARY KEY);
GRANT USAGE, CREATE ON SCHEMA public TO codex_owner;
GRANT SELECT ON teams TO codex_readwrite, codex_readonly;
-- next migration
GRANT codex_owner TO codex_migrator;
GRANT codex_readonly TO codex_readwrite;
ALTER TABLE teams OWNER TO codex_owner;
REASSIGN OWNED BY codex_migrator TO codex_owner;
