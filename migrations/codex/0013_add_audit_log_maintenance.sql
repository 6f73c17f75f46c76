-- Migration: 0013_add_audit_log_maintenance
-- Database: codex
-- Author: Jubilee Platform Team
-- Date: 2026-11-26
-- Description: adds the functions that make the months of audit_log and that let old ones go, and makes the first months

-- Who calls them:
--
-- * create_audit_log_partitions(n): a scheduled job, or the service itself, say once a week
--   with 3. It only adds, so every application may call it. Here it is called for a year,
--   so nothing breaks if the job is late; after that audit_log_default catches the rows,
--   and the next call moves them into their month.
-- * expire_audit_log(n): the job that carries out the policy on retention, whose login is
--   granted EXECUTE by whoever decides on that policy. It is the only way out of the log,
--   it cannot touch the last twelve months, and it leaves an entry in the log.
--
-- Both run with the rights of their owner; nobody needs more on audit_log than INSERT and
-- SELECT.

BEGIN;

-- The bound of the partition says it now.
ALTER TABLE audit_log_history DROP CONSTRAINT IF EXISTS audit_log_bound_check;

-- Each month is made on the side and then attached: CREATE TABLE ... PARTITION OF would
-- lock the whole log against reading and writing, ATTACH PARTITION lets both go on, except
-- in the default partition, for a moment. Calls at once take turns.
--
-- The identity stays with the log: a partition that has one cannot be attached.
CREATE OR REPLACE FUNCTION create_audit_log_partitions(months_ahead integer)
RETURNS integer
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
SET timezone = 'UTC'
AS $$
DECLARE
    this_month timestamptz := pg_catalog.date_trunc('month', pg_catalog.now());
    first_month timestamptz;
    lower_bound timestamptz;
    upper_bound timestamptz;
    partition_name text;
    granted record;
    created_count integer := 0;
BEGIN
    IF months_ahead IS NULL OR months_ahead NOT BETWEEN 0 AND 120 THEN
        RAISE EXCEPTION 'months_ahead must be between 0 and 120, not %', months_ahead
            USING ERRCODE = 'invalid_parameter_value';
    END IF;

    PERFORM pg_catalog.pg_advisory_xact_lock(
        pg_catalog.hashtextextended('create_audit_log_partitions', 0)
    );

    -- Where audit_log_history ends.
    SELECT pg_catalog.substring(pg_catalog.pg_get_expr(relpartbound, oid), 'TO \(''([^'']+)''\)')
        INTO STRICT first_month
        FROM pg_catalog.pg_class
        WHERE oid = 'public.audit_log_history'::pg_catalog.regclass;

    FOR month_offset IN 0 .. months_ahead LOOP
        lower_bound := this_month + pg_catalog.make_interval(months => month_offset);
        upper_bound := this_month + pg_catalog.make_interval(months => month_offset + 1);
        partition_name := 'audit_log_' || pg_catalog.to_char(lower_bound, 'YYYY_MM');

        CONTINUE WHEN lower_bound < first_month OR EXISTS (
            SELECT 1
            FROM pg_catalog.pg_inherits AS link
            JOIN pg_catalog.pg_class AS child ON child.oid = link.inhrelid
            WHERE link.inhparent = 'public.audit_log'::pg_catalog.regclass
                AND child.relname = partition_name
        );

        EXECUTE pg_catalog.format(
            'CREATE TABLE public.%I (LIKE public.audit_log INCLUDING ALL EXCLUDING IDENTITY)',
            partition_name
        );
        EXECUTE pg_catalog.format(
            'COMMENT ON TABLE public.%I IS %L',
            partition_name,
            'Audit log of ' || pg_catalog.to_char(lower_bound, 'YYYY-MM') || ' (UTC).'
        );
        PERFORM pg_catalog.set_config('audit_log.maintenance', 'on', true);
        EXECUTE pg_catalog.format(
            'WITH moved AS ('
            '    DELETE FROM public.audit_log_default'
            '    WHERE occurred_at >= %L AND occurred_at < %L'
            '    RETURNING *'
            ') INSERT INTO public.%I SELECT * FROM moved',
            lower_bound, upper_bound, partition_name
        );
        PERFORM pg_catalog.set_config('audit_log.maintenance', '', true);
        EXECUTE pg_catalog.format(
            'CREATE TRIGGER %I BEFORE UPDATE OR DELETE OR TRUNCATE ON public.%I'
            ' FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_audit_log_change()',
            partition_name || '_refuse_change', partition_name
        );
        EXECUTE pg_catalog.format(
            'ALTER TABLE public.audit_log ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
            partition_name, lower_bound, upper_bound
        );

        -- Default privileges are for tables that applications use; this one they reach
        -- through the log.
        FOR granted IN
            SELECT DISTINCT acl.grantee::pg_catalog.regrole::text AS grantee
            FROM pg_catalog.pg_class AS child
            CROSS JOIN LATERAL pg_catalog.aclexplode(child.relacl) AS acl
            WHERE child.oid = pg_catalog.to_regclass('public.' || partition_name)
                AND acl.grantee NOT IN (0, child.relowner)
        LOOP
            EXECUTE pg_catalog.format('REVOKE ALL ON public.%I FROM %s', partition_name, granted.grantee);
        END LOOP;

        created_count := created_count + 1;
    END LOOP;

    RETURN created_count;
