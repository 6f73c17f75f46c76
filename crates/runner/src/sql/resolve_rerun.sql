UPDATE public.schema_migrations
SET status = 'failed', finished_at = pg_catalog.clock_timestamp(),
    error = 'interrupted; resolved to be run again by ' || current_user
WHERE version = {version} AND run_id = {interrupted_run} AND status = 'running'
RETURNING version
