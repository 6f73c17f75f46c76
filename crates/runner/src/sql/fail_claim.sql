-- `Transaction: none`: the claim is committed already, so its own row takes the outcome.
UPDATE public.schema_migrations
SET status = 'failed', finished_at = pg_catalog.clock_timestamp(), error = {error}
WHERE version = {version} AND run_id = {run_id} AND status = 'running'
RETURNING version
