SET LOCAL search_path = pg_catalog;
SET LOCAL TimeZone = 'UTC';
SET LOCAL DateStyle = 'ISO, YMD';
SET LOCAL IntervalStyle = 'postgres';
SET LOCAL jit = off;
CREATE OR REPLACE FUNCTION pg_temp.is_of_type(value text, written text) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE pg_catalog.format('SELECT %L::%s', value, written);
    RETURN true;
EXCEPTION WHEN OTHERS THEN
    RETURN false;
END;
$$;
