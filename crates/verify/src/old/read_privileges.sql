-- Of each privilege, whether it is held, or what it is on is not there.
-- Names of functions are written once: to write those of thousands for each privilege takes seconds.
WITH routine AS MATERIALIZED (
    SELECT p.oid, p.pronamespace AS schema, p.oid::pg_catalog.regprocedure::text AS name
    FROM pg_catalog.pg_proc p
    JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
)
SELECT CASE
    WHEN o.oid IS NULL THEN true
    WHEN NOT COALESCE(pg_catalog.has_schema_privilege(r.oid, o.schema, 'USAGE'), false) THEN false
    WHEN a.kind = 'function' THEN pg_catalog.has_function_privilege(r.oid, o.oid, a.privilege)
    WHEN a.kind = 'sequence' THEN pg_catalog.has_sequence_privilege(r.oid, o.oid, a.privilege)
    WHEN a.kind = 'column' THEN COALESCE((
        SELECT pg_catalog.has_column_privilege(r.oid, o.oid, c.attnum, a.privilege) FROM pg_catalog.pg_attribute c
        WHERE c.attrelid = o.oid AND c.attname = a.of_column AND NOT c.attisdropped), true)
    WHEN pg_catalog.has_table_privilege(r.oid, o.oid, a.privilege) THEN true
    -- What is granted on each column is granted.
    WHEN a.privilege IN ('DELETE', 'TRUNCATE') THEN false
    ELSE (SELECT pg_catalog.bool_and(pg_catalog.has_column_privilege(r.oid, o.oid, c.attnum, a.privilege))
        FROM pg_catalog.pg_attribute c WHERE c.attrelid = o.oid AND c.attnum > 0 AND NOT c.attisdropped)
END
FROM ROWS FROM (pg_catalog.unnest($1::text[]), pg_catalog.unnest($2::text[]), pg_catalog.unnest($3::text[]),
    pg_catalog.unnest($4::text[]), pg_catalog.unnest($5::text[]))
    WITH ORDINALITY AS a (role, privilege, kind, object, of_column, n)
LEFT JOIN pg_catalog.pg_roles r ON r.rolname = a.role
LEFT JOIN LATERAL (
    SELECT p.oid, p.schema FROM routine p WHERE a.kind = 'function' AND p.name = a.object
    UNION ALL
    SELECT c.oid, c.relnamespace FROM pg_catalog.pg_class c
    WHERE a.kind <> 'function' AND c.oid = pg_catalog.to_regclass(a.object)
        AND (a.kind = 'sequence') = (c.relkind = 'S')
) o ON true
ORDER BY a.n