END;
$$;

COMMENT ON FUNCTION create_audit_log_partitions(integer) IS
    'Makes the missing monthly partitions of audit_log, from this month to months_ahead after it, moves rows of these months out of the default partition, and returns how many were made. Safe to call again.';

-- A month is dropped as a whole, which reads no row, but waits for those who are using the
-- log at this moment; the time-out keeps others from waiting behind it. From the two
-- partitions without a month rows are deleted.
CREATE OR REPLACE FUNCTION expire_audit_log(months_to_keep integer)
RETURNS bigint
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
SET timezone = 'UTC'
SET lock_timeout = '5s'
AS $$
DECLARE
    oldest_kept timestamptz;
    partition_name text;
    row_count bigint;
    removed_count bigint := 0;
BEGIN
    IF months_to_keep IS NULL OR months_to_keep NOT BETWEEN 12 AND 1200 THEN
        RAISE EXCEPTION 'months_to_keep must be between 12 and 1200, not %', months_to_keep
            USING ERRCODE = 'invalid_parameter_value';
    END IF;

    oldest_kept := pg_catalog.date_trunc('month', pg_catalog.now())
        - pg_catalog.make_interval(months => months_to_keep);

    FOR partition_name IN
        SELECT child.relname
        FROM pg_catalog.pg_inherits AS link
        JOIN pg_catalog.pg_class AS child ON child.oid = link.inhrelid
        WHERE link.inhparent = 'public.audit_log'::pg_catalog.regclass
            AND child.relname ~ '^audit_log_[0-9]{4}_[0-9]{2}$'
            AND child.relname < 'audit_log_' || pg_catalog.to_char(oldest_kept, 'YYYY_MM')
        ORDER BY child.relname
    LOOP
        EXECUTE pg_catalog.format('SELECT pg_catalog.count(*) FROM public.%I', partition_name)
            INTO row_count;
        EXECUTE pg_catalog.format('DROP TABLE public.%I', partition_name);
        removed_count := removed_count + row_count;
    END LOOP;

    PERFORM pg_catalog.set_config('audit_log.maintenance', 'on', true);
    DELETE FROM public.audit_log_history WHERE occurred_at < oldest_kept;
    GET DIAGNOSTICS row_count = ROW_COUNT;
    removed_count := removed_count + row_count;

    DELETE FROM public.audit_log_default WHERE occurred_at < oldest_kept;
    GET DIAGNOSTICS row_count = ROW_COUNT;
    removed_count := removed_count + row_count;
    PERFORM pg_catalog.set_config('audit_log.maintenance', '', true);

    IF removed_count > 0 THEN
        INSERT INTO public.audit_log (actor_kind, action_code, details)
        VALUES (
            'system',
            'audit_log.expire',
            pg_catalog.jsonb_build_object(
                'before', oldest_kept,
                'entries', removed_count,
                'database_role', session_user
            )
        );
    END IF;

    RETURN removed_count;
END;
$$;

COMMENT ON FUNCTION expire_audit_log(integer) IS
    'Removes the audit log''s entries that are older than the given number of whole months, at least twelve, writes an entry about it, and returns how many were removed. For the job that carries out the policy on retention: GRANT EXECUTE to its login.';

REVOKE EXECUTE ON FUNCTION create_audit_log_partitions(integer) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION expire_audit_log(integer) FROM PUBLIC;

SELECT create_audit_log_partitions(12);

COMMIT;
