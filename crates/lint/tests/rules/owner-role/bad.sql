CREATE TABLE IF NOT EXISTS teams (team_id uuid PRIMARY KEY);
GRANT USAGE, CREATE ON SCHEMA public TO codex_owner;
GRANT codex_owner TO codex_migrator;
DO $$
DECLARE
    owned record;
BEGIN
    FOR owned IN SELECT oid::regclass AS name FROM pg_class LOOP
        EXECUTE format('GRANT SELECT ON %s TO codex_readwrite', owned.name);
    END LOOP;
END
$$;
-- next migration
GRANT codex_owner TO codex_readwrite;
GRANT codex_migrator TO "codex_readwrite";
REASSIGN OWNED BY codex_owner TO codex_readwrite;
-- next migration
ALTER TABLE teams OWNER TO codex_readwrite;
