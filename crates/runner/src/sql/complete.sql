UPDATE public.schema_migrations
SET status = 'completed',
    finished_at = pg_catalog.clock_timestamp(),
    execution_ms = pg_catalog.round(
        EXTRACT(epoch FROM pg_catalog.clock_timestamp() - started_at)::numeric * 1000)
WHERE version = {version} AND run_id = {run_id} AND status = 'running'
RETURNING execution_ms
