-- One snapshot, no write. What PostgreSQL writes of an object depends on these settings; a function that does
-- waits for whoever holds ACCESS EXCLUSIVE on a table, so no longer than this.
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SET LOCAL search_path = pg_catalog;
SET LOCAL lock_timeout = '2s';
SET LOCAL jit = off;
SET LOCAL quote_all_identifiers = off;
SET LOCAL "TimeZone" = 'UTC';
SET LOCAL "DateStyle" = 'ISO, YMD';
SET LOCAL "IntervalStyle" = 'postgres';
SET LOCAL extra_float_digits = 1;
SET LOCAL bytea_output = 'hex';
