-- As the runner does before CREATE INDEX CONCURRENTLY IF NOT EXISTS.
DO $do$
BEGIN
    IF EXISTS (
        SELECT FROM pg_catalog.pg_index
        WHERE indexrelid = pg_catalog.to_regclass($index${index}$index$) AND NOT indisvalid
    ) THEN
        DROP INDEX {index};
    END IF;
END
$do$
