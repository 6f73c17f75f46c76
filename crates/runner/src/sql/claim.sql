-- The claim. Of two runners only one can insert a version, whatever sits between them and the
-- server. A version whose predecessor is not completed comes out as NULL, which the primary
-- key refuses: migrations are claimed in order even when many are sent in a row.
INSERT INTO public.schema_migrations (
    version, name, checksum, status, database, environment, started_at, applied_by, runner, run_id
)
SELECT
    CASE WHEN {previous} = 0 OR EXISTS (
        SELECT FROM public.schema_migrations
        WHERE version = {previous}
            AND status = 'completed'
            AND database = {database}
            AND environment = {environment}
    ) THEN {version} END,
    {name}, {checksum}, 'running', {database}, {environment},
    pg_catalog.clock_timestamp(), current_user, {runner}, {run_id}
