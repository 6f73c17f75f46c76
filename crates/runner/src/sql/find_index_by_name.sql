-- The index of that name, whatever its table is; none where another kind of relation has the name.
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS index_name, i.indisvalid AND i.indisready AS usable
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_index AS i ON i.indexrelid = c.oid
WHERE c.oid = pg_catalog.to_regclass({index})
