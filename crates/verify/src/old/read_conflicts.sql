-- By table, the targets that ON CONFLICT may have.
SELECT i.indrelid::bigint,
    '(' || (
        SELECT pg_catalog.string_agg(pg_catalog.pg_get_indexdef(i.indexrelid, k.n::integer, false), ', ' ORDER BY k.n)
        FROM pg_catalog.generate_series(1, i.indnkeyatts) AS k (n)
    ) || ')' || COALESCE(' WHERE ' || pg_catalog.pg_get_expr(i.indpred, i.indrelid), '')
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
WHERE i.indisunique AND i.indimmediate AND i.indisvalid AND NOT t.relispartition AND i.indrelid >= 16384
UNION ALL
SELECT k.conrelid::bigint, 'ON CONSTRAINT ' || pg_catalog.quote_ident(k.conname)
FROM pg_catalog.pg_constraint k
JOIN pg_catalog.pg_class t ON t.oid = k.conrelid
WHERE k.contype IN ('p', 'u') AND NOT k.condeferrable AND NOT t.relispartition
ORDER BY 1, 2
