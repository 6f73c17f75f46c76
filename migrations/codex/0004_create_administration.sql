-- Migration: 0004_create_administration
-- Database: codex
-- Author: Jubilee Platform Team
-- Date: 2026-11-22
-- Description: administrative tasks with their history and the append-only audit log, so that every act of authority can be accounted for

BEGIN;

-- Guards the tables that are evidence. Per statement, not per row: it also refuses
-- TRUNCATE, and refuses before any row is looked at.
CREATE OR REPLACE FUNCTION refuse_change()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation',
            TABLE = TG_TABLE_NAME,
            HINT = 'Correct a wrong entry by adding another one.';
END;
$$;

COMMENT ON FUNCTION refuse_change() IS
    'Statement trigger of append-only tables: raises restrict_violation.';


-- Audit log --------------------------------------------------------------------------

-- No foreign key leads out of this table: the log must outlive what it speaks of, and
-- ON DELETE SET NULL would be an update of the past.
CREATE TABLE IF NOT EXISTS audit_log (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    occurred_at timestamptz NOT NULL DEFAULT now(),
    actor_kind text NOT NULL,
    actor_id uuid,
    action_code text NOT NULL,
    outcome text NOT NULL DEFAULT 'success',
    subject_kind text,
    subject_id text,
    request_id uuid,
    ip_address inet,
    user_agent text,
    details jsonb NOT NULL DEFAULT '{}',
    CONSTRAINT audit_log_pkey PRIMARY KEY (id),
    CONSTRAINT audit_log_actor_kind_check
        CHECK (actor_kind IN ('user', 'client', 'system', 'anonymous')),
    CONSTRAINT audit_log_actor_id_check
        CHECK ((actor_kind IN ('user', 'client')) = (actor_id IS NOT NULL)),
    CONSTRAINT audit_log_action_code_check
        CHECK (action_code ~ '^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$' AND char_length(action_code) <= 100),
    CONSTRAINT audit_log_outcome_check
        CHECK (outcome IN ('success', 'denied', 'failure')),
    CONSTRAINT audit_log_subject_check
        CHECK ((subject_kind IS NULL) = (subject_id IS NULL)),
    CONSTRAINT audit_log_subject_kind_check
        CHECK (subject_kind ~ '^[a-z][a-z0-9_]*$' AND char_length(subject_kind) <= 63),
    CONSTRAINT audit_log_subject_id_check
        CHECK (char_length(subject_id) BETWEEN 1 AND 200),
    CONSTRAINT audit_log_user_agent_check
        CHECK (char_length(user_agent) <= 500),
    CONSTRAINT audit_log_details_check
        CHECK (jsonb_typeof(details) = 'object')
);

-- Rows arrive in order of time, which a block range index finds at almost no cost.
CREATE INDEX IF NOT EXISTS audit_log_occurred_at_idx
    ON audit_log USING brin (occurred_at);
CREATE INDEX IF NOT EXISTS audit_log_actor_idx
    ON audit_log (actor_id, occurred_at)
    WHERE actor_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS audit_log_subject_idx
    ON audit_log (subject_kind, subject_id, occurred_at)
    WHERE subject_id IS NOT NULL;
-- The rare entries that somebody should look at.
CREATE INDEX IF NOT EXISTS audit_log_refused_idx
    ON audit_log (action_code, occurred_at)
    WHERE outcome <> 'success';

DROP TRIGGER IF EXISTS audit_log_refuse_change ON audit_log;
CREATE TRIGGER audit_log_refuse_change
    BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

COMMENT ON TABLE audit_log IS
    'Who did what to what, when and with what outcome. Append-only. Holds ids, never names, tokens or other personal content, since nothing can be taken out again.';
COMMENT ON COLUMN audit_log.actor_id IS
    'users.id or oauth_clients.id, according to actor_kind; the row it names may be gone.';
COMMENT ON COLUMN audit_log.action_code IS
    'What was attempted, as resource.verb, such as users.suspend.';
COMMENT ON COLUMN audit_log.subject_id IS
    'Key of the thing acted upon, as text, because not every key is a uuid.';


-- Tasks ------------------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS admin_tasks (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    task_kind text NOT NULL,
    title text NOT NULL,
    description text,
    status text NOT NULL DEFAULT 'open',
    priority smallint NOT NULL DEFAULT 3,
    assigned_to uuid,
    created_by uuid,
    subject_kind text,
    subject_id uuid,
    due_at timestamptz,
    closed_at timestamptz,
    resolution text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT admin_tasks_pkey PRIMARY KEY (id),
    CONSTRAINT admin_tasks_assigned_to_fkey
        FOREIGN KEY (assigned_to) REFERENCES users (id) ON DELETE SET NULL,
    CONSTRAINT admin_tasks_created_by_fkey
        FOREIGN KEY (created_by) REFERENCES users (id) ON DELETE SET NULL,
    CONSTRAINT admin_tasks_task_kind_check
        CHECK (task_kind ~ '^[a-z][a-z0-9_]*$' AND char_length(task_kind) <= 63),
    CONSTRAINT admin_tasks_title_check
        CHECK (char_length(title) BETWEEN 1 AND 200),
    CONSTRAINT admin_tasks_description_check
        CHECK (char_length(description) BETWEEN 1 AND 10000),
    CONSTRAINT admin_tasks_status_check
        CHECK (status IN ('open', 'in_progress', 'blocked', 'completed', 'cancelled')),
    CONSTRAINT admin_tasks_priority_check
        CHECK (priority BETWEEN 1 AND 5),
    CONSTRAINT admin_tasks_subject_check
        CHECK ((subject_kind IS NULL) = (subject_id IS NULL)),
    CONSTRAINT admin_tasks_subject_kind_check
        CHECK (subject_kind ~ '^[a-z][a-z0-9_]*$' AND char_length(subject_kind) <= 63),
    CONSTRAINT admin_tasks_closed_check
        CHECK ((status IN ('completed', 'cancelled')) = (closed_at IS NOT NULL)),
    CONSTRAINT admin_tasks_resolution_check
        CHECK (resolution IS NULL
            OR (closed_at IS NOT NULL AND char_length(resolution) BETWEEN 1 AND 10000))
);

