-- A synchronous commit that waits for every asynchronous one before it.
UPDATE public.schema_migrations SET finished_at = finished_at WHERE run_id = {run_id}
