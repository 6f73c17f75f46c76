SELECT pg_catalog.md5(pg_catalog.string_agg(pg_catalog.md5(ROW({columns})::text), ''
    ORDER BY pg_catalog.md5(ROW({columns})::text) COLLATE "C"))
FROM {table}
