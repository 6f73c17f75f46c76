-- What a fresh session is: a standby takes no writes, and a pooler may have dropped the role.
SELECT
    pg_catalog.current_setting('transaction_read_only') AS read_only,
    pg_catalog.current_setting('role') AS role
