DO $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM pg_catalog.pg_inherits WHERE inhrelid = 'events_2026'::regclass
    ) THEN
        ALTER TABLE events ATTACH PARTITION events_2026 FOR VALUES FROM (2026) TO (2027);
    END IF;
    IF EXISTS (
        SELECT 1 FROM pg_catalog.pg_inherits WHERE inhrelid = 'public.events_2025'::regclass
    ) THEN
        ALTER TABLE events DETACH PARTITION events_2025;
    END IF;
    IF EXISTS (
        SELECT 1 FROM information_schema.columns
        WHERE table_name = 'users' AND column_name = 'number' AND is_identity = 'NO'
    ) THEN
        ALTER TABLE users ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY;
    END IF;
    BEGIN
        ALTER TYPE address ADD ATTRIBUTE country text;
    EXCEPTION
        WHEN duplicate_column THEN NULL;
    END;
END
$$;

ALTER TABLE IF EXISTS users SET SCHEMA identity;
ALTER EXTENSION citext SET SCHEMA extensions;
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
ALTER TABLE users ALTER COLUMN status SET DEFAULT 'pending';
