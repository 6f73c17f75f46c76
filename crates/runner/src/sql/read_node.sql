-- Not every version of that runner had execution_time_ms: by way of to_jsonb it may be absent.
SELECT
    version::text,
    name::text,
    NULL::text,
    pg_catalog.to_char(applied_at::timestamp with time zone AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    pg_catalog.to_jsonb(n) ->> 'execution_time_ms',
    status::text
FROM public.schema_migrations AS n
ORDER BY version
