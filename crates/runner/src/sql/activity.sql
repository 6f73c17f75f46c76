-- What the sessions of runs do at this moment, one fact a row, as far as the role that asks may see it.
-- It reads no table of the database, so that it never waits for what it is to tell of.
WITH run AS MATERIALIZED (
    SELECT
        a.pid, a.application_name, a.usename, a.state, a.wait_event,
        pg_catalog.clock_timestamp() - a.xact_start AS in_transaction
    FROM pg_catalog.pg_stat_activity AS a
    WHERE a.datname = pg_catalog.current_database()
        AND a.pid <> pg_catalog.pg_backend_pid()
        AND a.leader_pid IS NULL
        AND (
            a.application_name LIKE {application_name}
            OR a.pid = {process}
            -- A commit of a run that is not a migration's, behind a pooler: then the process is not known.
            OR a.wait_event = 'SyncRep' AND a.usename = current_user
                AND a.application_name = pg_catalog.current_setting('application_name')
        )
),
-- pg_locks is read once: each reading of it holds up everybody who takes a lock.
lock AS MATERIALIZED (
    SELECT
        l.pid, l.locktype, l.relation, l.transactionid, l.virtualxid, l.mode, l.granted,
        -- PostgreSQL 13 does not have this column.
        (pg_catalog.to_jsonb(l) ->> 'waitstart')::timestamp with time zone AS waits_since
    FROM pg_catalog.pg_locks AS l
    WHERE coalesce(l.database, 0) IN (
        0, (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database())
    )
),
-- The session that asks may be waited for too, for as long as this takes: CREATE INDEX CONCURRENTLY
-- waits for every snapshot.
wait AS MATERIALIZED (
    SELECT w.*
    FROM (
        SELECT l.*, pg_catalog.array_remove(pg_catalog.pg_blocking_pids(l.pid), pg_catalog.pg_backend_pid()) AS holders
        FROM lock AS l
        JOIN run AS r ON r.pid = l.pid
        WHERE NOT l.granted
    ) AS w
    WHERE pg_catalog.cardinality(w.holders) > 0
),
-- Those who wait for what a run has or has asked for before them. Each costs a look at the lock
-- manager, so that not more than 100 are asked for.
behind AS MATERIALIZED (
    SELECT w.pid, w.waits_since, pg_catalog.pg_blocking_pids(w.pid) AS holders
    FROM (
        SELECT l.pid, pg_catalog.min(l.waits_since) AS waits_since
        FROM lock AS l
        WHERE NOT l.granted
            AND EXISTS (
                SELECT FROM lock AS o
                JOIN run AS r ON r.pid = o.pid
                WHERE o.pid <> l.pid
                    AND (o.relation = l.relation OR o.transactionid = l.transactionid OR o.virtualxid = l.virtualxid)
            )
        GROUP BY l.pid
        LIMIT 100
    ) AS w
)
SELECT
    'run', r.pid::text, r.application_name, r.usename::text, r.state,
    pg_catalog.date_part('epoch', r.in_transaction)::text,
    EXISTS (
        SELECT FROM lock AS l
        WHERE l.pid = r.pid AND l.granted AND l.mode = 'RowExclusiveLock'
            AND l.relation = pg_catalog.to_regclass('public.schema_migrations')
    )::text,
    CASE WHEN r.wait_event = 'SyncRep' THEN pg_catalog.current_setting('synchronous_standby_names') END,
    NULL
FROM run AS r
UNION ALL
SELECT
    'wait', w.pid::text, w.mode, w.locktype, w.relation::pg_catalog.regclass::text,
    pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - w.waits_since)::text, NULL, NULL, NULL
