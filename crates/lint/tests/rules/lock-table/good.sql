CREATE TEMPORARY TABLE IF NOT EXISTS incoming (id bigint) ON COMMIT DROP;

LOCK TABLE incoming;

SELECT id FROM users WHERE status = 'pending' FOR UPDATE;
