TRUNCATE legacy_sessions;
DO $$
DECLARE
    name text;
BEGIN
    FOR name IN SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = 'staging'
    LOOP
        EXECUTE format('TRUNCATE staging.%I', name);
    END LOOP;
END
$$;
