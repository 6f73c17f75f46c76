-- What the session holds, or waits for, and has done so far: locks, files of relations, and rows that it
-- has read and written.
SELECT 'lock', l.relation::bigint, l.mode
FROM pg_catalog.pg_locks l
WHERE l.pid = $1 AND l.locktype = 'relation' AND l.relation >= 16384
UNION ALL
-- Roles, their members and settings, and what else belongs to the server and is locked until COMMIT.
SELECT DISTINCT 'server', l.relation::bigint, NULL
FROM pg_catalog.pg_locks l
WHERE l.pid = $1 AND l.locktype = 'relation' AND l.database = 0 AND l.mode = 'RowExclusiveLock'
    AND l.relation <> 'pg_catalog.pg_shdepend'::pg_catalog.regclass
UNION ALL
SELECT 'file', c.oid::bigint, pg_catalog.pg_relation_filenode(c.oid)::text
FROM pg_catalog.pg_class c
WHERE c.relkind IN ('r', 'm') AND c.oid >= 16384
UNION ALL
SELECT rows.what, rows.oid, rows.count::text
FROM pg_catalog.pg_class c, LATERAL (VALUES
    ('read', c.oid::bigint,
        pg_catalog.pg_stat_get_xact_tuples_returned(c.oid) + pg_catalog.pg_stat_get_xact_tuples_fetched(c.oid)),
    ('written', c.oid::bigint,
        pg_catalog.pg_stat_get_xact_tuples_inserted(c.oid) + pg_catalog.pg_stat_get_xact_tuples_updated(c.oid)
        + pg_catalog.pg_stat_get_xact_tuples_deleted(c.oid))
) AS rows (what, oid, count)
WHERE c.relkind IN ('r', 'm') AND c.oid >= 16384 AND rows.count > 0
