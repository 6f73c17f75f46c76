-- For each sequence and column that it numbers, or none, a query: what it is called, whether it counts up, its next
-- number, the last one that a row has, and whether it numbers a column.
WITH own AS (
    SELECT n.oid AS schema, pg_catalog.quote_ident(n.nspname) || '.' AS prefix,
        CASE WHEN n.nspname = 'public' THEN '' ELSE n.nspname || '.' END AS shown
    FROM pg_catalog.pg_namespace n
    WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname NOT IN ('information_schema', 'jubilee_verify')
),
-- By ownership (identity, serial), and by its default.
numbers AS (
    SELECT d.objid AS sequence, d.refobjid AS relation, d.refobjsubid AS number
    FROM pg_catalog.pg_depend d
    WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refclassid = d.classid AND d.refobjsubid > 0
        AND d.deptype IN ('a', 'i')
    UNION
    SELECT d.refobjid, f.adrelid, f.adnum
    FROM pg_catalog.pg_depend d
    JOIN pg_catalog.pg_attrdef f ON f.oid = d.objid
    WHERE d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
),
numbered AS (
    SELECT x.sequence, o.shown || t.relname || '.' || a.attname AS shown, a.attname, o.prefix || pg_catalog.quote_ident(t.relname) AS name
    FROM numbers x
    JOIN pg_catalog.pg_class t ON t.oid = x.relation AND t.relkind IN ('r', 'p') AND NOT t.relispartition
    JOIN own o ON o.schema = t.relnamespace
    JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = x.number
    WHERE a.atttypid IN ('int2'::pg_catalog.regtype, 'int4'::pg_catalog.regtype, 'int8'::pg_catalog.regtype, 'numeric'::pg_catalog.regtype)
)
SELECT pg_catalog.format(
    'SELECT %L::text, %L::boolean, (last_value + CASE WHEN is_called THEN %s ELSE 0 END::numeric)::text, %s::text, %L::boolean FROM %s',
    COALESCE(u.shown, o.shown || c.relname), s.seqincrement > 0, s.seqincrement,
    CASE WHEN u.sequence IS NULL THEN 'NULL'
        ELSE pg_catalog.format('(SELECT pg_catalog.%s(%I) FROM %s)', CASE WHEN s.seqincrement > 0 THEN 'max' ELSE 'min' END, u.attname, u.name) END,
    u.sequence IS NOT NULL, o.prefix || pg_catalog.quote_ident(c.relname))
FROM pg_catalog.pg_sequence s
JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid AND c.relpersistence <> 't'
JOIN own o ON o.schema = c.relnamespace
LEFT JOIN numbered u ON u.sequence = c.oid
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend x
    WHERE x.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND x.objid = c.oid AND x.deptype = 'e')
ORDER BY o.shown, c.relname, u.shown
