-- The whole history, oldest first; who applied what, when and how only of the rows that are wanted
-- whole. A `running` row is at work as long as a session carries its run in application_name,
-- which every role may see: by which process.
SELECT
    h.version::text,
    h.name::text,
    h.checksum::text,
    h.status::text,
    h.database::text,
    h.environment::text,
    -- Seconds since 1970, which no setting of the session changes the form of.
    CASE WHEN {wanted} THEN pg_catalog.date_part('epoch', h.started_at)::numeric END AS started_at,
    CASE WHEN {wanted} THEN pg_catalog.date_part('epoch', h.finished_at)::numeric END AS finished_at,
    CASE WHEN {wanted} THEN h.execution_ms::text END,
    CASE WHEN {wanted} THEN h.applied_by::text END,
    CASE WHEN {wanted} THEN h.runner::text END,
    CASE WHEN {wanted} THEN h.run_id::text END,
    CASE WHEN {wanted} THEN h.error::text END,
    CASE WHEN h.status = 'running' THEN (
        SELECT pg_catalog.min(a.pid) FROM pg_catalog.pg_stat_get_activity(NULL) AS a
        WHERE a.application_name = 'jubilee-migrate ' || h.run_id AND a.leader_pid IS NULL
            -- A copy of this database has the same rows.
            AND a.datid = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database())
    ) END AS process
FROM public.schema_migrations AS h
ORDER BY h.version
