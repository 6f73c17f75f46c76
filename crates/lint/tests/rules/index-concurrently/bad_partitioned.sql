CREATE TABLE IF NOT EXISTS events (
    event_id uuid NOT NULL,
    happened_at timestamptz NOT NULL,
    CONSTRAINT events_pkey PRIMARY KEY (event_id, happened_at)
) PARTITION BY RANGE (happened_at);
-- next migration
CREATE INDEX IF NOT EXISTS events_happened_at_idx ON events (happened_at);
