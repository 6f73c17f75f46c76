SELECT max(version) FROM schema_migrations;

GRANT SELECT ON public.schema_migrations TO reporting;

CREATE OR REPLACE VIEW applied AS
SELECT version, name FROM schema_migrations WHERE status = 'completed';

COMMENT ON TABLE schema_migrations IS 'Kept by the runner.';

UPDATE audit.schema_migrations SET note = 'x' WHERE note IS NULL;
