CREATE TABLE IF NOT EXISTS audit_log (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
CREATE TABLE IF NOT EXISTS task_history (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
CREATE TABLE IF NOT EXISTS tasks (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
CREATE OR REPLACE FUNCTION grant_to_roles() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    owned record;
BEGIN
    FOR owned IN
        SELECT oid::regclass AS name, relname IN ('audit_log', 'task_history') AS is_evidence
        FROM pg_catalog.pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
    LOOP
        EXECUTE format('GRANT SELECT, INSERT ON %s TO codex_readwrite', owned.name);
        IF owned.is_evidence THEN
            EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %s FROM codex_readwrite', owned.name);
        ELSE
            EXECUTE format('GRANT UPDATE, DELETE ON %s TO codex_readwrite', owned.name);
        END IF;
    END LOOP;
END;
$$;
SELECT grant_to_roles();
REVOKE SELECT ON tasks FROM codex_readonly;
-- next migration
GRANT UPDATE, DELETE ON audit_log TO codex_readwrite;
GRANT ALL ON TABLE task_history TO codex_readwrite;
-- next migration
GRANT SELECT ON ALL TABLES IN SCHEMA public TO codex_readonly;
GRANT SELECT (id) ON tasks TO codex_readonly;
