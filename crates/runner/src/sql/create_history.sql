CREATE TABLE IF NOT EXISTS public.schema_migrations (
    version integer CONSTRAINT schema_migrations_pkey PRIMARY KEY,
    name text NOT NULL,
    checksum text NOT NULL,
    status text NOT NULL CONSTRAINT schema_migrations_status_check
        CHECK (status IN ('running', 'completed', 'failed')),
    database text NOT NULL,
    environment text NOT NULL CONSTRAINT schema_migrations_environment_check
        CHECK (environment IN ('development', 'staging', 'production')),
    started_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    execution_ms bigint,
    applied_by text NOT NULL,
    runner text NOT NULL,
    run_id text NOT NULL,
    error text
)
