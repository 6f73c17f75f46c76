-- Migration: 0012_partition_audit_log
-- Database: codex
-- Author: Jubilee Platform Team
-- Date: 2026-11-26
-- Description: makes audit_log a table partitioned by month, with all rows so far as its first partition

-- audit_log becomes audit_log_history, and a partitioned audit_log takes its name and
-- attaches it: no row is copied, moved or deleted. Everything here changes the catalogs
-- alone: the bound was proved by 0010, the key's index was built by 0011, and the other
-- indexes fit those of the new table. So the lock on audit_log is held for a moment.
--
-- For applications nothing changes: names, columns, identity and grants are those of
-- before, and the ids go on where they were. That an id is given once is now the
-- sequence's promise (GENERATED ALWAYS), since the key must hold occurred_at too.
--
-- How rows find their partition:
--
-- * audit_log_history holds what came before the first month. An empty log has its first
--   month at once; one with rows at the date that 0009 chose.
-- * audit_log_YYYY_MM holds one month, counted in UTC; 0013 makes them.
-- * audit_log_default catches what has no month (yet). Without it a row would be refused,
--   and with it the sign-in that it reports, because a job was late. Normally it is empty,
--   which is worth watching.

BEGIN;

-- Statement triggers are not inherited by partitions, so each has its own.
CREATE OR REPLACE FUNCTION refuse_audit_log_change()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
    -- The setting alone opens nothing: who has the rights of the table's owner could
    -- remove this trigger just as well.
    IF TG_OP = 'DELETE'
        AND pg_catalog.current_setting('audit_log.maintenance', true) = 'on'
        AND EXISTS (
            SELECT 1
            FROM pg_catalog.pg_class
            WHERE oid = TG_RELID
                AND pg_catalog.pg_has_role(relowner, 'USAGE')
        )
    THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'audit_log is append-only: % of % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation',
            TABLE = TG_TABLE_NAME,
            HINT = 'Correct a wrong entry by adding another one.';
END;
$$;

COMMENT ON FUNCTION refuse_audit_log_change() IS
    'Statement trigger of audit_log and its partitions: raises restrict_violation, except for the DELETE of the functions that maintain the partitions.';

DO $$
DECLARE
    first_month timestamptz;
    last_id bigint;
    granted record;
    holder text;
