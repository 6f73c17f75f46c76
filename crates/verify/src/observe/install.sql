-- Tells of the locks before and after every DDL command, also of those within DO blocks and functions.
CREATE SCHEMA jubilee_verify;
GRANT USAGE ON SCHEMA jubilee_verify TO PUBLIC;
CREATE FUNCTION jubilee_verify.tell() RETURNS event_trigger
LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    RAISE NOTICE 'jubilee-verify % %', tg_event, (
        SELECT pg_catalog.string_agg(l.relation::bigint || ' ' || l.mode, ',')
        FROM pg_catalog.pg_locks l
        WHERE l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'relation' AND l.granted AND l.relation >= 16384
    );
END;
$$;
CREATE EVENT TRIGGER jubilee_verify_start ON ddl_command_start EXECUTE FUNCTION jubilee_verify.tell();
CREATE EVENT TRIGGER jubilee_verify_end ON ddl_command_end EXECUTE FUNCTION jubilee_verify.tell();
