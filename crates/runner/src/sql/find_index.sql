-- The index that CREATE INDEX … IF NOT EXISTS would find: by name, in the table's schema.
SELECT
    pg_catalog.format('%I.%I', n.nspname, c.relname) AS index_name,
    i.indisvalid AND i.indisready AS usable,
    EXISTS (
        SELECT FROM pg_catalog.pg_stat_progress_create_index AS p WHERE p.index_relid = c.oid
    ) AS being_built
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_index AS i ON i.indexrelid = c.oid
WHERE c.relname = {index}
    AND c.relnamespace = (
        SELECT t.relnamespace FROM pg_catalog.pg_class AS t
        WHERE t.oid = pg_catalog.to_regclass({table})
    )
