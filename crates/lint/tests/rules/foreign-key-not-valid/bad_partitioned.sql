CREATE TABLE IF NOT EXISTS events (
    event_id uuid NOT NULL,
    happened_at timestamptz NOT NULL,
    CONSTRAINT events_pkey PRIMARY KEY (event_id, happened_at)
) PARTITION BY RANGE (happened_at);
-- next migration
DO $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM pg_catalog.pg_constraint
        WHERE conname = 'events_user_id_fkey' AND conrelid = 'events'::regclass
    ) THEN
        ALTER TABLE events ADD CONSTRAINT events_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id);
    END IF;
END;
$$;
