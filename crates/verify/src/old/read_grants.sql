-- What was granted to a role by name: that it may do by way of PUBLIC says nothing of who does it.
SELECT g.grantee::pg_catalog.regrole::text, g.privilege_type,
    'table ' || CASE WHEN n.nspname = 'public' THEN '' ELSE n.nspname || '.' END || c.relname
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL pg_catalog.aclexplode(c.relacl) g
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
    AND g.privilege_type IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
    AND g.grantee NOT IN (0, c.relowner)
    AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
    AND NOT (n.nspname = 'public' AND c.relname = 'schema_migrations')
UNION ALL
SELECT g.grantee::pg_catalog.regrole::text, g.privilege_type, 'function ' || p.oid::pg_catalog.regprocedure
FROM pg_catalog.pg_proc p
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
CROSS JOIN LATERAL pg_catalog.aclexplode(p.proacl) g
WHERE g.grantee NOT IN (0, p.proowner) AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
UNION ALL
SELECT g.grantee::pg_catalog.regrole::text, g.privilege_type, 'sequence ' || c.oid::pg_catalog.regclass
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL pg_catalog.aclexplode(c.relacl) g
WHERE c.relkind = 'S' AND g.privilege_type = 'USAGE' AND g.grantee NOT IN (0, c.relowner)
    AND n.nspname NOT LIKE 'pg\_%'
ORDER BY 1, 3, 2
