-- What a client of this schema can use besides its tables: statements that must go on working, each with
-- what it is called.
SELECT 'view ' || q.shown AS what,
    'SELECT ' || q.columns || ' FROM ' || q.name AS sql
FROM (
    SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS name,
        CASE WHEN n.nspname = 'public' THEN '' ELSE n.nspname || '.' END || c.relname AS shown,
        (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY a.attnum)
         FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('v', 'm', 'f') AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend x
            WHERE x.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND x.objid = c.oid AND x.deptype = 'e')
) q
WHERE q.columns IS NOT NULL
UNION ALL
-- With all arguments, by place; with those alone that have no default; and by name.
SELECT 'function ' || f.shown, 'SELECT ' || f.name || '(' || call.arguments || ')'
FROM (
    SELECT p.oid, p.pronargs, p.pronargdefaults, p.proargnames, p.proargtypes::oid[] AS types, p.provariadic,
        pg_catalog.format('%I.%I', n.nspname, p.proname) AS name,
        CASE WHEN n.nspname = 'public' THEN '' ELSE n.nspname || '.' END || p.proname AS shown,
        p.proargmodes
    FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
    WHERE p.prokind = 'f' AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
        AND p.prorettype NOT IN ('trigger'::pg_catalog.regtype, 'event_trigger'::pg_catalog.regtype)
        AND NOT EXISTS (SELECT FROM pg_catalog.unnest(p.proargtypes::oid[]) AS u (t) JOIN pg_catalog.pg_type y ON y.oid = u.t WHERE y.typtype = 'p')
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend x
            WHERE x.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND x.objid = p.oid AND x.deptype = 'e')
) f
CROSS JOIN LATERAL (
    SELECT COALESCE(pg_catalog.string_agg(pg_catalog.format('NULL::%s', pg_catalog.format_type(u.t, NULL)), ', ' ORDER BY u.n), '') AS arguments
    FROM pg_catalog.unnest(f.types) WITH ORDINALITY AS u (t, n)
    UNION
    SELECT COALESCE(pg_catalog.string_agg(pg_catalog.format('NULL::%s', pg_catalog.format_type(u.t, NULL)), ', ' ORDER BY u.n), '')
    FROM pg_catalog.unnest(f.types) WITH ORDINALITY AS u (t, n) WHERE u.n <= f.pronargs - f.pronargdefaults
    UNION
    SELECT pg_catalog.string_agg(pg_catalog.format('%I => NULL::%s', f.proargnames[u.n], pg_catalog.format_type(u.t, NULL)), ', ' ORDER BY u.n)
    FROM pg_catalog.unnest(f.types) WITH ORDINALITY AS u (t, n)
    WHERE f.proargmodes IS NULL
    HAVING pg_catalog.bool_and(f.proargnames[u.n] <> '')
) call
WHERE call.arguments IS NOT NULL AND f.provariadic = 0
UNION ALL
SELECT CASE p.prokind WHEN 'p' THEN 'procedure ' ELSE 'aggregate ' END || p.proname,
    pg_catalog.format('SELECT %L::pg_catalog.regprocedure', p.oid::pg_catalog.regprocedure)
FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE p.prokind IN ('p', 'a') AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend x
        WHERE x.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND x.objid = p.oid AND x.deptype = 'e')
UNION ALL
SELECT 'type ' || t.typname, pg_catalog.format('SELECT %L::%s', e.enumlabel, pg_catalog.format_type(t.oid, NULL))
FROM pg_catalog.pg_enum e JOIN pg_catalog.pg_type t ON t.oid = e.enumtypid
UNION ALL
SELECT 'sequence ' || c.relname, pg_catalog.format('SELECT pg_catalog.nextval(%L::pg_catalog.regclass)', pg_catalog.format('%I.%I', n.nspname, c.relname))
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'S' AND n.nspname NOT LIKE 'pg\_%'
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend x
        WHERE x.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND x.objid = c.oid AND x.deptype IN ('i', 'e'))
ORDER BY 1, 2
