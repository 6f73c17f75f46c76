-- Migration: 0009_bound_audit_log
-- Database: codex
-- Author: Jubilee Platform Team
-- Date: 2026-11-26
-- Description: proves for how long the rows of audit_log will be of the past, so that it can become a partition without a scan

-- 0009 to 0013 partition audit_log by month. It grows with every sign-in, holds addresses
-- and user agents, and could give up nothing: only a partition can be dropped without
-- reading it. The rows stay where they are. The table becomes the first partition, for all
-- that came before the first month, and that needs a proof that none of its rows is later.
--
-- This check is the proof. It also refuses rows from its date on, so the date leaves one
-- to two months for the migrations up to 0012, which takes the check away again.

BEGIN;

DO $$
DECLARE
    bound timestamptz;
BEGIN
    IF EXISTS (
        SELECT 1
        FROM pg_catalog.pg_class
        WHERE oid = 'audit_log'::regclass
            AND relkind = 'r'
    ) AND NOT EXISTS (
        SELECT 1
        FROM pg_catalog.pg_constraint
        WHERE conname = 'audit_log_bound_check'
            AND conrelid = 'audit_log'::regclass
    ) THEN
        -- Reads before anything is locked. Months are counted in UTC.
        SELECT (date_trunc('month', greatest(now(), max(occurred_at)) AT TIME ZONE 'UTC')
                + interval '2 months') AT TIME ZONE 'UTC'
            INTO bound
            FROM audit_log;
        -- check:allow unparsed: the date of the bound is known only when this runs
        EXECUTE format(
            'ALTER TABLE audit_log ADD CONSTRAINT audit_log_bound_check CHECK (occurred_at < %L) NOT VALID',
            bound
        );
    END IF;
END;
$$;

COMMIT;
