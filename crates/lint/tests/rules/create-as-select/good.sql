CREATE TABLE IF NOT EXISTS users_before AS SELECT id, email FROM users;
CREATE TEMPORARY TABLE chosen AS SELECT id FROM users;
SELECT id INTO TEMPORARY picked FROM users;

DO $$
DECLARE
    first_id uuid;
BEGIN
    SELECT id INTO first_id FROM users;
    IF to_regclass('users_after') IS NULL THEN
        CREATE TABLE users_after AS SELECT id FROM users;
    END IF;
END
$$;
