SELECT pg_catalog.current_setting('server_version_num')::integer / 10000 AS major,
    (SELECT r.rolsuper
     FROM pg_catalog.pg_class c JOIN pg_catalog.pg_roles r ON r.oid = c.relowner
     WHERE c.oid = pg_catalog.to_regclass('public.schema_migrations')) AS migrator_is_superuser
