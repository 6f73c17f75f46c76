-- The functions, procedures and aggregates of the schema: how they are named, with which arguments they are called,
-- whether values of these can be made, and whether a call must say which columns it gives.
SELECT
    CASE WHEN n.nspname = 'public' THEN '' ELSE n.nspname || '.' END || p.proname,
    pg_catalog.format('%I.%I', n.nspname, p.proname),
    p.oid::pg_catalog.regprocedure::text,
    p.prokind::text,
    COALESCE((SELECT pg_catalog.array_agg(u.t::bigint ORDER BY u.n) FROM pg_catalog.unnest(p.proargtypes::oid[]) WITH ORDINALITY AS u (t, n)), '{}'),
    COALESCE((SELECT pg_catalog.array_agg(pg_catalog.format_type(u.t, NULL) ORDER BY u.n) FROM pg_catalog.unnest(p.proargtypes::oid[]) WITH ORDINALITY AS u (t, n)), '{}'),
    COALESCE((
        SELECT pg_catalog.array_agg(COALESCE(u.name, '') ORDER BY u.n)
        FROM ROWS FROM (pg_catalog.unnest(p.proargnames), pg_catalog.unnest(p.proargmodes::text[])) WITH ORDINALITY AS u (name, mode, n)
        WHERE u.mode IS NULL OR u.mode IN ('i', 'b', 'v')
    ), '{}'),
    p.pronargdefaults::integer,
    p.provariadic = 0
        AND NOT EXISTS (
            SELECT FROM pg_catalog.unnest(p.proargtypes::oid[]) AS u (t) JOIN pg_catalog.pg_type y ON y.oid = u.t WHERE y.typtype = 'p'
        )
        AND NOT (p.prokind = 'p' AND p.proargmodes IS NOT NULL AND 'o' = ANY (p.proargmodes::text[]))
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_aggregate a WHERE a.aggfnoid = p.oid AND a.aggkind <> 'n'),
    p.prorettype = 'record'::pg_catalog.regtype AND p.proargmodes IS NULL,
    CASE WHEN p.prokind = 'a' THEN '' ELSE pg_catalog.md5(pg_catalog.pg_get_functiondef(p.oid)) END
FROM pg_catalog.pg_proc p
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE p.prokind IN ('f', 'p', 'a')
    AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
    AND p.prorettype NOT IN ('trigger'::pg_catalog.regtype, 'event_trigger'::pg_catalog.regtype)
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend x
        WHERE x.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND x.objid = p.oid AND x.deptype = 'e')
ORDER BY 1, 3
