-- The tables whose rows are compared: a partitioned table with all its partitions, and every other.
SELECT c.oid::bigint, n.nspname::text, c.relname::text,
    (SELECT pg_catalog.array_agg(a.attnum ORDER BY a.attnum) FROM pg_catalog.pg_attribute a
     WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
    (SELECT pg_catalog.array_agg(a.attname::text ORDER BY a.attnum) FROM pg_catalog.pg_attribute a
     WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
    (SELECT pg_catalog.array_agg(pg_catalog.format_type(a.atttypid, a.atttypmod) ORDER BY a.attnum) FROM pg_catalog.pg_attribute a
     WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
    COALESCE((SELECT i.indkey::smallint[] FROM pg_catalog.pg_index i
     WHERE i.indrelid = c.oid AND i.indisprimary), '{}'),
    EXISTS (SELECT FROM pg_catalog.pg_trigger t
            WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgtype & 16 <> 0 AND t.tgtype & 2 <> 0)
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p')
    AND NOT c.relispartition
    AND c.relpersistence <> 't'
    AND n.nspname NOT LIKE 'pg\_%'
    AND n.nspname <> 'information_schema'
    AND NOT (n.nspname = 'public' AND c.relname = 'schema_migrations')
ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"
