-- How large each table is, by its name; a partitioned one with its partitions. The rows are those that
-- ANALYZE counted last; NULL where it has not counted all of them.
SELECT CASE WHEN n.nspname = 'public' THEN '' ELSE n.nspname || '.' END || c.relname,
    CASE WHEN NOT pg_catalog.bool_or(part.has_rows AND (part.reltuples < 0 OR part.reltuples = 0 AND part.relpages = 0))
        THEN pg_catalog.sum(GREATEST(part.reltuples, 0)) END::float8,
    pg_catalog.sum(part.bytes)::float8
FROM (
    SELECT p.reltuples, p.relpages, COALESCE(pg_catalog.pg_relation_size(p.oid) > 0, false) AS has_rows,
        COALESCE(pg_catalog.pg_table_size(p.oid), 0) AS bytes,
        CASE WHEN p.relispartition THEN pg_catalog.pg_partition_root(p.oid) ELSE p.oid END AS root
    FROM pg_catalog.pg_class p
    WHERE p.relkind IN ('r', 'm')
) part
JOIN pg_catalog.pg_class c ON c.oid = part.root
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
GROUP BY 1
