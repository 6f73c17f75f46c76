DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_inherits WHERE inhrelid = 'events_2026'::regclass) THEN
        ALTER TABLE events ATTACH PARTITION archive.events_2026
            FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
    END IF;
END;
$$;
-- next migration
DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_inherits WHERE inhrelid = 'events_rest'::regclass) THEN
        ALTER TABLE events ATTACH PARTITION events_rest DEFAULT;
    END IF;
END;
$$;
