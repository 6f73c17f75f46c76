CREATE TABLE IF NOT EXISTS events_2025 (
    event_id uuid NOT NULL,
    happened_at timestamptz NOT NULL,
    CONSTRAINT events_2025_pkey PRIMARY KEY (event_id, happened_at)
);
DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_inherits WHERE inhrelid = 'events_2025'::regclass) THEN
        ALTER TABLE events ATTACH PARTITION events_2025
            FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
    END IF;
END;
$$;
-- next migration
CREATE TABLE IF NOT EXISTS events_2026 (
    event_id uuid NOT NULL,
    happened_at timestamptz NOT NULL,
    CONSTRAINT events_2026_pkey PRIMARY KEY (event_id, happened_at)
);
-- next migration
DO $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM pg_catalog.pg_constraint
        WHERE conname = 'events_2026_bounds' AND conrelid = 'events_2026'::regclass
    ) THEN
        ALTER TABLE events_2026 ADD CONSTRAINT events_2026_bounds
            CHECK (happened_at >= '2026-01-01' AND happened_at < '2027-01-01') NOT VALID;
    END IF;
END;
$$;
-- next migration
ALTER TABLE events_2026 VALIDATE CONSTRAINT events_2026_bounds;
-- next migration
DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_inherits WHERE inhrelid = 'events_2026'::regclass) THEN
        ALTER TABLE events ATTACH PARTITION events_2026
            FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
    END IF;
END;
$$;
