CREATE TABLE IF NOT EXISTS audit_log (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    action_code text NOT NULL
);
CREATE TABLE IF NOT EXISTS task_history (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    note text NOT NULL
);
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END;
$$;
CREATE TRIGGER audit_log_refuse_change
    BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER task_history_refuse_change
    BEFORE UPDATE OF note OR DELETE ON task_history
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- next migration
DROP TRIGGER IF EXISTS audit_log_refuse_change ON audit_log;
-- It refuses less than the one that is dropped.
DROP TRIGGER IF EXISTS task_history_refuse_change ON task_history;
CREATE TRIGGER task_history_refuse_delete
    BEFORE DELETE ON task_history
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- next migration
DO $$
BEGIN
    ALTER TABLE task_history DISABLE TRIGGER task_history_refuse_delete;
END
$$;
-- next migration
CREATE OR REPLACE TRIGGER audit_log_refuse_change
    BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE task_history ENABLE TRIGGER task_history_refuse_delete;
-- next migration
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE WARNING '% was changed', TG_TABLE_NAME;
    RETURN NULL;
END;
$$;
-- next migration
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END;
$$;
-- next migration
-- Destructive: the triggers are made anew by the next release
DROP FUNCTION IF EXISTS refuse_change() CASCADE;
