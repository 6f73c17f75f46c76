DO $$
DECLARE
    r record;
BEGIN
    FOR r IN SELECT indexname AS name FROM pg_catalog.pg_indexes WHERE schemaname = 'staging'
    LOOP
        EXECUTE format('DROP INDEX %I', r.name);
        EXECUTE format('ALTER TABLE %I ALTER COLUMN note DROP DEFAULT', r.name);
        EXECUTE r.name;
    END LOOP;
END
$$;
