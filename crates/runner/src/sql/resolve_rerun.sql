-- A migration that was said to be completed may be run again as long as none after it is applied.
UPDATE public.schema_migrations AS h
SET status = 'failed', finished_at = pg_catalog.clock_timestamp(),
    error = {mark} || ' by ' || current_user
WHERE h.version = {version} AND h.run_id = {its_run} AND h.status = {its_status}
    AND NOT EXISTS (
        SELECT FROM public.schema_migrations AS later
        WHERE later.version > h.version AND later.status <> 'failed'
    )
RETURNING h.version
