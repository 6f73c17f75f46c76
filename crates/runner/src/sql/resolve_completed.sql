UPDATE public.schema_migrations
SET status = 'completed', checksum = {checksum}, finished_at = pg_catalog.clock_timestamp(),
    error = {mark} || ' by ' || current_user
WHERE version = {version} AND run_id = {its_run} AND status = {its_status}
RETURNING version
