-- Only where there is no row, or a failure from before: a loser never overwrites a winner.
INSERT INTO public.schema_migrations AS h (
    version, name, checksum, status, database, environment, started_at, finished_at,
    applied_by, runner, run_id, error
)
VALUES (
    {version}, {name}, {checksum}, 'failed', {database}, {environment},
    pg_catalog.clock_timestamp(), pg_catalog.clock_timestamp(),
    current_user, {runner}, {run_id}, {error}
)
ON CONFLICT (version) DO UPDATE
SET name = excluded.name,
    checksum = excluded.checksum,
    started_at = excluded.started_at,
    finished_at = excluded.finished_at,
    applied_by = excluded.applied_by,
    runner = excluded.runner,
    run_id = excluded.run_id,
    error = excluded.error
WHERE h.status = 'failed'
RETURNING version
