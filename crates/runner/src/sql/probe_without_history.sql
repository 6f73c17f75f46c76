-- What tells where a database without a history of ours comes from.
SELECT
    EXISTS (
        SELECT FROM pg_catalog.pg_class AS c
        WHERE c.relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = 'public')
            AND c.relname = 'refinery_schema_history'
            AND c.relkind IN ('r', 'p')
    ) AS has_refinery_history,
    (
        SELECT pg_catalog.string_agg(t.relname, ', ' ORDER BY t.relname)
        FROM (
            SELECT c.relname
            FROM pg_catalog.pg_class AS c
            WHERE c.relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = 'public')
                AND c.relkind IN ('r', 'p', 'f')
                AND c.relname NOT IN ('schema_migrations', 'refinery_schema_history')
                AND NOT c.relispartition
                AND NOT EXISTS (
                    SELECT FROM pg_catalog.pg_depend AS d
                    WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                        AND d.objid = c.oid
                        AND d.deptype = 'e'
                )
            ORDER BY c.relname
            LIMIT 4
        ) AS t
    ) AS tables_in_public
