-- The relations that are there, and for a partition the table that it is of.
SELECT c.oid::bigint, c.relkind::text,
    CASE WHEN n.nspname = 'public' THEN '' ELSE n.nspname || '.' END || c.relname,
    CASE WHEN c.relispartition THEN COALESCE(pg_catalog.pg_partition_root(c.oid), c.oid) ELSE c.oid END::bigint
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'm', 'v', 'i', 'I', 'S')
    AND n.nspname NOT LIKE 'pg\_%'
    AND n.nspname NOT IN ('information_schema', 'jubilee_verify')
    AND NOT (n.nspname = 'public' AND c.relname LIKE 'schema_migrations%')
