-- The tables that can be filled, each as JSON: columns, CHECKs, keys, partitions and what their
-- triggers say. Tables of extensions, temporary tables and the history are not among them.
SELECT pg_catalog.jsonb_build_object(
    'oid', c.oid::bigint,
    'schema', n.nspname,
    'name', c.relname,
    'partitioned', c.relkind = 'p',
    'columns', (
        SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
            'number', a.attnum,
            'name', a.attname,
            'type', a.atttypid::bigint,
            'typmod', a.atttypmod,
            'written', pg_catalog.format_type(a.atttypid, a.atttypmod),
            'not_null', a.attnotnull,
            'generated', CASE WHEN a.attgenerated <> '' THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END,
            'default', CASE WHEN a.attgenerated = '' THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END,
            -- That which it owns, or which its default names.
            'sequence', COALESCE(pg_catalog.pg_get_serial_sequence(pg_catalog.format('%I.%I', n.nspname, c.relname), a.attname), (
                SELECT pg_catalog.format('%I.%I', sn.nspname, s.relname)
                FROM pg_catalog.pg_depend x
                JOIN pg_catalog.pg_class s ON s.oid = x.refobjid AND s.relkind = 'S'
                JOIN pg_catalog.pg_namespace sn ON sn.oid = s.relnamespace
                WHERE x.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND x.objid = d.oid
                    AND x.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
                    AND pg_catalog.pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%'
                ORDER BY s.oid LIMIT 1
            ))
        ) ORDER BY a.attnum)
        FROM pg_catalog.pg_attribute a
        LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    ),
    'checks', COALESCE((
        SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
            'name', k.conname,
            'columns', k.conkey,
            'expression', pg_catalog.pg_get_expr(k.conbin, k.conrelid)
        ) ORDER BY k.conname)
        FROM pg_catalog.pg_constraint k
        WHERE k.conrelid = c.oid AND k.contype = 'c'
    ), '[]'),
    'foreign_keys', COALESCE((
        SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
            'name', k.conname,
            'columns', k.conkey,
            'target', k.confrelid::bigint,
            'target_columns', (
                SELECT pg_catalog.jsonb_agg(a.attname ORDER BY u.place)
                FROM pg_catalog.unnest(k.confkey) WITH ORDINALITY AS u (number, place)
                JOIN pg_catalog.pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.number
            ),
            'full', k.confmatchtype = 'f',
            'deferrable', k.condeferrable
        ) ORDER BY k.conname)
        FROM pg_catalog.pg_constraint k
        WHERE k.conrelid = c.oid AND k.contype = 'f' AND k.conparentid = 0
    ), '[]'),
    'keys', COALESCE((
        SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
            'columns', CASE WHEN i.indexprs IS NULL AND i.indpred IS NULL THEN pg_catalog.to_jsonb(i.indkey::smallint[]) ELSE (
                SELECT COALESCE(pg_catalog.jsonb_agg(used.number ORDER BY used.number), '[]')
                FROM (
                    SELECT k.number FROM pg_catalog.unnest(i.indkey::smallint[]) AS k (number) WHERE k.number > 0
                    UNION
                    SELECT d.refobjsubid
                    FROM pg_catalog.pg_depend d
                    WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = i.indexrelid
                        AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = c.oid AND d.refobjsubid > 0
                ) used
            ) END,
            'unique', i.indisunique,
            'partial', i.indpred IS NOT NULL,
            'computed', i.indexprs IS NOT NULL
        ) ORDER BY i.indexprs IS NOT NULL OR i.indpred IS NOT NULL, i.indexrelid)
        FROM pg_catalog.pg_index i
        WHERE i.indrelid = c.oid AND (i.indisunique OR i.indisexclusion)
    ), '[]'),
    -- NULL for a partition that takes what fits no other.
    'bounds', COALESCE((
        SELECT pg_catalog.jsonb_agg(
            CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_partitioned_table pt WHERE pt.partdefid = leaf.relid) THEN NULL
                 ELSE pg_catalog.pg_get_partition_constraintdef(leaf.relid) END)
        FROM pg_catalog.pg_partition_tree(c.oid) leaf
        WHERE leaf.isleaf AND c.relkind = 'p'
    ), '[]'),
    -- What a trigger compares with is often what it wants.
    'triggers', COALESCE((
        SELECT pg_catalog.jsonb_agg(p.prosrc ORDER BY t.tgname)
        FROM pg_catalog.pg_trigger t
        JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid
        WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgtype & 4 <> 0
    ), '[]')
)::text
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p')
    AND NOT c.relispartition
    AND c.relpersistence <> 't'
    AND n.nspname NOT LIKE 'pg\_%'
    AND n.nspname <> 'information_schema'
    AND NOT (n.nspname = 'public' AND c.relname = 'schema_migrations')
    AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend x
        WHERE x.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND x.objid = c.oid AND x.deptype = 'e'
    )
    AND EXISTS (
        SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    )
ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"
