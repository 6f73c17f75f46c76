BEGIN;

-- Keeps updated_at truthful whatever the writer does. An UPDATE that changes nothing leaves it
-- alone, so that a repeated write is not mistaken for an edit. (Not for a table with a generated
-- column: a BEFORE trigger does not see its new content yet, so every UPDATE would look like a
-- change.)
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
