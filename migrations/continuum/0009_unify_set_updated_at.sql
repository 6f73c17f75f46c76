-- Migration: 0009_unify_set_updated_at
-- Database: continuum
-- Author: Jubilee Platform Team
-- Date: 2026-11-26
-- Description: Spell set_updated_at as the other databases do

-- It does what it did; one text in all databases is easier to trust.

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
