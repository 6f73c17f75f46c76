-- Whether a commit of this run waits for a standby. Until it is committed the session has the run's
-- name; before and behind a migration it has the program's.
SELECT pg_catalog.current_setting('synchronous_standby_names')
FROM pg_catalog.pg_stat_activity AS a
WHERE a.datname = pg_catalog.current_database()
    AND a.usename = current_user
    AND a.wait_event = 'SyncRep'
    AND a.application_name IN (
        '{application_name}', pg_catalog.current_setting('application_name')
    )
LIMIT 1
