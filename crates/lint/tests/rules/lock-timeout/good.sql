SET LOCAL lock_timeout = '2s';
SET LOCAL lock_timeout = 500;
SELECT set_config('lock_timeout', '1s', true);
SET LOCAL statement_timeout = 0;
