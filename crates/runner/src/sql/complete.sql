-- The row must still be there as this run claimed it, and, unless the claim was committed on its
-- own, by this very transaction: where the migration has removed or changed the row, or has ended
-- the transaction by a way that nobody foresaw, the cast fails, and with it the message, before its
-- COMMIT. What is cast is no constant, which the server would cast before it looks.
WITH completed AS (
    UPDATE public.schema_migrations
    SET status = 'completed',
        finished_at = pg_catalog.clock_timestamp(),
        execution_ms = EXTRACT(epoch FROM pg_catalog.clock_timestamp() - started_at) * 1000
    WHERE version = {version}
        AND run_id = {run_id}
        AND status = 'running'
        AND ({claim_is_committed} OR xmin = pg_catalog.pg_current_xact_id()::xid)
    RETURNING execution_ms
)
SELECT coalesce(
    (SELECT execution_ms FROM completed),
    ('no row is left of the claim, says process ' || pg_catalog.pg_backend_pid())::bigint)
