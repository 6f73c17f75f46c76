SET lock_timeout = '2s';

SET SESSION statement_timeout TO 0;

SET TIME ZONE 'UTC';

SET ROLE reporting;

SET SESSION AUTHORIZATION reporting;

SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE;

RESET lock_timeout;

RESET ROLE;

RESET ALL;

SELECT set_config('app.user_id', '7', false);

DO $$
BEGIN
    SET work_mem = '64MB';
    PERFORM pg_catalog.set_config('app.user_id', '7', false);
END;
$$;
