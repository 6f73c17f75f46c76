UPDATE public.schema_migrations
SET status = 'completed', checksum = {checksum}, finished_at = pg_catalog.clock_timestamp(),
    error = 'resolved as completed by ' || current_user
WHERE version = {version} AND run_id = {interrupted_run} AND status = 'running'
RETURNING version
