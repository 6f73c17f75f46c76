-- Gives all privileges to a role that no policy names, so that row-level security alone refuses it something.
DO $$
DECLARE
    own record;
BEGIN
    FOR own IN
        SELECT nspname FROM pg_catalog.pg_namespace
        WHERE nspname NOT LIKE 'pg\_%' AND nspname <> 'information_schema'
    LOOP
        EXECUTE pg_catalog.format('GRANT USAGE ON SCHEMA %I TO jubilee_anyone', own.nspname);
        EXECUTE pg_catalog.format('GRANT ALL ON ALL TABLES IN SCHEMA %I TO jubilee_anyone', own.nspname);
        EXECUTE pg_catalog.format('GRANT ALL ON ALL SEQUENCES IN SCHEMA %I TO jubilee_anyone', own.nspname);
        EXECUTE pg_catalog.format('GRANT ALL ON ALL ROUTINES IN SCHEMA %I TO jubilee_anyone', own.nspname);
    END LOOP;
END
$$
