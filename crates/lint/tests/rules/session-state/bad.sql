PREPARE find_user AS SELECT id FROM users WHERE email = $1;

EXECUTE find_user('ada@example.com');

DEALLOCATE find_user;

DECLARE everybody CURSOR WITH HOLD FOR SELECT id FROM users;

CREATE TEMPORARY TABLE IF NOT EXISTS incoming (id bigint);

CREATE TEMP TABLE IF NOT EXISTS incoming_names (name text) ON COMMIT DELETE ROWS;

CREATE TEMPORARY TABLE IF NOT EXISTS active AS SELECT id FROM users WHERE status = 'active';

CREATE TABLE IF NOT EXISTS pg_temp.passive (id bigint);

DISCARD PLANS;

SELECT pg_advisory_lock(42), pg_try_advisory_lock_shared(43);

SELECT pg_advisory_unlock(42);

DO $$
BEGIN
    COMMIT;
    IF true THEN
        ROLLBACK;
    END IF;
END;
$$;