FROM wait AS w
UNION ALL
SELECT
    'holder', w.pid::text, h.pid::text, a.application_name, a.usename::text, a.state,
    pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() -
        CASE WHEN a.state = 'active' THEN a.query_start ELSE a.state_change END)::text,
    coalesce(
        (
            SELECT l.mode
            FROM lock AS l
            WHERE l.pid = h.pid AND l.granted AND l.relation = w.relation
            ORDER BY pg_catalog.array_position(
                ARRAY['AccessExclusiveLock', 'ExclusiveLock', 'ShareRowExclusiveLock', 'ShareLock',
                    'ShareUpdateExclusiveLock', 'RowExclusiveLock', 'RowShareLock', 'AccessShareLock'],
                l.mode)
            LIMIT 1
        ),
        -- It waits itself, and was there before.
        (SELECT 'queued ' || l.mode FROM lock AS l WHERE l.pid = h.pid AND NOT l.granted AND l.relation = w.relation LIMIT 1)
    ),
    CASE WHEN a.state IS NOT NULL THEN pg_catalog.left(a.query, 1000) END
FROM wait AS w
CROSS JOIN LATERAL (SELECT DISTINCT u.pid FROM pg_catalog.unnest(w.holders) AS u (pid)) AS h
LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid = h.pid
UNION ALL
SELECT
    'behind', r.pid::text, pg_catalog.count(*)::text,
    pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - pg_catalog.min(coalesce(b.waits_since, a.query_start)))::text,
    NULL, NULL, NULL, NULL, NULL
FROM behind AS b
JOIN run AS r ON r.pid = ANY (b.holders) AND r.pid <> b.pid
LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid = b.pid
GROUP BY r.pid
UNION ALL
SELECT 'progress', p.pid::text, p.command, p.phase, c.oid::pg_catalog.regclass::text, p.done::text, p.total::text, p.unit, NULL
FROM (
    SELECT
        i.pid, i.relid, i.command, i.phase,
        CASE WHEN i.phase LIKE 'waiting %' THEN i.lockers_done WHEN i.phase LIKE '%tuples in tree' THEN i.tuples_done
            WHEN i.phase NOT LIKE '%sorting%' THEN i.blocks_done END AS done,
        CASE WHEN i.phase LIKE 'waiting %' THEN i.lockers_total WHEN i.phase LIKE '%tuples in tree' THEN i.tuples_total
            WHEN i.phase NOT LIKE '%sorting%' THEN i.blocks_total END AS total,
        CASE WHEN i.phase LIKE 'waiting %' THEN 'sessions' WHEN i.phase LIKE '%tuples in tree' THEN 'rows' ELSE 'blocks' END AS unit
    FROM pg_catalog.pg_stat_progress_create_index AS i
    UNION ALL
    SELECT u.pid, u.relid, u.command, u.phase, u.heap_blks_scanned, u.heap_blks_total, 'blocks'
    FROM pg_catalog.pg_stat_progress_cluster AS u
    UNION ALL
    SELECT v.pid, v.relid, 'VACUUM', v.phase, v.heap_blks_scanned, v.heap_blks_total, 'blocks'
    FROM pg_catalog.pg_stat_progress_vacuum AS v
    UNION ALL
    SELECT n.pid, n.relid, 'ANALYZE', n.phase, n.sample_blks_scanned, n.sample_blks_total, 'blocks'
    FROM pg_catalog.pg_stat_progress_analyze AS n
    UNION ALL
    -- pg_stat_progress_copy, which PostgreSQL 13 does not have: bytes where their number is known, else rows.
    SELECT
        y.pid, y.relid, 'COPY', 'copying',
        CASE WHEN y.param2 > 0 THEN y.param1 ELSE y.param3 END, y.param2,
        CASE WHEN y.param2 > 0 THEN 'bytes' ELSE 'rows' END
    FROM pg_catalog.pg_stat_get_progress_info(
        CASE WHEN pg_catalog.current_setting('server_version_num')::integer >= 140000 THEN 'COPY' ELSE 'VACUUM' END
    ) AS y
    WHERE pg_catalog.current_setting('server_version_num')::integer >= 140000
) AS p
JOIN run AS r ON r.pid = p.pid
LEFT JOIN pg_catalog.pg_class AS c ON c.oid = p.relid
WHERE p.phase IS NOT NULL
