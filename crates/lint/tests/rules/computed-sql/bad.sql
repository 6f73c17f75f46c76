DO $$
DECLARE
    name text;
BEGIN
    FOR name IN SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = 'staging' LOOP
        EXECUTE format('TRUNCATE staging.%I', name);
        EXECUTE 'DROP TABLE ' || name;
    END LOOP;
END
$$;
SELECT audit.enable_tracking('users');
CALL refresh_everything();
DO $$ BEGIN PERFORM rebuild(1); END $$;
