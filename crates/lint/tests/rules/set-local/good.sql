SET LOCAL lock_timeout = '2s';

SET LOCAL ROLE reporting;

SET LOCAL lock_timeout TO DEFAULT;

SET TRANSACTION ISOLATION LEVEL READ COMMITTED;

SET CONSTRAINTS ALL DEFERRED;

SELECT set_config('app.user_id', '7', true), current_setting('app.user_id');

CREATE OR REPLACE FUNCTION report() RETURNS bigint LANGUAGE sql SET work_mem = '64MB'
AS $$ SELECT set_config('app.user_id', '7', false)::bigint $$;
