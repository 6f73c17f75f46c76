-- A trigger whose function does nothing but set columns refuses nothing; one that gives no row leaves a DELETE undone.
WITH refusing AS (
    SELECT t.tgrelid
    FROM pg_catalog.pg_trigger t
    JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid
    JOIN pg_catalog.pg_language l ON l.oid = p.prolang
    WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND (
        l.lanname <> 'plpgsql'
        OR t.tgtype & 8 <> 0
        OR p.prosrc ~* '\m(raise|assert|null|perform|execute|select|call|insert|update|delete)\M'
        OR EXISTS (SELECT FROM pg_catalog.pg_proc q WHERE q.oid >= 16384 AND q.oid <> p.oid AND pg_catalog.strpos(p.prosrc, q.proname) > 0)
    )
)
-- The relations for which a trigger, a rule or row-level security may refuse something: the table that it is, or is a
-- partition of, by schema and name; itself as SQL names it and as people do; whether it is a partition, and a view;
-- whether row-level security is on; and the columns that can be written.
SELECT n.nspname || '.' || w.relname, pg_catalog.format('%I.%I', m.nspname, c.relname),
    CASE WHEN m.nspname = 'public' THEN '' ELSE m.nspname || '.' END || c.relname, c.relispartition, c.relkind = 'v', c.relrowsecurity,
    COALESCE((SELECT pg_catalog.array_agg(a.attname::text ORDER BY a.attnum) FROM pg_catalog.pg_attribute a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND a.attidentity <> 'a'), '{}')
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace m ON m.oid = c.relnamespace
JOIN pg_catalog.pg_class w ON w.oid = COALESCE(pg_catalog.pg_partition_root(c.oid), c.oid)
JOIN pg_catalog.pg_namespace n ON n.oid = w.relnamespace
WHERE c.relkind IN ('r', 'p', 'v') AND c.relpersistence <> 't'
    AND m.nspname NOT LIKE 'pg\_%' AND m.nspname NOT IN ('information_schema', 'jubilee_verify')
    AND (c.relrowsecurity
        OR c.oid IN (SELECT tgrelid FROM refusing)
        OR EXISTS (SELECT FROM pg_catalog.pg_rewrite r WHERE r.ev_class = c.oid AND r.rulename <> '_RETURN'))
ORDER BY c.relispartition, m.nspname COLLATE "C", c.relname COLLATE "C"
