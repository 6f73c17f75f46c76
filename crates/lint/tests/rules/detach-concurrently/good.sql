CREATE TABLE IF NOT EXISTS visits (
    visit_id uuid,
    day date,
    CONSTRAINT visits_pkey PRIMARY KEY (visit_id, day)
) PARTITION BY RANGE (day);
CREATE TABLE IF NOT EXISTS visits_2024 PARTITION OF visits FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_catalog.pg_inherits WHERE inhrelid = to_regclass('visits_2024')) THEN
        ALTER TABLE visits DETACH PARTITION visits_2024;
    END IF;
END
$$;
