-- Migration: 0010_validate_audit_log_bound
-- Database: codex
-- Author: Jubilee Platform Team
-- Date: 2026-11-26
-- Description: proves the check of 0009 for existing rows, apart from it so that the scan blocks neither reads nor writes

-- Where 0012 has taken the check away there is nothing left to prove.

BEGIN;

DO $$
BEGIN
    IF EXISTS (
        SELECT 1
        FROM pg_catalog.pg_constraint
        WHERE conname = 'audit_log_bound_check'
            AND conrelid = 'audit_log'::regclass
    ) THEN
        ALTER TABLE audit_log VALIDATE CONSTRAINT audit_log_bound_check;
    END IF;
END;
$$;

COMMIT;
