DO $$
DECLARE
    name text;
BEGIN
    FOR name IN SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = 'staging'
    LOOP
        EXECUTE 'DELETE FROM staging.' || quote_ident(name);
        EXECUTE format('UPDATE %I SET done = true WHERE true', name);
        EXECUTE format('DELETE FROM %I WHERE done', name);
    END LOOP;
END
$$;
