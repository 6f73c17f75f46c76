-- Of each privilege, whether it is held, or what it is on is not there; PUBLIC is the role without a name.
-- Names of functions are written once: to write those of thousands for each privilege takes seconds.
WITH routine AS MATERIALIZED (
    SELECT p.oid, p.pronamespace AS schema, p.proowner AS owner, p.oid::pg_catalog.regprocedure::text AS name
    FROM pg_catalog.pg_proc p
    JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
)
SELECT CASE
    WHEN o.oid IS NULL THEN true
    WHEN NOT COALESCE(pg_catalog.has_schema_privilege(r.oid, o.schema, 'USAGE'), false) THEN false
    WHEN a.privilege = 'OWNER' THEN pg_catalog.pg_has_role(r.oid, o.owner, 'USAGE')
    WHEN a.kind = 'schema' THEN pg_catalog.has_schema_privilege(r.oid, o.oid, a.privilege)
    WHEN a.kind = 'function' THEN pg_catalog.has_function_privilege(r.oid, o.oid, a.privilege)
    WHEN a.kind = 'sequence' THEN pg_catalog.has_sequence_privilege(r.oid, o.oid, a.privilege)
    WHEN a.kind = 'column' THEN COALESCE((
        SELECT pg_catalog.has_column_privilege(r.oid, o.oid, c.attnum, a.privilege) FROM pg_catalog.pg_attribute c
        WHERE c.attrelid = o.oid AND c.attname = a.of_column AND NOT c.attisdropped), true)
    WHEN pg_catalog.has_table_privilege(r.oid, o.oid, a.privilege) THEN true
    -- What is granted on each column is granted.
    WHEN a.privilege !~ '^(SELECT|INSERT|UPDATE|REFERENCES)' THEN false
    ELSE COALESCE((SELECT pg_catalog.bool_and(pg_catalog.has_column_privilege(r.oid, o.oid, c.attnum, a.privilege))
        FROM pg_catalog.pg_attribute c WHERE c.attrelid = o.oid AND c.attnum > 0 AND NOT c.attisdropped), false)
END
FROM ROWS FROM (pg_catalog.unnest($1::text[]), pg_catalog.unnest($2::text[]), pg_catalog.unnest($3::text[]),
    pg_catalog.unnest($4::text[]), pg_catalog.unnest($5::text[]))
    WITH ORDINALITY AS a (role, privilege, kind, object, of_column, n)
LEFT JOIN LATERAL (
    SELECT 0::oid AS oid WHERE a.role = ''
    UNION ALL
    SELECT r.oid FROM pg_catalog.pg_roles r WHERE r.rolname = a.role
) r ON true
LEFT JOIN LATERAL (
    SELECT p.oid, p.schema, p.owner FROM routine p WHERE a.kind = 'function' AND p.name = a.object
    UNION ALL
    SELECT n.oid, n.oid, n.nspowner FROM pg_catalog.pg_namespace n WHERE a.kind = 'schema' AND n.nspname = a.object
    UNION ALL
    SELECT c.oid, c.relnamespace, c.relowner FROM pg_catalog.pg_class c
    WHERE a.kind NOT IN ('function', 'schema') AND c.oid = pg_catalog.to_regclass(a.object)
        AND (a.kind = 'sequence') = (c.relkind = 'S')
) o ON true
ORDER BY a.n
