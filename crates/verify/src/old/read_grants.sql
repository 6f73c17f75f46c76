-- What was granted to roles by name, and which functions these roles may call in any way: role, privilege, kind,
-- object as SQL names it, column, and object as people name it.
WITH own AS (
    SELECT n.oid AS schema, pg_catalog.quote_ident(n.nspname) || '.' AS prefix,
        CASE WHEN n.nspname = 'public' THEN '' ELSE n.nspname || '.' END AS shown
    FROM pg_catalog.pg_namespace n
    WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname NOT IN ('information_schema', 'jubilee_verify')
),
relation AS (
    SELECT c.*, o.prefix || pg_catalog.quote_ident(c.relname) AS name, o.shown || c.relname AS shown
    FROM pg_catalog.pg_class c JOIN own o ON o.schema = c.relnamespace
    WHERE NOT c.relispartition AND NOT (o.prefix = 'public.' AND c.relname = 'schema_migrations')
),
of_relations AS (
    SELECT g.grantee, g.privilege_type AS privilege,
        CASE WHEN c.relkind = 'S' THEN 'sequence' WHEN c.relkind IN ('v', 'm') THEN 'view' ELSE 'table' END AS kind,
        c.name, '' AS of_column, c.shown
    FROM relation c CROSS JOIN LATERAL pg_catalog.aclexplode(c.relacl) g
    WHERE g.grantee NOT IN (0, c.relowner)
        AND CASE WHEN c.relkind = 'S' THEN g.privilege_type = 'USAGE'
            ELSE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND g.privilege_type IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE') END
    UNION
    SELECT g.grantee, g.privilege_type, 'column', c.name, a.attname, c.shown || '.' || a.attname
    FROM relation c
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
    CROSS JOIN LATERAL pg_catalog.aclexplode(a.attacl) g
    WHERE g.grantee NOT IN (0, c.relowner) AND g.privilege_type IN ('SELECT', 'INSERT', 'UPDATE')
),
routine AS (
    SELECT p.oid, p.proacl, p.proowner FROM pg_catalog.pg_proc p JOIN own o ON o.schema = p.pronamespace
    WHERE p.prorettype NOT IN ('trigger'::pg_catalog.regtype, 'event_trigger'::pg_catalog.regtype)
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend x
            WHERE x.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND x.objid = p.oid AND x.deptype = 'e')
),
role AS (
    SELECT grantee FROM of_relations
    UNION
    SELECT g.grantee FROM routine p CROSS JOIN LATERAL pg_catalog.aclexplode(p.proacl) g WHERE g.grantee NOT IN (0, p.proowner)
)
SELECT r.rolname::text, f.privilege, f.kind, f.name, f.of_column, f.shown
FROM (
    SELECT * FROM of_relations
    UNION ALL
    SELECT w.grantee, 'EXECUTE', 'function', p.oid::pg_catalog.regprocedure::text, '', p.oid::pg_catalog.regprocedure::text
    FROM role w CROSS JOIN routine p WHERE pg_catalog.has_function_privilege(w.grantee, p.oid, 'EXECUTE')
) f
JOIN pg_catalog.pg_roles r ON r.oid = f.grantee
WHERE NOT r.rolsuper
ORDER BY f.kind, f.shown, f.privilege, r.rolname
