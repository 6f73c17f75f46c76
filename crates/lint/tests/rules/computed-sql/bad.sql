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
DO $$
BEGIN
    EXECUTE format('ALTER TABLE users ADD CONSTRAINT users_at_check CHECK (at < %L) NOT VALID', now());
END
$$;
