-- What kind of node of Citus this is, and whether Citus has taken over the history table.
SELECT
    (SELECT groupid FROM pg_catalog.pg_dist_local_group) <> 0 AS is_worker,
    (
        SELECT CASE
            WHEN p.partmethod <> 'n' THEN 'distributed'
            WHEN p.repmodel = 't' THEN 'reference'
            ELSE 'managed local'
        END
        FROM pg_catalog.pg_dist_partition AS p
        WHERE p.logicalrelid = pg_catalog.to_regclass('public.schema_migrations')
    ) AS history
