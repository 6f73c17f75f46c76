-- What the caller has set in this session, as calls that set it again after RESET ALL, and
-- whether it has prepared statements.
SELECT
    pg_catalog.string_agg(
        pg_catalog.format('pg_catalog.set_config(%L, %L, false)', s.name, s.setting), ', ' ORDER BY s.name),
    EXISTS (SELECT FROM pg_catalog.pg_prepared_statements)
FROM pg_catalog.pg_settings AS s
WHERE s.source = 'session'
    AND s.context IN ('user', 'superuser')
    AND s.name NOT IN (
        'role', 'session_authorization', 'transaction_isolation', 'transaction_read_only', 'transaction_deferrable')
