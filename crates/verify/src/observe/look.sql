-- What the session holds, or waits for, and has done so far: locks and files of relations.
SELECT 'lock', l.relation::bigint, l.mode
FROM pg_catalog.pg_locks l
WHERE l.pid = $1 AND l.locktype = 'relation' AND l.relation >= 16384
UNION ALL
SELECT 'file', c.oid::bigint, pg_catalog.pg_relation_filenode(c.oid)::text
FROM pg_catalog.pg_class c
WHERE c.relkind IN ('r', 'm') AND c.oid >= 16384
