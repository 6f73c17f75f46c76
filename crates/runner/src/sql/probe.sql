-- What must be known about a target at every run, in one row. A session that has just begun pays for
-- each table and view of the catalog that is named here.
SELECT
    pg_catalog.current_setting('server_version_num') AS server_version_num,
    pg_catalog.current_setting('server_version') AS server_version,
    pg_catalog.current_database() AS current_database,
    current_user AS current_role_name,
    pg_catalog.pg_is_in_recovery() AS in_recovery,
    pg_catalog.current_setting('transaction_read_only') AS read_only,
    pg_catalog.has_schema_privilege(public_schema.oid, 'CREATE') AS may_create,
    (
        SELECT pg_catalog.string_agg(
            a.attname || ' ' || pg_catalog.format_type(a.atttypid, a.atttypmod), ', ' ORDER BY a.attnum)
        FROM pg_catalog.pg_attribute AS a
        WHERE a.attrelid = history.oid AND a.attnum > 0 AND NOT a.attisdropped
    ) AS history_columns,
    pg_catalog.has_table_privilege(history.oid, 'SELECT')
        AND pg_catalog.has_schema_privilege(public_schema.oid, 'USAGE') AS may_read_history,
    pg_catalog.has_table_privilege(history.oid, 'INSERT')
        AND pg_catalog.has_table_privilege(history.oid, 'UPDATE')
        AND pg_catalog.has_table_privilege(history.oid, 'DELETE') AS may_write_history,
    -- Loaded is enough: a pending migration may create the extension.
    EXISTS (SELECT FROM pg_catalog.pg_extension WHERE extname = 'citus')
        OR pg_catalog.current_setting('citus.shard_count', true) IS NOT NULL AS has_citus,
    pg_catalog.current_setting('role') AS set_role,
    pg_catalog.current_setting('standard_conforming_strings') AS standard_strings,
    public_schema.oid IS NOT NULL AS has_public_schema,
    -- Behind a pooler it is not the one that the client was told of when it connected.
    pg_catalog.pg_backend_pid() AS backend_pid,
    -- Whether a commit may include others, on other servers: those are durable at once, so that
    -- this one must be too. Two-phase commits need max_prepared_transactions (Citus sets it when it
    -- is loaded); a foreign data wrapper commits at its server before this server does.
    pg_catalog.current_setting('max_prepared_transactions') <> '0'
        OR EXISTS (SELECT FROM pg_catalog.pg_foreign_server) AS commits_elsewhere,
    pg_catalog.current_setting('synchronous_commit') AS synchronous_commit,
    pg_catalog.host(pg_catalog.inet_server_addr()) AS server_address,
    pg_catalog.inet_server_port() AS server_port
FROM (SELECT 1) AS one
LEFT JOIN pg_catalog.pg_namespace AS public_schema ON public_schema.nspname = 'public'
LEFT JOIN pg_catalog.pg_class AS history
    ON history.relnamespace = public_schema.oid
    AND history.relname = 'schema_migrations'
    AND history.relkind IN ('r', 'p', 'v', 'm', 'f')
