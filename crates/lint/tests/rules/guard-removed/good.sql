CREATE TABLE IF NOT EXISTS audit_log (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END;
$$;
CREATE OR REPLACE FUNCTION set_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END;
$$;
CREATE TRIGGER audit_log_refuse_change
    BEFORE UPDATE OR DELETE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_log_set_updated_at
    BEFORE UPDATE ON audit_log
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();
CREATE TRIGGER audit_log_other
    BEFORE UPDATE ON audit_log
    FOR EACH ROW EXECUTE FUNCTION made_by_an_extension();
CREATE POLICY audit_log_for_all ON audit_log USING (true);
CREATE POLICY audit_log_of_today ON audit_log AS RESTRICTIVE USING (updated_at > now() - interval '1 day');
ALTER TABLE audit_log ENABLE ROW LEVEL SECURITY;
REVOKE UPDATE, DELETE ON audit_log FROM codex_readwrite;
CREATE OR REPLACE FUNCTION entries() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM public.audit_log';
-- next migration
-- Made again, and refuses more.
DROP TRIGGER IF EXISTS audit_log_refuse_change ON audit_log;
CREATE TRIGGER audit_log_refuse_change
    BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- These refuse nothing, or nobody knows.
DROP TRIGGER IF EXISTS audit_log_set_updated_at ON audit_log;
DROP TRIGGER IF EXISTS audit_log_other ON audit_log;
-- Without the only policy that lets rows pass, nobody sees any.
DROP POLICY IF EXISTS audit_log_for_all ON audit_log;
-- next migration
-- Under another name.
CREATE OR REPLACE FUNCTION refuse_audit_log_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit_log is append-only' USING ERRCODE = 'restrict_violation';
END;
$$;
CREATE TRIGGER audit_log_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_log_change();
DROP TRIGGER IF EXISTS audit_log_refuse_change ON audit_log;
DROP POLICY IF EXISTS audit_log_of_today ON audit_log;
CREATE POLICY audit_log_of_this_week ON audit_log AS RESTRICTIVE USING (updated_at > now() - interval '7 days');
-- Off and on again.
ALTER TABLE audit_log DISABLE ROW LEVEL SECURITY;
ALTER TABLE audit_log ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_log DISABLE TRIGGER audit_log_append_only;
ALTER TABLE audit_log ENABLE TRIGGER audit_log_append_only;
-- Given to all, and taken away again where it must not be.
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO codex_readwrite;
REVOKE UPDATE, DELETE ON audit_log FROM codex_readwrite;
-- Another role, another table, another function.
GRANT UPDATE ON audit_log TO codex_owner;
CREATE TABLE IF NOT EXISTS tasks (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
GRANT ALL ON tasks TO codex_readwrite;
CREATE OR REPLACE FUNCTION entries() RETURNS bigint LANGUAGE sql AS 'SELECT 2 * count(*) FROM public.audit_log';
CREATE OR REPLACE FUNCTION entries(since timestamptz) RETURNS bigint LANGUAGE sql
    SECURITY DEFINER SET search_path = '' AS 'SELECT count(*) FROM public.audit_log';
-- Not everybody may call it.
ALTER FUNCTION entries() SECURITY DEFINER SET search_path = '';
REVOKE EXECUTE ON FUNCTION entries() FROM PUBLIC;
-- next migration
-- What goes with its table.
-- Destructive: the log is kept elsewhere
DROP TRIGGER IF EXISTS audit_log_append_only ON audit_log;
DROP TABLE IF EXISTS audit_log;