CREATE INDEX IF NOT EXISTS admin_tasks_assigned_to_idx ON admin_tasks (assigned_to, status);
CREATE INDEX IF NOT EXISTS admin_tasks_created_by_idx ON admin_tasks (created_by);
-- The work queue: what is not closed, most urgent first.
CREATE INDEX IF NOT EXISTS admin_tasks_queue_idx
    ON admin_tasks (priority, due_at)
    WHERE closed_at IS NULL;
-- The same alarm about the same thing makes one task, however often it rings.
CREATE UNIQUE INDEX IF NOT EXISTS admin_tasks_open_subject_key
    ON admin_tasks (task_kind, subject_kind, subject_id)
    WHERE closed_at IS NULL AND subject_id IS NOT NULL;

DROP TRIGGER IF EXISTS admin_tasks_set_updated_at ON admin_tasks;
CREATE TRIGGER admin_tasks_set_updated_at
    BEFORE UPDATE ON admin_tasks
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

COMMENT ON TABLE admin_tasks IS
    'Work for administrators, raised by people or by alarms. A task is cancelled, never deleted.';
COMMENT ON COLUMN admin_tasks.priority IS
    '1 is the most urgent, 5 the least.';
COMMENT ON COLUMN admin_tasks.subject_id IS
    'What the task is about, often a row of another service; therefore a plain id.';

-- changed_by has no foreign key: history keeps what was true when it was written.
CREATE TABLE IF NOT EXISTS admin_task_history (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    task_id uuid NOT NULL,
    event_kind text NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    changes jsonb NOT NULL,
    CONSTRAINT admin_task_history_pkey PRIMARY KEY (id),
    CONSTRAINT admin_task_history_task_id_fkey
        FOREIGN KEY (task_id) REFERENCES admin_tasks (id) ON DELETE RESTRICT,
    CONSTRAINT admin_task_history_event_kind_check
        CHECK (event_kind IN ('created', 'changed')),
    CONSTRAINT admin_task_history_changes_check
        CHECK (jsonb_typeof(changes) = 'object')
);

CREATE INDEX IF NOT EXISTS admin_task_history_task_id_idx
    ON admin_task_history (task_id, id);

DROP TRIGGER IF EXISTS admin_task_history_refuse_change ON admin_task_history;
CREATE TRIGGER admin_task_history_refuse_change
    BEFORE UPDATE OR DELETE OR TRUNCATE ON admin_task_history
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

COMMENT ON TABLE admin_task_history IS
    'Every change of a task, written by a trigger on admin_tasks. Append-only.';
COMMENT ON COLUMN admin_task_history.changed_by IS
    'The user named by the transaction setting app.user_id (set_config with is_local); NULL when none was set.';
COMMENT ON COLUMN admin_task_history.changes IS
    'One member per changed column: {"status": {"from": "open", "to": "in_progress"}}.';

-- On INSERT the record OLD is null, so every filled column counts as changed.
CREATE OR REPLACE FUNCTION record_admin_task_history()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
    INSERT INTO public.admin_task_history (task_id, event_kind, changed_by, changes)
    SELECT
        NEW.id,
        CASE TG_OP WHEN 'INSERT' THEN 'created' ELSE 'changed' END,
        NULLIF(pg_catalog.current_setting('app.user_id', true), '')::pg_catalog.uuid,
        difference.changes
    FROM (
        SELECT pg_catalog.jsonb_object_agg(
            new_column.column_name,
            pg_catalog.jsonb_build_object('from', old_column.content, 'to', new_column.content)
        ) AS changes
        FROM pg_catalog.jsonb_each(pg_catalog.to_jsonb(NEW)) AS new_column (column_name, content)
        LEFT JOIN pg_catalog.jsonb_each(pg_catalog.to_jsonb(OLD)) AS old_column (column_name, content)
            ON old_column.column_name = new_column.column_name
        WHERE new_column.content IS DISTINCT FROM COALESCE(old_column.content, 'null')
            AND new_column.column_name <> 'updated_at'
    ) AS difference
    WHERE difference.changes IS NOT NULL;
    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION record_admin_task_history() IS
    'AFTER row trigger: writes what changed in a task to admin_task_history.';

DROP TRIGGER IF EXISTS admin_tasks_record_history ON admin_tasks;
CREATE TRIGGER admin_tasks_record_history
    AFTER INSERT OR UPDATE ON admin_tasks
    FOR EACH ROW EXECUTE FUNCTION record_admin_task_history();

COMMIT;
