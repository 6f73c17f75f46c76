CREATE TABLE IF NOT EXISTS visits (
    visit_id uuid NOT NULL,
    began_at timestamp NOT NULL DEFAULT now(),
    ended_at timestamp(3) without time zone,
    breaks timestamp[] NOT NULL,
    CONSTRAINT visits_pkey PRIMARY KEY (visit_id)
);
CREATE TYPE span AS (began_at timestamp, ended_at timestamptz);
CREATE DOMAIN moment AS timestamp without time zone;
ALTER TYPE span ADD ATTRIBUTE paused_at timestamp;
-- next migration
ALTER TABLE visits
    ADD COLUMN IF NOT EXISTS seen_at TIMESTAMP(6),
    ALTER COLUMN ended_at TYPE timestamp USING ended_at AT TIME ZONE 'UTC';
