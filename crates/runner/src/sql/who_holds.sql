-- Other runs that are at work in this database; first those that do not wait for another.
SELECT
    a.pid::text,
    a.usename::text,
    pg_catalog.to_char(coalesce(a.xact_start, a.backend_start) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
FROM pg_catalog.pg_stat_activity AS a
WHERE a.datname = pg_catalog.current_database()
    AND a.application_name LIKE 'jubilee-migrate %'
    AND a.application_name <> 'jubilee-migrate ' || {run_id}
    AND a.pid <> pg_catalog.pg_backend_pid()
    AND a.leader_pid IS NULL
ORDER BY
    EXISTS (SELECT FROM pg_catalog.pg_locks AS l WHERE l.pid = a.pid AND NOT l.granted AND l.locktype = 'transactionid'),
    coalesce(a.xact_start, a.backend_start), a.pid
LIMIT 1
