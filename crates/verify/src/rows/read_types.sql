-- Every type, as JSON: what it is made of, so that values of it can be made.
SELECT pg_catalog.jsonb_build_object(
    'oid', t.oid::bigint,
    'name', t.typname,
    'kind', CASE WHEN t.typelem <> 0 AND t.typlen = -1 AND t.typsubscript = 'pg_catalog.array_subscript_handler'::pg_catalog.regproc
                 THEN 'array' ELSE t.typtype::text END,
    'element', t.typelem::bigint,
    'base', t.typbasetype::bigint,
    'typmod', t.typtypmod,
    'subtype', COALESCE((SELECT r.rngsubtype::bigint FROM pg_catalog.pg_range r WHERE r.rngtypid = t.oid OR r.rngmultitypid = t.oid), 0),
    'labels', COALESCE((SELECT pg_catalog.jsonb_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid), '[]'),
    'fields', COALESCE((
        SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_array(a.atttypid::bigint, a.atttypmod, a.attname) ORDER BY a.attnum)
        FROM pg_catalog.pg_attribute a
        WHERE a.attrelid = t.typrelid AND t.typtype = 'c' AND a.attnum > 0 AND NOT a.attisdropped
    ), '[]'),
    'checks', COALESCE((
        SELECT pg_catalog.jsonb_agg(pg_catalog.pg_get_constraintdef(k.oid) ORDER BY k.conname)
        FROM pg_catalog.pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'
    ), '[]')
)::text
FROM pg_catalog.pg_type t
LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
WHERE t.typtype <> 'p'
    AND (t.typnamespace <> 'pg_catalog'::pg_catalog.regnamespace OR t.typtype <> 'c')
