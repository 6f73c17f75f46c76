-- The names are not known, what happens to them is.
DO $$
DECLARE
    r record;
    name text;
    command text;
BEGIN
    FOR r IN SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = 'staging'
    LOOP
        EXECUTE 'DROP TABLE ' || quote_ident(r.tablename);
        EXECUTE format('DROP TABLE IF EXISTS %I.%I CASCADE', 'staging', r.tablename);
        EXECUTE format('ALTER TABLE %I DROP COLUMN IF EXISTS notes', r.tablename);
        EXECUTE 'DROP SEQUENCE ' || r.tablename || '_id_seq' || current_setting('app.suffix');
    END LOOP;
    FOR r IN SELECT 'DROP TABLE ' || quote_ident(tablename) AS command FROM pg_catalog.pg_tables
    LOOP
        EXECUTE r.command;
    END LOOP;
    FOR command IN SELECT format('DROP SCHEMA %I CASCADE', nspname) FROM pg_catalog.pg_namespace
    LOOP
        EXECUTE command;
    END LOOP;
END
$$;
