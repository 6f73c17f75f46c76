INSERT INTO public.schema_migrations (
    version, name, checksum, status, database, environment, started_at, finished_at,
    execution_ms, applied_by, runner, run_id
)
VALUES (
    {version}, {name}, {checksum}, 'completed', {database}, {environment},
    coalesce({applied_at}::timestamp with time zone, pg_catalog.now()),
    coalesce({applied_at}::timestamp with time zone, pg_catalog.now()),
    {execution_ms}, current_user, {runner} || ', adopted from {source}', {run_id}
)
