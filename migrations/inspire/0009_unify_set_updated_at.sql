-- Migration: 0009_unify_set_updated_at
-- Database: inspire
-- Author: Jubilee Platform Team
-- Date: 2026-11-26
-- Description: Let an update that changes nothing leave updated_at alone, with the function that every database has

-- The function of 0001 stamped every UPDATE. On a table with a generated column (content
-- versions, translations, messages, usage) it still does: a BEFORE trigger does not see the
-- generated value yet, so every UPDATE looks like a change. The job that finds replies
-- whose worker died relies on that for messages.

BEGIN;

CREATE OR REPLACE FUNCTION set_updated_at()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
    IF NEW IS DISTINCT FROM OLD THEN
        NEW.updated_at := pg_catalog.now();
    END IF;
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION set_updated_at() IS
    'BEFORE UPDATE row trigger: stamps updated_at when the row really changes.';

COMMIT;
