-- The tables that a session can lock to make another one wait.
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname)
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p')
    AND c.relpersistence <> 't'
    AND (c.relispartition OR NOT $1)
    AND n.nspname NOT LIKE 'pg\_%'
    AND n.nspname NOT IN ('information_schema', 'jubilee_verify')
    AND NOT (n.nspname = 'public' AND c.relname = 'schema_migrations')
ORDER BY c.oid
