-- The unique indexes with a condition or an expression, and the columns that they look at.
SELECT i.indrelid::bigint, i.indpred IS NOT NULL, (
    SELECT COALESCE(pg_catalog.array_agg(DISTINCT d.refobjsubid::smallint), '{}')
    FROM pg_catalog.pg_depend d
    WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = i.indexrelid
        AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = i.indrelid
        AND d.refobjsubid > 0
)
FROM pg_catalog.pg_index i
WHERE i.indisunique AND (i.indpred IS NOT NULL OR i.indexprs IS NOT NULL) AND i.indrelid >= 16384
ORDER BY i.indexrelid
