SELECT {name} AS "column", pg_catalog.count(*) AS rows,
    pg_catalog.md5(pg_catalog.string_agg(pg_catalog.md5({column}::text), '' ORDER BY pg_catalog.md5({column}::text) COLLATE "C"))
FROM {table}
