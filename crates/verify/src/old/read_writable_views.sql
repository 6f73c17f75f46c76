-- The views of one table each that rows can be inserted through: name, as people name it, the table, and the columns
-- that can be set.
SELECT pg_catalog.format('%I.%I', n.nspname, v.relname),
    CASE WHEN n.nspname = 'public' THEN '' ELSE n.nspname || '.' END || v.relname,
    pg_catalog.min(tn.nspname), pg_catalog.min(t.relname),
    (SELECT pg_catalog.array_agg(a.attname::text ORDER BY a.attnum) FROM pg_catalog.pg_attribute a
     WHERE a.attrelid = v.oid AND a.attnum > 0 AND NOT a.attisdropped
        AND pg_catalog.pg_column_is_updatable(v.oid, a.attnum, true))
FROM pg_catalog.pg_class v
JOIN pg_catalog.pg_namespace n ON n.oid = v.relnamespace
JOIN pg_catalog.pg_rewrite r ON r.ev_class = v.oid AND r.rulename = '_RETURN'
JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = r.oid
    AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid <> v.oid
JOIN pg_catalog.pg_class t ON t.oid = d.refobjid AND t.relkind IN ('r', 'p')
JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
WHERE v.relkind = 'v' AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
    AND pg_catalog.pg_relation_is_updatable(v.oid, true) & 8 <> 0
GROUP BY v.oid, v.relname, n.nspname
HAVING pg_catalog.count(DISTINCT t.oid) = 1
ORDER BY 1
