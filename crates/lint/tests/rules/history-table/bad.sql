-- Destructive: an example of what must not be done
UPDATE schema_migrations SET status = 'completed' WHERE version = 7;

DELETE FROM public.schema_migrations WHERE version > 7;

INSERT INTO schema_migrations (version) VALUES (8) ON CONFLICT DO NOTHING;

ALTER TABLE schema_migrations ADD COLUMN IF NOT EXISTS note text;

GRANT INSERT, SELECT ON schema_migrations TO reporting;

DO $$
BEGIN
    EXECUTE 'UPDATE schema_migrations SET name = $1 WHERE version = 7' USING 'other';
    EXECUTE format('DELETE FROM %I WHERE version = 7', 'schema_migrations');
END;
$$;

WITH gone AS (
    DELETE FROM schema_migrations WHERE version = 9 RETURNING version
)
SELECT count(*) FROM gone;
