-- What is given to roles and to PUBLIC on what, also by owning it: role (empty for PUBLIC), privilege, kind, object as
-- SQL names it, column, and object as people name it.
WITH own AS (
    SELECT n.oid AS schema, n.nspname, n.nspowner, n.nspacl, pg_catalog.quote_ident(n.nspname) || '.' AS prefix,
        CASE WHEN n.nspname = 'public' THEN '' ELSE n.nspname || '.' END AS shown
    FROM pg_catalog.pg_namespace n
    WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname NOT IN ('information_schema', 'jubilee_verify')
),
object (kind, name, shown, owner, acl, relation) AS (
    SELECT CASE WHEN c.relkind = 'S' THEN 'sequence' WHEN c.relkind IN ('v', 'm') THEN 'view' ELSE 'table' END,
        o.prefix || pg_catalog.quote_ident(c.relname), o.shown || c.relname, c.relowner, c.relacl, c.oid
    FROM pg_catalog.pg_class c JOIN own o ON o.schema = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND NOT (o.prefix = 'public.' AND c.relname = 'schema_migrations')
    UNION ALL
    SELECT 'function', p.oid::pg_catalog.regprocedure::text, p.oid::pg_catalog.regprocedure::text, p.proowner,
        COALESCE(p.proacl, pg_catalog.acldefault('f', p.proowner)), NULL
    FROM pg_catalog.pg_proc p JOIN own o ON o.schema = p.pronamespace
    UNION ALL
    SELECT 'schema', o.nspname, o.nspname, o.nspowner, o.nspacl, NULL FROM own o
),
given (grantee, privilege, kind, name, of_column, shown) AS (
    SELECT g.grantee, g.privilege_type || CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END, o.kind, o.name, '', o.shown
    FROM object o CROSS JOIN LATERAL pg_catalog.aclexplode(o.acl) g
    WHERE g.grantee <> o.owner
    UNION ALL
    SELECT g.grantee, g.privilege_type || CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END, 'column', o.name,
        a.attname, o.shown || '.' || a.attname
    FROM object o
    JOIN pg_catalog.pg_attribute a ON a.attrelid = o.relation AND NOT a.attisdropped
    CROSS JOIN LATERAL pg_catalog.aclexplode(a.attacl) g
    WHERE g.grantee <> o.owner
    UNION ALL
    SELECT o.owner, 'OWNER', o.kind, o.name, '', o.shown FROM object o
)
SELECT COALESCE(r.rolname::text, ''), f.privilege, f.kind, f.name, f.of_column::text, f.shown
FROM given f LEFT JOIN pg_catalog.pg_roles r ON r.oid = f.grantee
WHERE f.grantee = 0 OR NOT r.rolsuper
-- What everybody may do is said once.
ORDER BY f.grantee <> 0, f.kind, f.shown, f.privilege, r.rolname
