-- What migrations make and what has a name: tables, their columns, indexes, views and functions. Partitions
-- are left out, since jobs make them too, by date.
WITH relations AS (
    SELECT c.oid, c.relkind, CASE n.nspname
        WHEN 'public' THEN pg_catalog.quote_ident(c.relname)
        ELSE pg_catalog.format('%I.%I', n.nspname, c.relname)
    END AS name
    FROM pg_catalog.pg_class AS c
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'i', 'I', 'v', 'm')
        AND NOT c.relispartition
        AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
        AND n.nspname NOT LIKE 'pg\_temp\_%'
        AND NOT (n.nspname = 'public' AND c.relname IN ('schema_migrations', 'schema_migrations_pkey'))
        AND NOT EXISTS (
            SELECT FROM pg_catalog.pg_depend AS d
            WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'e'
        )
        AND NOT EXISTS (
            SELECT FROM pg_catalog.pg_index AS i
            JOIN pg_catalog.pg_class AS t ON t.oid = i.indrelid
            WHERE i.indexrelid = c.oid AND t.relispartition
        )
)
SELECT CASE WHEN relkind IN ('r', 'p') THEN name WHEN relkind IN ('i', 'I') THEN 'index ' || name ELSE 'view ' || name END
FROM relations
UNION ALL
SELECT name || ' (partitioned)' FROM relations WHERE relkind = 'p'
UNION ALL
SELECT r.name || '.' || pg_catalog.quote_ident(a.attname)
FROM relations AS r
JOIN pg_catalog.pg_attribute AS a ON a.attrelid = r.oid
WHERE r.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
UNION
SELECT 'function ' || CASE n.nspname
    WHEN 'public' THEN pg_catalog.quote_ident(p.proname)
    ELSE pg_catalog.format('%I.%I', n.nspname, p.proname)
END
FROM pg_catalog.pg_proc AS p
JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')
    AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend AS d
        WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid AND d.deptype = 'e'
    )
