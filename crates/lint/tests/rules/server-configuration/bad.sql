LOAD 'auto_explain';

ALTER ROLE reporting SUPERUSER;

ALTER USER reporting WITH NOINHERIT CREATEDB CREATEROLE;

DO $$
BEGIN
    PERFORM pg_catalog.pg_reload_conf();
END;
$$;