BEGIN
    IF EXISTS (
        SELECT 1
        FROM pg_catalog.pg_class
        WHERE oid = 'audit_log'::regclass
            AND relkind = 'r'
    ) THEN
        IF NOT EXISTS (
            SELECT 1
            FROM pg_catalog.pg_constraint
            WHERE conname = 'audit_log_history_pkey'
                AND conrelid = 'audit_log'::regclass
        ) THEN
            ALTER TABLE audit_log
                DROP CONSTRAINT IF EXISTS audit_log_pkey,
                ADD CONSTRAINT audit_log_history_pkey PRIMARY KEY USING INDEX audit_log_history_pkey;
        END IF;

        DROP TRIGGER IF EXISTS audit_log_refuse_change ON audit_log;
        DROP TRIGGER IF EXISTS audit_log_history_refuse_change ON audit_log;
        CREATE TRIGGER audit_log_history_refuse_change
            BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_log_change();

        -- Behind the lock that these have taken: no row comes in until this is committed.
        last_id := pg_sequence_last_value(pg_get_serial_sequence('audit_log', 'id')::regclass);
        IF EXISTS (SELECT 1 FROM audit_log) THEN
            SELECT substring(pg_get_constraintdef(oid) FROM '''([^'']+)''')
                INTO STRICT first_month
                FROM pg_catalog.pg_constraint
                WHERE conname = 'audit_log_bound_check'
                    AND conrelid = 'audit_log'::regclass;
        ELSE
            first_month := date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC';
        END IF;

        ALTER TABLE audit_log
            ALTER COLUMN id DROP IDENTITY IF EXISTS;
        ALTER INDEX IF EXISTS audit_log_occurred_at_idx RENAME TO audit_log_history_occurred_at_idx;
        ALTER INDEX IF EXISTS audit_log_actor_idx RENAME TO audit_log_history_actor_idx;
        ALTER INDEX IF EXISTS audit_log_subject_idx RENAME TO audit_log_history_subject_idx;
        ALTER INDEX IF EXISTS audit_log_refused_idx RENAME TO audit_log_history_refused_idx;
        ALTER TABLE audit_log RENAME TO audit_log_history;

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
            CONSTRAINT audit_log_pkey PRIMARY KEY (id, occurred_at),
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
        ) PARTITION BY RANGE (occurred_at);

        PERFORM setval(pg_get_serial_sequence('audit_log', 'id'), last_id)
            WHERE last_id IS NOT NULL;

        CREATE INDEX IF NOT EXISTS audit_log_occurred_at_idx
            ON audit_log USING brin (occurred_at);
        CREATE INDEX IF NOT EXISTS audit_log_actor_idx
            ON audit_log (actor_id, occurred_at)
            WHERE actor_id IS NOT NULL;
        CREATE INDEX IF NOT EXISTS audit_log_subject_idx
            ON audit_log (subject_kind, subject_id, occurred_at)
            WHERE subject_id IS NOT NULL;
        CREATE INDEX IF NOT EXISTS audit_log_refused_idx
            ON audit_log (action_code, occurred_at)
            WHERE outcome <> 'success';

        -- check:allow unparsed: the date of the bound is known only when this runs; 0010 proved it
        EXECUTE format(
            'ALTER TABLE audit_log ATTACH PARTITION audit_log_history FOR VALUES FROM (MINVALUE) TO (%L)',
            first_month
        );

        -- Whoever could use the log still can, and through the log alone.
        FOR granted IN
            SELECT
                CASE acl.grantee WHEN 0 THEN 'PUBLIC' ELSE acl.grantee::regrole::text END AS grantee,
                acl.privilege_type || given.columns AS privilege,
                CASE WHEN acl.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END AS further,
                given.owner = acl.grantee AS is_owner
            FROM (
                SELECT relacl AS list, '' AS columns, relowner AS owner
                FROM pg_catalog.pg_class
                WHERE oid = 'audit_log_history'::regclass
                UNION ALL
                SELECT attacl, format(' (%I)', attname), NULL
                FROM pg_catalog.pg_attribute
                WHERE attrelid = 'audit_log_history'::regclass
            ) AS given
            CROSS JOIN LATERAL aclexplode(given.list) AS acl
        LOOP
            CONTINUE WHEN granted.is_owner;
            -- check:allow unparsed: who holds grants is known only when this runs
            EXECUTE format('GRANT %s ON audit_log TO %s%s', granted.privilege, granted.grantee, granted.further);
            -- check:allow unparsed: the same
            EXECUTE format('REVOKE %s ON audit_log_history FROM %s CASCADE', granted.privilege, granted.grantee);
        END LOOP;

        SELECT relowner::regrole::text
            INTO holder
            FROM pg_catalog.pg_class
            WHERE oid = 'audit_log_history'::regclass;
        -- check:allow unparsed: the owner is known only when this runs
        EXECUTE format('ALTER TABLE audit_log OWNER TO %s', holder);
    END IF;
END;
$$;

CREATE TABLE IF NOT EXISTS audit_log_default
    PARTITION OF audit_log DEFAULT;

DROP TRIGGER IF EXISTS audit_log_default_refuse_change ON audit_log_default;
CREATE TRIGGER audit_log_default_refuse_change
    BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log_default
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_log_change();

DROP TRIGGER IF EXISTS audit_log_refuse_change ON audit_log;
CREATE TRIGGER audit_log_refuse_change
    BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_log_change();

COMMENT ON TABLE audit_log IS
    'Who did what to what, when and with what outcome, partitioned by month. Append-only; old months go by expire_audit_log. Holds ids, never names, tokens or other personal content, apart from the address and the user agent.';
COMMENT ON COLUMN audit_log.actor_id IS
    'users.id or oauth_clients.id, according to actor_kind; the row it names may be gone.';
COMMENT ON COLUMN audit_log.action_code IS
    'What was attempted, as resource.verb, such as users.suspend.';
COMMENT ON COLUMN audit_log.subject_id IS
    'Key of the thing acted upon, as text, because not every key is a uuid.';
COMMENT ON TABLE audit_log_history IS
    'The audit log before its first month.';
COMMENT ON TABLE audit_log_default IS
    'Entries of the audit log for which there is no month (yet). Should be empty.';

COMMIT;
