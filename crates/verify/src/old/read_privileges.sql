-- What each role may do, superusers too: what they may do is there.
SELECT r.rolname::text, p.privilege, p.on_what, r.rolsuper
FROM pg_catalog.pg_roles r
CROSS JOIN LATERAL (
    SELECT v.privilege, 'table ' || CASE WHEN n.nspname = 'public' THEN '' ELSE n.nspname || '.' END || c.relname AS on_what
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    CROSS JOIN (VALUES ('SELECT'), ('INSERT'), ('UPDATE'), ('DELETE')) AS v (privilege)
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
        AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
        AND NOT (n.nspname = 'public' AND c.relname = 'schema_migrations')
        AND pg_catalog.has_schema_privilege(r.oid, n.oid, 'USAGE')
        AND CASE v.privilege WHEN 'DELETE' THEN pg_catalog.has_table_privilege(r.oid, c.oid, v.privilege)
            ELSE pg_catalog.has_any_column_privilege(r.oid, c.oid, v.privilege) END
    UNION ALL
    SELECT 'EXECUTE', 'function ' || p.oid::pg_catalog.regprocedure
    FROM pg_catalog.pg_proc p
    JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname NOT IN ('information_schema', 'jubilee_verify')
        AND p.prorettype NOT IN ('trigger'::pg_catalog.regtype, 'event_trigger'::pg_catalog.regtype)
        AND pg_catalog.has_function_privilege(r.oid, p.oid, 'EXECUTE')
    UNION ALL
    SELECT 'USAGE', 'sequence ' || c.oid::pg_catalog.regclass
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname NOT LIKE 'pg\_%'
        AND CASE WHEN c.relkind = 'S' THEN pg_catalog.has_sequence_privilege(r.oid, c.oid, 'USAGE') END
) p
WHERE r.rolname NOT LIKE 'pg\_%'
ORDER BY 1, 3, 2
